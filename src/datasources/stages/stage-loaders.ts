import DataLoader from 'dataloader';
import { failedWith } from '../../errors/upstream-error.ts';
import { batchPerApi } from '../reads/batch-per-api.ts';
import type { ReadDependencies } from '../reads/cached-reads.ts';
import { asError, nullIf } from '../reads/failed-reads.ts';
import { createFreshLists } from './fresh-lists.ts';
import { getStage, getStages } from './stage-calls.ts';
import type { StageKey, StageModel } from './wire/model.ts';

/** The cache key of a single stage. The keys of one API's stages start with `<restApiId>/`. */
export const stageCacheKey = ({ restApiId, stageName }: StageKey): string => `${restApiId}/${stageName}`;

type StagesByName = ReadonlyMap<string, StageModel | Error>;

/** The stages, if each of them is cached by itself, as a write was answered. */
async function cachedByWrites(
  { cachedReads, caches }: ReadDependencies,
  restApiId: string,
  names: readonly string[],
): Promise<StagesByName | undefined> {
  const found = new Map<string, StageModel>();
  for (const stageName of names) {
    const stage = await cachedReads.peekCached(caches.stage, stageCacheKey({ restApiId, stageName }));
    if (stage === undefined) return undefined;
    found.set(stageName, stage);
  }
  // A list that is cached later is newer.
  cachedReads.recordAbsent(caches.stages, restApiId);
  return found;
}

/** For a gateway that IAM does not allow to list stages: one call for each. */
async function readOneByOne(
  dependencies: ReadDependencies,
  restApiId: string,
  names: readonly string[],
): Promise<StagesByName> {
  const { cachedReads, caches } = dependencies;
  const entries = await Promise.all(
    names.map(async (stageName) => {
      const key = { restApiId, stageName };
      const read = cachedReads.read(caches.stage, stageCacheKey(key), (send) =>
        getStage(send, dependencies, key),
      );
      return [stageName, await nullIf(read, 'STAGE_NOT_FOUND').catch(asError)] as const;
    }),
  );
  return new Map(entries.flatMap(([name, stage]) => (stage === null ? [] : [[name, stage] as const])));
}

/** The stages that one request has loaded. They stay as they are, until the request itself changes them. */
export function createStageLoaders(dependencies: ReadDependencies) {
  const { cachedReads, caches, observer } = dependencies;
  const fresh = createFreshLists(dependencies);
  const lists = new DataLoader<string, readonly StageModel[]>((restApiIds) =>
    Promise.all(
      restApiIds.map((restApiId) =>
        cachedReads
          .read(caches.stages, restApiId, (send) => getStages(send, dependencies, restApiId))
          .catch(asError),
      ),
    ),
  );

  async function readNames(restApiId: string, names: readonly string[]): Promise<StagesByName> {
    observer.batched('stage', names.length);
    const list = await cachedReads.peekCached(caches.stages, restApiId);
    if (list !== undefined) lists.prime(restApiId, list);
    const written = list === undefined ? await cachedByWrites(dependencies, restApiId, names) : undefined;
    if (written !== undefined) return written;
    try {
      return new Map((await lists.load(restApiId)).map((stage) => [stage.stageName, stage]));
    } catch (error) {
      if (!failedWith(error, 'ACCESS_DENIED')) throw error;
      cachedReads.recordAbsent(caches.stages, restApiId);
    }
    return readOneByOne(dependencies, restApiId, names);
  }

  const stages = new DataLoader<StageKey, StageModel | null, string>(
    batchPerApi(({ stageName }) => stageName, readNames),
    { cacheKeyFn: stageCacheKey },
  );

  function clearList(restApiId: string): void {
    lists.clear(restApiId);
    fresh.clear(restApiId);
  }
  function clear(key: StageKey): void {
    stages.clear(key);
    clearList(key.restApiId);
  }
  return {
    /**
     * A stage, or null if its API has none of this name; without a promise if it is fresh in memory. All stages of one API
     * need one call together. Throws NOT_FOUND if the API does not exist.
     */
    get: (key: StageKey): Promise<StageModel | null> | StageModel | null => {
      const stage = fresh.find(key);
      return stage === undefined ? stages.load(key) : stage;
    },
    /** All stages of an API, sorted by name. Throws NOT_FOUND if the API does not exist. */
    list: async (restApiId: string): Promise<readonly StageModel[]> =>
      fresh.list(restApiId) ?? lists.load(restApiId),
    clear,
    clearList,
    replace(stage: StageModel): void {
      clear(stage);
      stages.prime(stage, stage);
    },
  };
}
