import { requireNames } from '../inputs/names.ts';
import { nullIf } from '../reads/failed-reads.ts';
import type { StageReader } from './reader.ts';
import type { MethodAddress } from './wire/method-setting-key.ts';
import { effectiveMethodSetting, ownMethodSetting } from './wire/method-settings.ts';
import type { StageKey, StageModel } from './wire/model.ts';

/** What is omitted or null is no condition. */
export interface StageConditions {
  /** Of the stage itself, not of its canary. */
  readonly deploymentId?: string | null | undefined;
  readonly canaryDeploymentId?: string | null | undefined;
  readonly hasCanary?: boolean | null | undefined;
}

/** The reads of stages: one verb for each field of the schema. */
export function createStageSource(reader: StageReader) {
  return {
    /** A stage, or null if the API has none of this name. Throws NOT_FOUND if the API does not exist. */
    get(restApiId: string, stageName: string): ReturnType<StageReader['get']> {
      requireNames({ restApiId, stageName });
      return reader.get({ restApiId, stageName });
    },

    /** A stage, or null if it does not exist, or its API. The names are valid. */
    find: (key: StageKey): Promise<StageModel | null> => nullIf(reader.get(key), 'NOT_FOUND'),

    /** A stage to compare with, or null if it does not exist, or its API. */
    other(restApiId: string, stageName: string): Promise<StageModel | null> {
      requireNames({ restApiId, stageName });
      return nullIf(reader.get({ restApiId, stageName }), 'NOT_FOUND');
    },

    /** A stage as AWS has it now, not from a cache. Throws NOT_FOUND or STAGE_NOT_FOUND. */
    fetch: (key: StageKey): Promise<StageModel> => reader.fetchStage(key),

    /** The stages of an API that meet all conditions. */
    async list(restApiId: string, conditions: StageConditions = {}): Promise<StageModel[]> {
      const { deploymentId, canaryDeploymentId, hasCanary } = conditions;
      requireNames({ restApiId, deploymentId });
      const stages = await reader.list(restApiId);
      return stages.filter(
        (stage) =>
          (deploymentId == null || stage.deploymentId === deploymentId) &&
          (canaryDeploymentId == null || stage.canarySettings?.deploymentId === canaryDeploymentId) &&
          (hasCanary == null || (stage.canarySettings !== null) === hasCanary),
      );
    },

    methodSetting: ({ details: { methodSettings } }: StageModel, address: MethodAddress) =>
      ownMethodSetting(methodSettings, address),
    effectiveMethodSetting: ({ details: { methodSettings } }: StageModel, address: MethodAddress) =>
      effectiveMethodSetting(methodSettings, address),
  };
}
