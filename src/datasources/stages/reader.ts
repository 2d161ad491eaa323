import type { StorePinned } from '../../cache/cache.ts';
import type { Send } from '../../upstream/calls/send.ts';
import type { ReadDependencies } from '../reads/read-dependencies.ts';
import { getStage, getStages, withStage } from './stage-calls.ts';
import { createStageLoaders, stageCacheKey } from './stage-loaders.ts';
import type { StageKey, StageModel } from './wire/model.ts';

export interface StageReader {
  /**
   * A stage, or null if its API has none of this name; without a promise if it is fresh in memory. All stages of one API
   * need one call together. Throws NOT_FOUND if the API does not exist.
   */
  get(key: StageKey): Promise<StageModel | null> | StageModel | null;
  /** All stages of an API, sorted by name. Throws NOT_FOUND if the API does not exist. */
  list(restApiId: string): Promise<readonly StageModel[]>;
  /** A stage as AWS has it now, not from a cache. Throws NOT_FOUND or STAGE_NOT_FOUND. */
  fetchStage(key: StageKey): Promise<StageModel>;
  /** All stages of an API as AWS has them now, not from a cache. Throws NOT_FOUND. */
  fetchStages(restApiId: string): Promise<readonly StageModel[]>;
  /** Caches AWS's answer to a write. Every read that begins after this has resolved sees it. */
  cacheWritten(stage: StageModel): Promise<void>;
  /** After a write that AWS answered without the stage: every read that begins after this has resolved asks AWS. */
  invalidate(key: StageKey): Promise<void>;
  /** After a new deployment: the cached lists of deployments are stale. */
  invalidateDeployments(restApiId: string): Promise<void>;
}

export interface StageReaderDependencies extends ReadDependencies {
  /** Sends at the priority of a change: for what must be known before it. */
  readonly send: Send;
}

/** The stages of one request. */
export function createStageReader(dependencies: StageReaderDependencies): StageReader {
  const { region, send, caches, recorder } = dependencies;
  const loaded = createStageLoaders(dependencies);

  /** Caches a stage for this request and, in its API's list, for all; `mutateSingle` does so for the single stage. */
  async function keep(
    stage: StageModel,
    mutateList: StorePinned<readonly StageModel[]>,
    mutateSingle: () => Promise<void>,
  ): Promise<void> {
    loaded.replace(stage);
    await Promise.all([
      mutateList((list) => {
        const lastKnown = list.find(({ stageName }) => stageName === stage.stageName);
        if (lastKnown !== undefined) recorder.recordStage(lastKnown);
        return withStage(list, stage);
      }),
      mutateSingle(),
    ]);
  }

  return {
    get: loaded.get,
    list: loaded.list,
    async fetchStage(key) {
      const mutateList = await caches.stages.pinVersion(key.restApiId);
      const stage = await getStage(send, region, key);
      recorder.recordStage(stage);
      await keep(stage, mutateList, () => caches.stage.invalidate(stageCacheKey(stage)));
      return stage;
    },
    async fetchStages(restApiId) {
      const mutateList = await caches.stages.pinVersion(restApiId);
      const list = await getStages(send, region, restApiId);
      loaded.clearList(restApiId);
      await mutateList(() => list);
      return list;
    },
    cacheWritten: (stage) =>
      keep(
        stage,
        (change) => caches.stages.mutate(stage.restApiId, change),
        () => caches.stage.set(stageCacheKey(stage), stage),
      ),
    async invalidate(key) {
      loaded.clear(key);
      // Single stages are older than the list: they must not outlive it.
      await Promise.all([
        caches.stages.invalidate(key.restApiId),
        caches.stage.invalidate(`${key.restApiId}/`),
      ]);
    },
    invalidateDeployments: (restApiId) => caches.deployments.invalidate(`${restApiId}/`),
  };
}
