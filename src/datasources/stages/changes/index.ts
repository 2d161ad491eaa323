import type * as sdl from '../../../__generated__/types.ts';
import { type PatchPlan, staticPlan } from '../plans/patch-plan.ts';
import { canaryRemoval, planCanary, planPromotion } from '../plans/plan-canary.ts';
import { planMethodSetting } from '../plans/plan-method-settings.ts';
import {
  accessLogRemoval,
  planAccessLog,
  planMethodSettingRemoval,
  planStageVariables,
  planUpdate,
} from '../plans/plan-stage.ts';
import { planRawPatch } from '../plans/raw-patch.ts';
import type { StageKey } from '../wire/model.ts';
import { createBaselineChanges } from './baselines.ts';
import type { ChangeTarget } from './change-checks.ts';
import { createDeploymentCreator } from './create-deployment.ts';
import { createStageCreator } from './create-stage.ts';
import { createDefinitionApplier } from './desired/apply-definition.ts';
import { createStageApplier } from './desired/apply-stage.ts';
import { createSettingsCopier } from './desired/copy-settings.ts';
import type { StageChangeDependencies } from './guard.ts';
import { createStageReverter } from './revert-stage.ts';
import type { StageChange } from './stage-change.ts';
import { createStageCommands } from './stage-commands.ts';
import { createStagePatcher } from './stage-patcher.ts';
import { createUpdateStage } from './update-stage.ts';

const INPUT = ['input'];

/** The changes of stages: one verb for each mutation. */
export function createStageChanges(dependencies: StageChangeDependencies) {
  const update = createUpdateStage(dependencies);
  const applyState = createStageApplier(dependencies, update);
  const applyPlan = createStagePatcher(dependencies, update);
  const patch =
    <Input extends ChangeTarget & StageKey>(planOf: (input: Input) => PatchPlan) =>
    (input: Input): Promise<StageChange> =>
      applyPlan(input, planOf(input));

  return {
    create: createStageCreator(dependencies, update),
    deploy: createDeploymentCreator(dependencies),
    update: patch(planUpdate),
    setMethodSetting: patch((input: sdl.SetMethodSettingInput) => planMethodSetting(input, INPUT)),
    removeMethodSetting: patch(planMethodSettingRemoval),
    setVariables: patch((input: sdl.SetStageVariablesInput) => planStageVariables(input, INPUT)),
    setCanarySettings: patch((input: sdl.SetCanarySettingsInput) => planCanary(input, INPUT)),
    promoteCanary: patch((input: sdl.PromoteCanaryInput) => planPromotion(input.removeCanary ?? false)),
    removeCanary: patch(() => staticPlan([], canaryRemoval)),
    setAccessLogSettings: patch((input: sdl.SetAccessLogSettingsInput) => planAccessLog(input, INPUT)),
    removeAccessLogSettings: patch(() => staticPlan([], accessLogRemoval)),
    patch: patch((input: sdl.PatchStageInput) => planRawPatch(input.patchOperations)),
    apply: createDefinitionApplier(dependencies, applyState),
    revert: createStageReverter(dependencies, applyState),
    ...createBaselineChanges(dependencies),
    copySettings: createSettingsCopier(dependencies, applyState),
    ...createStageCommands(dependencies),
  };
}
