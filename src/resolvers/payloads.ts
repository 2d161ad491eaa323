import type { StageChangePayloadResolvers, StagePatchOperationResolvers } from '../__generated__/types.ts';
import type { AppliedStage } from '../datasources/stages/changes/desired/apply-stage.ts';
import type { StageChange } from '../datasources/stages/changes/stage-change.ts';
import type { Context } from '../graphql/context.ts';

/** The only field of a payload that may need a read; the others are members of the change. */
const payload = {
  stage: (change: StageChange, _: unknown, { dataSources }: Context) => dataSources.after(change),
};

/** A change that was refused before the stage was read has no changes. */
const appliedPayload = {
  ...payload,
  changes: ({ changes = [] }: AppliedStage) => changes,
  plan: ({ plan = '' }: AppliedStage) => plan,
};

/** A patch operation redacts the values of stage variables, as the stage does. */
export const StagePatchOperation: StagePatchOperationResolvers = {
  value: (operation, _, { dataSources }) => dataSources.visibleValue(operation),
};

/** The types that implement the interface of payloads with a stage. */
type PayloadWithStage = NonNullable<Awaited<ReturnType<StageChangePayloadResolvers['__resolveType']>>>;

/** Every payload with a stage; a missing one does not compile. */
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
  ApplyStagePayload: appliedPayload,
  CopyStageSettingsPayload: appliedPayload,
  RevertStagePayload: appliedPayload,
  RecordStageBaselinePayload: payload,
  RemoveStageBaselinePayload: payload,
} satisfies Record<PayloadWithStage, typeof payload>;
