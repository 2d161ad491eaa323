import {
  commitMutation,
  Environment,
  fetchQuery,
  getFragment,
  getRefetchMetadata,
  graphql,
  type GraphQLTaggedNode,
  type MutationConfig,
  type MutationParameters,
  Network,
  RecordSource,
  Store,
} from 'relay-runtime';
import type { relayDescribeMutation } from './__generated__/relayDescribeMutation.graphql.ts';
import type { relayListApisQuery } from './__generated__/relayListApisQuery.graphql.ts';
import type {
  relayMoveCanaryMutation,
  relayMoveCanaryMutation$rawResponse,
} from './__generated__/relayMoveCanaryMutation.graphql.ts';
import type { relayShowStageQuery } from './__generated__/relayShowStageQuery.graphql.ts';
import { changeOf, pageOf, type ShownStage, type StageScreen } from './screen.ts';

export const createRelay = (url: string, fetch = globalThis.fetch) =>
  new Environment({
    network: Network.create(async ({ text }, variables) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: text, variables }),
      });
      return response.json();
    }),
    store: new Store(new RecordSource()),
  });

/** All that the page shows. Every operation selects all of it: what a change answers is what the page shows next. */
export const stageFields = graphql`
  fragment relay_stageFields on Stage {
    id
    restApiId
    stageName
    description
    revision
    observedAt
    canarySettings {
      deploymentId
      percentTraffic
    }
  }
`;

/** Relay makes the query that reads a stage again by its `id`. */
export const refetchableStage = graphql`
  fragment relay_stage on Stage @refetchable(queryName: "relayRefetchStageQuery") {
    ...relay_stageFields @relay(mask: false)
  }
`;

/** One fragment for the payloads of all mutations. */
export const stageChange = graphql`
  fragment relay_change on StageChangePayload {
    stage {
      ...relay_stageFields @relay(mask: false)
    }
    userErrors {
      code
      message
      field
    }
  }
`;

const showStage = graphql`
  query relayShowStageQuery($restApiId: ID!, $stageName: String!) {
    stage(restApiId: $restApiId, stageName: $stageName) {
      ...relay_stageFields @relay(mask: false)
    }
  }
`;

const describe = graphql`
  mutation relayDescribeMutation($input: UpdateStageInput!) {
    change: updateStage(input: $input) {
      ...relay_change @relay(mask: false)
    }
  }
`;

const moveCanary = graphql`
  mutation relayMoveCanaryMutation($input: SetCanarySettingsInput!) @raw_response_type {
    change: setCanarySettings(input: $input) {
      ...relay_change @relay(mask: false)
    }
  }
`;

const listApis = graphql`
  query relayListApisQuery($first: Int!, $after: String, $nameContains: String) {
    restApis(first: $first, after: $after, nameContains: $nameContains)
      @connection(key: "relay_restApis", filters: ["nameContains"]) {
      edges {
        node {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

/** A list below an API, for `usePaginationFragment`: Relay makes the query for the next page from the API's `id`. */
export const deploymentsOfApi = graphql`
  fragment relay_deployments on RestApi
  @refetchable(queryName: "relayDeploymentsQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" }) {
    deployments(first: $first, after: $after, newestFirst: true) @connection(key: "relay_deployments") {
      edges {
        node {
          id
          deploymentId
        }
      }
    }
  }
`;

/** The query of `@refetchable`, as Relay's hooks find it. */
const refetchQueryOf = (fragment: GraphQLTaggedNode) =>
  getRefetchMetadata(getFragment(fragment), 'refetch').refetchableRequest;

/** What the mutation will answer, if it is not refused. */
const optimisticCanary = (
  stage: ShownStage,
  percentTraffic: number,
): relayMoveCanaryMutation$rawResponse => ({
  change: {
    // By this member Relay knows that fragments on the interface match.
    __isStageChangePayload: 'SetCanarySettingsPayload',
    stage: {
      ...stage,
      canarySettings: stage.canarySettings && { ...stage.canarySettings, percentTraffic },
    },
    userErrors: [],
  },
});

const commit = <Mutation extends MutationParameters>(
  environment: Environment,
  config: MutationConfig<Mutation>,
): Promise<Mutation['response']> =>
  new Promise((onCompleted, onError) => commitMutation(environment, { ...config, onCompleted, onError }));

/** Reads deployments of an API, page by page, by the query that Relay has made. */
export const nextDeployments = (environment: Environment, id: string, after: string | null) =>
  fetchQuery(environment, refetchQueryOf(deploymentsOfApi), { id, first: 2, after }).toPromise();

export function relayScreen(environment: Environment): StageScreen {
  const endCursors: Record<string, string | null | undefined> = {};
  return {
    async show(key) {
      const policy = { fetchPolicy: 'store-or-network' } as const;
      const data = await fetchQuery<relayShowStageQuery>(
        environment,
        showStage,
        { ...key },
        policy,
      ).toPromise();
      return data?.stage ?? null;
    },

    async refetch(id) {
      await fetchQuery(environment, refetchQueryOf(refetchableStage), { id }).toPromise();
    },

    async describe({ restApiId, stageName, revision }, description) {
      const input = { restApiId, stageName, expectedRevision: revision, description };
      const mutation = { mutation: describe, variables: { input } };
      return changeOf(await commit<relayDescribeMutation>(environment, mutation));
    },

    async moveCanary(stage, percentTraffic) {
      const { restApiId, stageName, revision } = stage;
      const data = await commit<relayMoveCanaryMutation>(environment, {
        mutation: moveCanary,
        variables: { input: { restApiId, stageName, expectedRevision: revision, percentTraffic } },
        optimisticResponse: optimisticCanary(stage, percentTraffic),
      });
      return changeOf(data);
    },

    async moreApis(nameContains = '') {
      const variables = { first: 2, after: endCursors[nameContains] ?? null, nameContains };
      const data = await fetchQuery<relayListApisQuery>(environment, listApis, variables).toPromise();
      endCursors[nameContains] = data?.restApis?.pageInfo.endCursor;
      return pageOf(data?.restApis);
    },
  };
}
