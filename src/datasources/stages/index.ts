import type { StagePatchOperation } from '../../__generated__/types.ts';
import type { Caller } from '../../auth/caller.ts';
import type { AwsRegion } from '../../upstream/calls/client.ts';
import { holdsVariableValue } from '../../upstream/calls/variable-values.ts';
import { decodeId } from '../inputs/global-id.ts';
import { areNames, refuseOpaqueId, requireNames } from '../inputs/names.ts';
import { nullIf } from '../reads/null-if.ts';
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

/** The reads of stages: one verb for each field of the schema. */
export function createStageSource(region: AwsRegion, reader: StageReader, caller: Caller) {
  return {
    /** A stage, or null if the API has none of this name. Throws NOT_FOUND if the API does not exist. */
    get(restApiId: string, stageName: string): ReturnType<StageReader['get']> {
      requireNames({ restApiId, stageName });
      return reader.get({ restApiId, stageName });
    },

    /** The stages of an API; with `deploymentId`, those that serve this deployment. */
    async list(restApiId: string, deploymentId?: string | null): Promise<StageModel[]> {
      requireNames({ restApiId, deploymentId });
      const stages = await reader.list(restApiId);
      return stages.filter((stage) => deploymentId == null || stage.deploymentId === deploymentId);
    },

    /** By either key; null if it does not exist, or the key is not valid: other references are not affected. */
    async resolve({ id, ...names }: StageReference): Promise<StageModel | null> {
      const parts = decodeId('Stage', region, 2, id) ?? [names.restApiId, names.stageName];
      refuseOpaqueId(names.restApiId);
      if (!areNames(parts)) return null;
      const [restApiId = '', stageName = ''] = parts;
      return nullIf(reader.get({ restApiId, stageName }), 'NOT_FOUND');
    },

    methodSetting: ({ details: { methodSettings } }: StageModel, address: MethodAddress) =>
      ownMethodSetting(methodSettings, address),
    effectiveMethodSetting: ({ details: { methodSettings } }: StageModel, address: MethodAddress) =>
      effectiveMethodSetting(methodSettings, address),

    /** The stage after a change. It is read if AWS did not answer with it. */
    after: ({ key, stage }: { key: StageKey | null; stage: StageModel | null | undefined }) =>
      stage === undefined && key !== null ? reader.get(key) : (stage ?? null),

    /** What the caller may see of an operation's value. */
    visibleValue: ({ path, value }: StagePatchOperation): string | null =>
      caller.seesVariables || !holdsVariableValue(path) ? value : null,
  };
}
