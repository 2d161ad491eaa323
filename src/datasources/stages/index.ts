import type { StagePatchOperation } from '../../__generated__/types.ts';
import type { Caller } from '../../auth/caller.ts';
import { failedWith } from '../../errors/upstream-error.ts';
import type { AwsRegion } from '../../upstream/calls/client.ts';
import { holdsVariableValue } from '../../upstream/calls/variable-values.ts';
import { decodeId } from '../inputs/global-id.ts';
import { areNames, refuseOpaqueId, requireNames } from '../inputs/names.ts';
import type { StageReader } from './reader.ts';
import type { MethodAddress } from './wire/method-setting-key.ts';
import { effectiveMethodSetting, ownMethodSetting } from './wire/method-settings.ts';
import type { StageKey, StageModel } from './wire/model.ts';

/** A stage as a federation router refers to it. */
export interface StageReference {
  readonly id?: string | undefined;
  readonly restApiId?: string | undefined;
  readonly stageName?: string | undefined;
}

/** Everything that can be asked of stages: one verb for each field of the schema. */
export function createStageSource(region: AwsRegion, reader: StageReader, caller: Caller) {
  return {
    /** A stage, or null where the API has none of this name. Throws NOT_FOUND where there is no such API. */
    get(restApiId: string, stageName: string): ReturnType<StageReader['get']> {
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
      refuseOpaqueId(names.restApiId);
      if (!areNames(parts)) return null;
      const [restApiId = '', stageName = ''] = parts;
      try {
        return await reader.get({ restApiId, stageName });
      } catch (error) {
        if (failedWith(error, 'NOT_FOUND')) return null;
        throw error;
      }
    },

    methodSetting: ({ details: { methodSettings } }: StageModel, address: MethodAddress) =>
      ownMethodSetting(methodSettings, address),
    effectiveMethodSetting: ({ details: { methodSettings } }: StageModel, address: MethodAddress) =>
      effectiveMethodSetting(methodSettings, address),

    /** The stage after a change; read now where AWS did not show it. */
    after: ({ key, stage }: { key: StageKey | null; stage: StageModel | null | undefined }) =>
      stage === undefined && key !== null ? reader.get(key) : (stage ?? null),

    /** What the caller may see of an operation's value. */
    visibleValue: ({ path, value }: StagePatchOperation): string | null =>
      caller.seesVariables || !holdsVariableValue(path) ? value : null,
  };
}
