import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import type { MoveCanaryMutation, StageOnScreenFragment } from './__generated__/graphql.ts';
import introspection from './__generated__/possible-types.ts';
import { describe, listApis, moveCanary, refetchStage, showStage } from './operations.ts';
import { changeOf, pageOf, type StageScreen } from './screen.ts';

export const createApollo = (uri: string, fetch = globalThis.fetch) =>
  new ApolloClient({
    link: new HttpLink({ uri, fetch }),
    cache: new InMemoryCache({
      possibleTypes: introspection.possibleTypes,
      typePolicies: {
        Query: {
          fields: { restApis: relayStylePagination(['nameContains', 'account', 'region']) },
        },
        RestApi: {
          fields: { deployments: relayStylePagination(['newestFirst']) },
        },
      },
    }),
  });

/** What the mutation will answer, if it is not refused. */
const optimisticCanary = (stage: StageOnScreenFragment, percentTraffic: number): MoveCanaryMutation => ({
  change: {
    __typename: 'SetCanarySettingsPayload',
    stage: {
      ...stage,
      canarySettings: stage.canarySettings && { ...stage.canarySettings, percentTraffic },
    },
    patchOperations: [],
    warnings: [],
    userErrors: [],
  },
});

export function apolloScreen(client: ReturnType<typeof createApollo>): StageScreen {
  return {
    async show(variables) {
      const { data } = await client.query({ query: showStage, variables });
      return data?.stage ?? null;
    },

    async refetch(id) {
      await client.query({ query: refetchStage, variables: { id }, fetchPolicy: 'network-only' });
    },

    async describe({ restApiId, stageName, revision }, description) {
      const input = { restApiId, stageName, expectedRevision: revision, description };
      const { data } = await client.mutate({ mutation: describe, variables: { input } });
      return changeOf(data);
    },

    async moveCanary({ restApiId, stageName, revision }, percentTraffic) {
      const key = { restApiId, stageName };
      const stage = client.readQuery({ query: showStage, variables: key })?.stage;
      const { data } = await client.mutate({
        mutation: moveCanary,
        variables: { input: { ...key, expectedRevision: revision, percentTraffic } },
        ...(stage && { optimisticResponse: optimisticCanary(stage, percentTraffic) }),
      });
      return changeOf(data);
    },

    async moreApis(nameContains = '') {
      const variables = { first: 2, nameContains };
      const shown = () => client.readQuery({ query: listApis, variables })?.restApis;
      await client.query({
        query: listApis,
        variables: { ...variables, after: shown()?.pageInfo.endCursor ?? null },
        // The cache has the pages before this one, and would answer with them.
        fetchPolicy: 'network-only',
      });
      return pageOf(shown());
    },
  };
}
