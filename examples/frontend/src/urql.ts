import { Client, fetchExchange } from '@urql/core';
import { cacheExchange, type OptimisticMutationResolver } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { MoveCanaryMutationVariables } from './__generated__/graphql.ts';
import introspection from './__generated__/possible-types.ts';
import { describe, listApis, moveCanary, refetchStage, showStage } from './operations.ts';
import { changeOf, pageOf, type StageScreen } from './screen.ts';

/** Types without an `id` are parts of what contains them. */
const parts = ['CanarySettings', 'StagePatchOperation', 'StageWarning', 'StageUserError'];

/** What the mutation will answer, if it is not refused. */
const optimisticCanary: OptimisticMutationResolver<MoveCanaryMutationVariables> = ({ input }, cache) => {
  const { restApiId, stageName, percentTraffic } = input;
  const stage = cache.readQuery({ query: showStage, variables: { restApiId, stageName } })?.stage;
  if (stage?.canarySettings == null) return null;
  return {
    __typename: 'SetCanarySettingsPayload',
    stage: { ...stage, canarySettings: { ...stage.canarySettings, percentTraffic } },
    patchOperations: [],
    warnings: [],
    userErrors: [],
  };
};

export const createUrql = (url: string, fetch = globalThis.fetch) =>
  new Client({
    url,
    fetch,
    preferGetMethod: false,
    exchanges: [
      cacheExchange({
        possibleTypes: introspection.possibleTypes,
        keys: Object.fromEntries(parts.map((name) => [name, () => null])),
        resolvers: {
          Query: { restApis: relayPagination() },
          RestApi: { deployments: relayPagination() },
        },
        optimistic: { setCanarySettings: optimisticCanary },
      }),
      fetchExchange,
    ],
  });

export function urqlScreen(client: Client): StageScreen {
  return {
    async show(key) {
      const { data, error } = await client.query(showStage, { ...key });
      if (error) throw error;
      return data?.stage ?? null;
    },

    async refetch(id) {
      await client.query(refetchStage, { id }, { requestPolicy: 'network-only' });
    },

    async describe({ restApiId, stageName, revision }, description) {
      const input = { restApiId, stageName, expectedRevision: revision, description };
      const { data } = await client.mutation(describe, { input });
      return changeOf(data);
    },

    async moveCanary({ restApiId, stageName, revision }, percentTraffic) {
      const input = { restApiId, stageName, expectedRevision: revision, percentTraffic };
      const { data } = await client.mutation(moveCanary, { input });
      return changeOf(data);
    },

    async moreApis(nameContains = '') {
      const variables = { first: 2, nameContains };
      const shown = () => client.readQuery(listApis, variables)?.data?.restApis;
      const { data } = await client.query(listApis, { ...variables, after: shown()?.pageInfo.endCursor });
      return pageOf(data?.restApis);
    },
  };
}
