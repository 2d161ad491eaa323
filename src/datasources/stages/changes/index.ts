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
import { createStagePatcher } from './apply-plan.ts';
import { createDeploymentCreator } from './create-deployment.ts';
import { createStageCreator } from './create-stage.ts';
import type { StageChangeDependencies } from './guard.ts';
import type { StageChange } from './stage-change.ts';
import { createStageCommands } from './stage-commands.ts';

const INPUT = ['input'];

/** The changes of stages: one verb for each mutation. */
export function createStageChanges(dependencies: StageChangeDependencies) {
  const patcher = createStagePatcher(dependencies);
  const commands = createStageCommands(dependencies);

  return {
    create: createStageCreator(dependencies, patcher),
    deploy: createDeploymentCreator(dependencies),
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
