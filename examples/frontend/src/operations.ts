import { graphql } from './__generated__/gql.ts';

export const stageOnScreen = graphql(`
  fragment StageOnScreen on Stage {
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
`);

/** One fragment for the payloads of all mutations. */
export const stageChange = graphql(`
  fragment StageChange on StageChangePayload {
    stage {
      ...StageOnScreen
    }
    patchOperations {
      op
      path
      value
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
      retryable
    }
  }
`);

export const showStage = graphql(`
  query ShowStage($restApiId: ID!, $stageName: String!) {
    stage(restApiId: $restApiId, stageName: $stageName) {
      ...StageOnScreen
    }
  }
`);

export const refetchStage = graphql(`
  query RefetchStage($id: ID!) {
    node(id: $id) {
      ...StageOnScreen
    }
  }
`);

export const describe = graphql(`
  mutation Describe($input: UpdateStageInput!) {
    change: updateStage(input: $input) {
      ...StageChange
    }
  }
`);

export const moveCanary = graphql(`
  mutation MoveCanary($input: SetCanarySettingsInput!) {
    change: setCanarySettings(input: $input) {
      ...StageChange
    }
  }
`);

export const listApis = graphql(`
  query ListApis($first: Int, $after: String, $nameContains: String) {
    restApis(first: $first, after: $after, nameContains: $nameContains) {
      edges {
        cursor
        node {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      scanLimitReached
    }
  }
`);
