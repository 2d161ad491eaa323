import { graphql } from './__generated__/gql.ts';

/** All that the page shows. Every operation asks for all of it: what a change answers is what the page shows next. */
graphql(`
  fragment StageAndCanary on Stage {
    id
    restApiId
    stageName
    revision
    lastUpdatedDate
    restApi {
      id
      name
    }
    deployment {
      id
      deploymentId
      description
    }
    variables {
      name
      value
      redacted
    }
    canarySettings {
      percentTraffic
      deployment {
        id
        deploymentId
        description
      }
      effectiveVariables {
        name
        value
        redacted
      }
    }
  }
`);

export const showStage = graphql(`
  query ShowStage($restApiId: ID!, $stageName: String!) {
    stage(restApiId: $restApiId, stageName: $stageName) {
      ...StageAndCanary
    }
  }
`);

export const moveShare = graphql(`
  mutation MoveShare($input: SetCanarySettingsInput!) {
    change: setCanarySettings(input: $input) {
      stage {
        ...StageAndCanary
      }
      patchOperations {
        op
        path
        value
        from
      }
      warnings {
        code
        message
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const promote = graphql(`
  mutation Promote($input: PromoteCanaryInput!) {
    change: promoteCanary(input: $input) {
      stage {
        ...StageAndCanary
      }
      patchOperations {
        op
        path
        value
        from
      }
      warnings {
        code
        message
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const abandon = graphql(`
  mutation Abandon($input: RemoveCanaryInput!) {
    change: removeCanary(input: $input) {
      stage {
        ...StageAndCanary
      }
      patchOperations {
        op
        path
        value
        from
      }
      warnings {
        code
        message
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);
