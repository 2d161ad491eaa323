import type { QueryResolvers } from '../__generated__/types.ts';
import { selectedFields } from './selected-fields.ts';

export const Query: QueryResolvers = {
  node: (_, { id }, { dataSources }, info) =>
    dataSources.entities().node(id, selectedFields(info, 'RestApi')),
  nodes: (_, { ids }, { dataSources }, info) =>
    dataSources.entities().nodes(ids, selectedFields(info, 'RestApi')),
  stageTargets: (_, __, { dataSources }) => dataSources.targets(),
  stage: (_, args, { dataSources }) => dataSources.at(args).stages.get(args.restApiId, args.stageName),
  stages: (_, args, { dataSources }) => dataSources.at(args).stages.list(args.restApiId, args),
  restApi: (_, args, { dataSources }, info) =>
    dataSources.at(args).restApis.get(args.restApiId, selectedFields(info, 'RestApi')),
  restApis: (_, args, { dataSources }) => dataSources.at(args).restApis.list(args),
  stageHistory: (_, args, { dataSources }) => dataSources.memory().history(args),
  stageInventory: (_, args, { dataSources }, info) =>
    dataSources.memory().inventory(args, selectedFields(info, 'StageInventoryConnection')),
};
