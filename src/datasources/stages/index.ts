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
  StagePatchOperation,
  UpdateStageInput,
} from '../../__generated__/types.ts';
import type { Caller } from '../../auth/caller.ts';
import type { AwsRegion } from '../../upstream/client.ts';
import type { Send } from '../../upstream/send.ts';
import { holdsVariableValue } from '../../upstream/variable-values.ts';
import { decodeId } from '../global-id.ts';
import { areNames, requireNames } from '../names.ts';
import { createStagePatcher } from './apply-plan.ts';
import { createDeploymentCreator } from './create-deployment.ts';
import { createStageCreator } from './create-stage.ts';
import type { Guard } from './guard.ts';
import type { MethodAddress } from './method-setting-key.ts';
import { effectiveMethodSetting, ownMethodSetting } from './method-settings.ts';
import type { StageKey, StageModel } from './model.ts';
import { canaryRemoval, planCanary, planPromotion } from './plan-canary.ts';
import { planMethodSetting } from './plan-method-settings.ts';
import {
  accessLogRemoval,
  planAccessLog,
  planMethodSettingRemoval,
  planStageVariables,
  planUpdate,
} from './plan-stage.ts';
import { blindPlan } from './plan.ts';
import { planRawPatch } from './raw-patch.ts';
import type { StageReader } from './reader.ts';
import type { StageChange } from './stage-change.ts';
import { createStageCommands } from './stage-commands.ts';

/** A stage as a federation router refers to it. */
export interface StageReference {
  readonly id?: string | undefined;
  readonly restApiId?: string | undefined;
  readonly stageName?: string | undefined;
}

const INPUT = ['input'];

/** Everything that can be asked of stages and done to them: one verb for each field of the schema. */
export function createStageSource(
  send: Send,
  region: AwsRegion,
  reader: StageReader,
  guard: Guard,
  caller: Caller,
) {
  const patcher = createStagePatcher(send, region, reader, guard);
  const commands = createStageCommands(send, region, reader, guard);

  return {
    get(restApiId: string, stageName: string): Promise<StageModel | null> {
      requireNames({ restApiId, stageName });
      return reader.get({ restApiId, stageName });
    },

    /** The stages of an API, or those of them that serve one deployment. */
    async list(restApiId: string, deploymentId?: string | null): Promise<StageModel[]> {
      requireNames({ restApiId, deploymentId });
      const stages = await reader.list(restApiId);
      return stages.filter((stage) => deploymentId == null || stage.deploymentId === deploymentId);
    },

    /** By either key; null for what does not exist or is no key at all: one bad reference hurts no other. */
    async resolve({ id, ...names }: StageReference): Promise<StageModel | null> {
      const parts = decodeId('Stage', region, 2, id) ?? [names.restApiId, names.stageName];
      if (!areNames(parts)) return null;
      const [restApiId = '', stageName = ''] = parts;
      return reader.get({ restApiId, stageName });
    },

    methodSetting: ({ methodSettings }: StageModel, address: MethodAddress) =>
      ownMethodSetting(methodSettings, address),
    effectiveMethodSetting: ({ methodSettings }: StageModel, address: MethodAddress) =>
      effectiveMethodSetting(methodSettings, address),

    /** The stage after a change; read now where AWS did not show it. */
    after: ({ key, stage }: { key: StageKey | null; stage: StageModel | null | undefined }) =>
      stage === undefined && key !== null ? reader.get(key) : (stage ?? null),

    /** What the caller may see of an operation's value. */
    visibleValue: ({ path, value }: StagePatchOperation): string | null =>
      caller.seesVariables || !holdsVariableValue(path) ? value : null,

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
      patcher.apply(input, planPromotion(input.removeCanary)),
    removeCanary: (input: RemoveCanaryInput): Promise<StageChange> =>
      patcher.apply(
        input,
        blindPlan([], () => canaryRemoval),
      ),
    setAccessLogSettings: (input: SetAccessLogSettingsInput): Promise<StageChange> =>
      patcher.apply(input, planAccessLog(input, INPUT)),
    removeAccessLogSettings: (input: RemoveAccessLogSettingsInput): Promise<StageChange> =>
      patcher.apply(
        input,
        blindPlan([], () => accessLogRemoval),
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
