import type { MutationResolvers } from '../__generated__/types.ts';

export const Mutation: MutationResolvers = {
  createStage: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.create(input)),
  updateStage: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.update(input)),
  setMethodSetting: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.setMethodSetting(input)),
  removeMethodSetting: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.removeMethodSetting(input)),
  setStageVariables: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.setVariables(input)),
  setCanarySettings: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.setCanarySettings(input)),
  promoteCanary: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.promoteCanary(input)),
  removeCanary: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.removeCanary(input)),
  setAccessLogSettings: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.setAccessLogSettings(input)),
  removeAccessLogSettings: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.removeAccessLogSettings(input)),
  patchStage: (_, { input }, { dataSources }) => dataSources.change(input, (changes) => changes.patch(input)),
  deleteStage: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.delete(input)),
  flushStageCache: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.flushCache(input)),
  flushStageAuthorizersCache: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.flushAuthorizersCache(input)),
  tagStage: (_, { input }, { dataSources }) => dataSources.change(input, (changes) => changes.tag(input)),
  untagStage: (_, { input }, { dataSources }) => dataSources.change(input, (changes) => changes.untag(input)),
  applyStage: (_, { input }, { dataSources }) => dataSources.change(input, (changes) => changes.apply(input)),
  copyStageSettings: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes, find) => changes.copySettings(input, find)),
  createRestApiDeployment: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.deploy(input)),
  revertStage: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.revert(input)),
  recordStageBaseline: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.recordBaseline(input)),
  removeStageBaseline: (_, { input }, { dataSources }) =>
    dataSources.change(input, (changes) => changes.removeBaseline(input)),
};
