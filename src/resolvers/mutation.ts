import type { MutationResolvers } from '../__generated__/types.ts';

export const Mutation: MutationResolvers = {
  createStage: (_, { input }, { dataSources }) => dataSources.stages.create(input),
  updateStage: (_, { input }, { dataSources }) => dataSources.stages.update(input),
  setMethodSetting: (_, { input }, { dataSources }) => dataSources.stages.setMethodSetting(input),
  removeMethodSetting: (_, { input }, { dataSources }) => dataSources.stages.removeMethodSetting(input),
  setStageVariables: (_, { input }, { dataSources }) => dataSources.stages.setVariables(input),
  setCanarySettings: (_, { input }, { dataSources }) => dataSources.stages.setCanarySettings(input),
  promoteCanary: (_, { input }, { dataSources }) => dataSources.stages.promoteCanary(input),
  removeCanary: (_, { input }, { dataSources }) => dataSources.stages.removeCanary(input),
  setAccessLogSettings: (_, { input }, { dataSources }) => dataSources.stages.setAccessLogSettings(input),
  removeAccessLogSettings: (_, { input }, { dataSources }) =>
    dataSources.stages.removeAccessLogSettings(input),
  patchStage: (_, { input }, { dataSources }) => dataSources.stages.patch(input),
  deleteStage: (_, { input }, { dataSources }) => dataSources.stages.delete(input),
  flushStageCache: (_, { input }, { dataSources }) => dataSources.stages.flushCache(input),
  flushStageAuthorizersCache: (_, { input }, { dataSources }) =>
    dataSources.stages.flushAuthorizersCache(input),
  tagStage: (_, { input }, { dataSources }) => dataSources.stages.tag(input),
  untagStage: (_, { input }, { dataSources }) => dataSources.stages.untag(input),
  createRestApiDeployment: (_, { input }, { dataSources }) => dataSources.stages.deploy(input),
};
