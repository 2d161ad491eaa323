import type { RestApiDeploymentResolvers, RestApiResolvers } from '../__generated__/types.ts';
import { selectedFields } from './selected-fields.ts';

export const RestApi: RestApiResolvers = {
  __resolveReference: (reference, { dataSources }, info) =>
    dataSources.entities().restApi(reference, selectedFields(info, 'RestApi')),
  stages: (api, args, { dataSources }) => dataSources.of(api).stages.list(api.restApiId, args),
  stage: (api, { stageName }, { dataSources }) => dataSources.of(api).stages.get(api.restApiId, stageName),
  deployments: (api, args, { dataSources }) => dataSources.of(api).deployments.list(api.restApiId, args),
};

export const RestApiDeployment: RestApiDeploymentResolvers = {
  __resolveReference: (reference, { dataSources }) => dataSources.entities().deployment(reference),
  stages: (deployment, _, { dataSources }) =>
    dataSources.of(deployment).stages.list(deployment.restApiId, { deploymentId: deployment.deploymentId }),
  canaryStages: (deployment, _, { dataSources }) =>
    dataSources
      .of(deployment)
      .stages.list(deployment.restApiId, { canaryDeploymentId: deployment.deploymentId }),
  methods: (deployment, _, { dataSources }) => dataSources.of(deployment).deployments.methods(deployment),
  differencesFrom: (deployment, { deploymentId }, { dataSources }) =>
    dataSources.of(deployment).deployments.differencesFrom(deployment, deploymentId),
};
