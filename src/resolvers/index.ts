import type { Resolvers } from '../__generated__/types.ts';
import { DateTime } from './date-time.ts';
import { StageHistoryEntry, StageInventoryConnection } from './memory.ts';
import { Mutation } from './mutation.ts';
import { Node } from './node.ts';
import { payloads, StagePatchOperation } from './payloads.ts';
import { Query } from './query.ts';
import { RestApi, RestApiDeployment } from './rest-api.ts';
import { CanarySettings, Stage, StageVariable } from './stage.ts';

/** The resolver map. All other fields are members of their parents. */
export const resolvers = {
  Query,
  Mutation,
  Node,
  Stage,
  CanarySettings,
  StageVariable,
  StagePatchOperation,
  RestApi,
  RestApiDeployment,
  StageHistoryEntry,
  StageInventoryConnection,
  ...payloads,
  DateTime,
} satisfies Resolvers;
