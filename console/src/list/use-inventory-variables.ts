import { skipToken, useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import { InventoryDocument, type InventoryQueryVariables } from '../__generated__/graphql.ts';
import { inventoryVariables } from './filters.ts';

/**
 * What is asked of the inventory, out of the address. What looks like an API's id is looked for as an id first, and as a
 * name if there is none: the filters of the graph hold all at once. Undefined: it is not known yet which.
 */
export function useInventoryVariables(address: string): InventoryQueryVariables | undefined {
  const { byName, byId } = useMemo(
    () => inventoryVariables(new URLSearchParams(address), new Date()),
    [address],
  );
  const { data, loading } = useQuery(
    InventoryDocument,
    byId === undefined ? skipToken : { variables: byId, errorPolicy: 'all' },
  );
  if (byId === undefined) return byName;
  if (loading && data === undefined) return undefined;
  return (data?.stageInventory?.totalCount ?? 0) > 0 ? byId : byName;
}
