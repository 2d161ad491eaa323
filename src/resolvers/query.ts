import type { QueryResolvers } from '../__generated__/types.ts';
import { selectedFields } from './selected-fields.ts';

export const Query: QueryResolvers = {
  stage: (_, { restApiId, stageName }, { dataSources }) => dataSources.stages.get(restApiId, stageName),
  stages: (_, { restApiId, deploymentId }, { dataSources }) =>
    dataSources.stages.list(restApiId, deploymentId),
  restApi: (_, { restApiId }, { dataSources }, info) =>
    dataSources.restApis.get(restApiId, selectedFields(info, 'RestApi')),
  restApis: (_, args, { dataSources }) => dataSources.restApis.list(args),
};
