import type { Resolvers, StagePatchOperationResolvers } from '../__generated__/types.ts';
import type { StageChange } from '../datasources/stages/changes/stage-change.ts';
import type { Context } from '../graphql/context.ts';

/** The one field of a payload that may cost a read; the others match what the change says. */
const payload = {
  stage: (change: StageChange, _: unknown, { dataSources }: Context) => dataSources.stages.after(change),
};

/** A patch operation shows what a stage's variables show, and withholds it alike. */
export const StagePatchOperation: StagePatchOperationResolvers = {
  value: (operation, _, { dataSources }) => dataSources.stages.visibleValue(operation),
};

/** A deleted stage is no field of its payload. */
type PayloadWithStage = Exclude<Extract<keyof Resolvers, `${string}Payload`>, 'DeleteStagePayload'>;

/** Every payload with a stage: one that is forgotten here does not compile. */
export const payloads = {
  CreateStagePayload: payload,
  UpdateStagePayload: payload,
  SetMethodSettingPayload: payload,
  RemoveMethodSettingPayload: payload,
  SetStageVariablesPayload: payload,
  SetCanarySettingsPayload: payload,
  PromoteCanaryPayload: payload,
  RemoveCanaryPayload: payload,
  SetAccessLogSettingsPayload: payload,
  RemoveAccessLogSettingsPayload: payload,
  PatchStagePayload: payload,
  FlushStageCachePayload: payload,
  FlushStageAuthorizersCachePayload: payload,
  TagStagePayload: payload,
  UntagStagePayload: payload,
  CreateRestApiDeploymentPayload: payload,
} satisfies Record<PayloadWithStage, typeof payload>;
