import { skipToken, useQuery } from '@apollo/client/react';
import { InventoryDocument } from '../__generated__/graphql.ts';
import { Failure } from '../parts/failure.tsx';
import { useTitle } from '../parts/use-title.ts';
import { problemsOf } from '../problem.ts';
import { useRefresh } from '../use-refresh.ts';
import { FilterForm } from './filter-form.tsx';
import { PAGE } from './filters.ts';
import { InventoryList, isIncomplete } from './inventory-list.tsx';
import { useChoice } from './use-choice.tsx';
import { useInventoryVariables } from './use-inventory-variables.ts';
import { WithoutInventory } from './without-inventory.tsx';

/** All stages that the caller may see. */
export function ListPage({ given }: { given: URLSearchParams }) {
  useTitle('Stages');
  const address = given.toString();
  const variables = useInventoryVariables(address);
  const { data, error, fetchMore, loading, refetch } = useQuery(
    InventoryDocument,
    variables === undefined ? skipToken : { variables, errorPolicy: 'all', fetchPolicy: 'cache-and-network' },
  );
  const { bar, ...choosing } = useChoice();
  const inventory = data?.stageInventory;
  const isAway = error !== undefined && problemsOf(error).some(({ code }) => code === 'STORAGE_UNAVAILABLE');
  const hasMore = (inventory?.nodes.length ?? 0) > PAGE;
  useRefresh({
    load: () => refetch(),
    observedAt: inventory?.targets.map(({ oldest }) => oldest).join(),
    // Further pages that were asked for would be gone.
    isPaused: isAway || hasMore,
    isIncomplete: inventory != null && isIncomplete(inventory),
  });
  const load = () => void refetch();
  return (
    <>
      <h1>Stages</h1>
      {isAway ? (
        <WithoutInventory key={address} given={given} {...choosing} />
      ) : (
        <>
          <FilterForm key={address} given={given} />
          {error !== undefined && (
            <Failure error={error} what="The stages could not be read" onRetry={load} />
          )}
          {(loading || variables === undefined) && inventory == null && <p role="status">Loading …</p>}
          {inventory != null && (
            <InventoryList
              {...choosing}
              inventory={inventory}
              loading={loading}
              onLoad={load}
              onMore={() => void fetchMore({ variables: { after: inventory.pageInfo.endCursor } })}
            />
          )}
        </>
      )}
      {bar}
    </>
  );
}
