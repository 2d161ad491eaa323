import { useQuery } from '@apollo/client/react';
import { TargetsDocument } from '../__generated__/graphql.ts';

interface Place {
  readonly account: string;
  readonly region: string;
}

/** The targets that the caller may see: empty until they are known. */
export function useTargets() {
  const { data, error, loading, refetch } = useQuery(TargetsDocument, { errorPolicy: 'all' });
  const targets = data?.stageTargets ?? [];
  const aliases = new Map(targets.map(({ account, alias }) => [account, alias ?? account]));
  return {
    targets,
    /** The target of an address without account and Region. */
    home: targets.find(({ home }) => home),
    error,
    loading,
    refetch,
    accounts: [...aliases],
    regions: [...new Set(targets.map(({ region }) => region))],
    /** Account and Region, the account by its alias where it has one. */
    place: ({ account, region }: Place): string => `${aliases.get(account) ?? account} ${region}`,
  };
}
