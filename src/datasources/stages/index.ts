import type { StagePatchOperation } from '../../__generated__/types.ts';
import type { Caller } from '../../auth/caller.ts';
import type { AwsRegion } from '../../upstream/calls/client.ts';
import { holdsVariableValue } from '../../upstream/calls/variable-values.ts';
import { referencedNames, requireNames } from '../inputs/names.ts';
import { nullIf } from '../reads/failed-reads.ts';
import type { StageReader } from './reader.ts';
import type { MethodAddress } from './wire/method-setting-key.ts';
import { effectiveMethodSetting, ownMethodSetting } from './wire/method-settings.ts';
import type { StageKey, StageModel } from './wire/model.ts';

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
    async resolve(reference: Partial<StageKey & Pick<StageModel, 'id'>>): Promise<StageModel | null> {
      const given = [reference.restApiId, reference.stageName];
      const names = referencedNames('Stage', region, reference.id, given);
      if (names === undefined) return null;
      const [restApiId = '', stageName = ''] = names;
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
