import type {
  PatchStageInput,
  PromoteCanaryInput,
  RemoveAccessLogSettingsInput,
  RemoveCanaryInput,
  RemoveMethodSettingInput,
  SetAccessLogSettingsInput,
  SetCanarySettingsInput,
  SetMethodSettingInput,
  SetStageVariablesInput,
  UpdateStageInput,
} from '../../../__generated__/types.ts';
import type { AwsRegion } from '../../../upstream/calls/client.ts';
import type { Send } from '../../../upstream/calls/send.ts';
import { canaryRemoval, planCanary, planPromotion } from '../plans/plan-canary.ts';
import { planMethodSetting } from '../plans/plan-method-settings.ts';
import {
  accessLogRemoval,
  planAccessLog,
  planMethodSettingRemoval,
  planStageVariables,
  planUpdate,
} from '../plans/plan-stage.ts';
import { staticPlan } from '../plans/plan.ts';
import { planRawPatch } from '../plans/raw-patch.ts';
import type { StageReader } from '../reader.ts';
import { createStagePatcher } from './apply-plan.ts';
import { createDeploymentCreator } from './create-deployment.ts';
import { createStageCreator } from './create-stage.ts';
import type { Guard } from './guard.ts';
import type { StageChange } from './stage-change.ts';
import { createStageCommands } from './stage-commands.ts';

const INPUT = ['input'];

/** Everything that can be done to stages: one verb for each mutation. */
export function createStageChanges(send: Send, region: AwsRegion, reader: StageReader, guard: Guard) {
  const patcher = createStagePatcher(send, region, reader, guard);
  const commands = createStageCommands(send, region, reader, guard);

  return {
    create: createStageCreator(send, region, reader, guard, patcher),
    deploy: createDeploymentCreator(send, region, reader, guard),
    update: (input: UpdateStageInput): Promise<StageChange> => patcher.apply(input, planUpdate(input)),
    setMethodSetting: (input: SetMethodSettingInput): Promise<StageChange> =>
      patcher.apply(input, planMethodSetting(input, INPUT)),
    removeMethodSetting: (input: RemoveMethodSettingInput): Promise<StageChange> =>
      patcher.apply(input, planMethodSettingRemoval(input)),
    setVariables: (input: SetStageVariablesInput): Promise<StageChange> =>
      patcher.apply(input, planStageVariables(input, INPUT)),
    setCanarySettings: (input: SetCanarySettingsInput): Promise<StageChange> =>
      patcher.apply(input, planCanary(input, INPUT)),
    promoteCanary: (input: PromoteCanaryInput): Promise<StageChange> =>
      patcher.apply(input, planPromotion(input.removeCanary ?? false)),
    removeCanary: (input: RemoveCanaryInput): Promise<StageChange> =>
      patcher.apply(
        input,
        staticPlan([], () => canaryRemoval),
      ),
    setAccessLogSettings: (input: SetAccessLogSettingsInput): Promise<StageChange> =>
      patcher.apply(input, planAccessLog(input, INPUT)),
    removeAccessLogSettings: (input: RemoveAccessLogSettingsInput): Promise<StageChange> =>
      patcher.apply(
        input,
        staticPlan([], () => accessLogRemoval),
      ),
    patch: (input: PatchStageInput): Promise<StageChange> =>
      patcher.apply(input, planRawPatch(input.patchOperations)),
    delete: commands.delete,
    flushCache: commands.flushCache,
    flushAuthorizersCache: commands.flushAuthorizersCache,
    tag: commands.tag,
    untag: commands.untag,
  };
}
