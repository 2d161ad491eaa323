import type { MutationResolvers } from '../__generated__/types.ts';

export const Mutation: MutationResolvers = {
  createStage: (_, { input }, { dataSources }) => dataSources.changes().create(input),
  updateStage: (_, { input }, { dataSources }) => dataSources.changes().update(input),
  setMethodSetting: (_, { input }, { dataSources }) => dataSources.changes().setMethodSetting(input),
  removeMethodSetting: (_, { input }, { dataSources }) => dataSources.changes().removeMethodSetting(input),
  setStageVariables: (_, { input }, { dataSources }) => dataSources.changes().setVariables(input),
  setCanarySettings: (_, { input }, { dataSources }) => dataSources.changes().setCanarySettings(input),
  promoteCanary: (_, { input }, { dataSources }) => dataSources.changes().promoteCanary(input),
  removeCanary: (_, { input }, { dataSources }) => dataSources.changes().removeCanary(input),
  setAccessLogSettings: (_, { input }, { dataSources }) => dataSources.changes().setAccessLogSettings(input),
  removeAccessLogSettings: (_, { input }, { dataSources }) =>
    dataSources.changes().removeAccessLogSettings(input),
  patchStage: (_, { input }, { dataSources }) => dataSources.changes().patch(input),
  deleteStage: (_, { input }, { dataSources }) => dataSources.changes().delete(input),
  flushStageCache: (_, { input }, { dataSources }) => dataSources.changes().flushCache(input),
  flushStageAuthorizersCache: (_, { input }, { dataSources }) =>
    dataSources.changes().flushAuthorizersCache(input),
  tagStage: (_, { input }, { dataSources }) => dataSources.changes().tag(input),
  untagStage: (_, { input }, { dataSources }) => dataSources.changes().untag(input),
  createRestApiDeployment: (_, { input }, { dataSources }) => dataSources.changes().deploy(input),
};
