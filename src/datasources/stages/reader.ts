import type { StorePinned } from '../../cache/cache.ts';
import type { Send } from '../../upstream/calls/send.ts';
import type { ReadDependencies } from '../reads/cached-reads.ts';
import { getStage, getStages, withStage } from './stage-calls.ts';
import { createStageLoaders, stageCacheKey } from './stage-loaders.ts';
import type { StageKey, StageModel } from './wire/model.ts';

export type StageReader = ReturnType<typeof createStageReader>;

interface StageReaderDependencies extends ReadDependencies {
  /** Sends at the priority of a change: for what must be known before it. */
  readonly send: Send;
}

/** The stages of one request. */
export function createStageReader(dependencies: StageReaderDependencies) {
  const { send, cachedReads, caches, recorder } = dependencies;
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
        if (lastKnown !== undefined) recorder.recordStage(lastKnown, false);
        return withStage(list, stage);
      }),
      mutateSingle(),
    ]);
  }

  return {
    get: loaded.get,
    list: loaded.list,
    /** A stage, if the cache has it. */
    async peek({ restApiId, stageName }: StageKey): Promise<StageModel | undefined> {
      const list = await cachedReads.peekCached(caches.stages, restApiId);
      return list?.find((stage) => stage.stageName === stageName);
    },
    /** A stage as AWS has it now, not from a cache. Throws NOT_FOUND or STAGE_NOT_FOUND. */
    async fetchStage(key: StageKey): Promise<StageModel> {
      const mutateList = await caches.stages.pinVersion(key.restApiId);
      const stage = await getStage(send, dependencies, key);
      recorder.recordStage(stage, true);
      await keep(stage, mutateList, () => caches.stage.invalidate(stageCacheKey(stage)));
      return stage;
    },
    /** All stages of an API as AWS has them now, not from a cache; `changed` is the one to change. Throws NOT_FOUND. */
    async fetchStages(restApiId: string, changed?: string): Promise<readonly StageModel[]> {
      const mutateList = await caches.stages.pinVersion(restApiId);
      const list = await getStages(send, dependencies, restApiId);
      for (const stage of list) if (stage.stageName === changed) recorder.recordStage(stage, true);
      loaded.clearList(restApiId);
      await mutateList(() => list);
      return list;
    },
    /** Caches AWS's answer to a write. Every read that begins after this has resolved sees it. */
    cacheWritten: (stage: StageModel): Promise<void> =>
      keep(
        stage,
        (change) => caches.stages.mutate(stage.restApiId, change),
        () => caches.stage.set(stageCacheKey(stage), stage),
      ),
    /** After a write that AWS answered without the stage: every read that begins after this has resolved asks AWS. */
    async invalidate(key: StageKey): Promise<void> {
      loaded.clear(key);
      // Single stages are older than the list: they must not outlive it.
      await Promise.all([
        caches.stages.invalidate(key.restApiId),
        caches.stage.invalidate(`${key.restApiId}/`),
      ]);
    },
    /** After a new deployment: the cached lists of deployments are stale. */
    invalidateDeployments: (restApiId: string): Promise<void> =>
      caches.deployments.invalidate(`${restApiId}/`),
  };
}
