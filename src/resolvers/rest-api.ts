import type { RestApiDeploymentResolvers, RestApiResolvers } from '../__generated__/types.ts';
import { selectedFields } from './selected-fields.ts';

export const RestApi: RestApiResolvers = {
  __resolveReference: (reference, { dataSources }, info) =>
    dataSources.restApis.resolve(reference, selectedFields(info, 'RestApi')),
  stages: ({ restApiId }, _, { dataSources }) => dataSources.stages.list(restApiId),
  stage: ({ restApiId }, { stageName }, { dataSources }) => dataSources.stages.get(restApiId, stageName),
  deployments: ({ restApiId }, args, { dataSources }) => dataSources.deployments.list(restApiId, args),
};

export const RestApiDeployment: RestApiDeploymentResolvers = {
  __resolveReference: (reference, { dataSources }) => dataSources.deployments.resolve(reference),
  stages: ({ restApiId, deploymentId }, _, { dataSources }) =>
    dataSources.stages.list(restApiId, deploymentId),
};
