import { GetStageCommand, GetStagesCommand } from '@aws-sdk/client-api-gateway';
import DataLoader from 'dataloader';
import type { StorePinned } from '../../cache/cache.ts';
import type { CacheObserver } from '../../cache/observer.ts';
import { failedWith } from '../../errors/upstream-error.ts';
import type { AwsRegion } from '../../upstream/calls/client.ts';
import type { Send } from '../../upstream/calls/send.ts';
import { byCodeUnit } from '../inputs/sorted-maps.ts';
import { asError } from '../reads/as-error.ts';
import { batchPerApi } from '../reads/batch-per-api.ts';
import type { ReadCached, CachedReads, Caches } from '../reads/stored-reads.ts';
import type { ChangeRecorder } from './changes/change-trail.ts';
import { stageFromAws } from './wire/from-aws.ts';
import type { StageKey, StageModel } from './wire/model.ts';

export interface StageReader {
  /**
   * A stage, or null when its API has none of this name. All stages of one API cost one call together; what is in memory
   * is there at once. Throws NOT_FOUND when there is no such API.
   */
  get(key: StageKey): Promise<StageModel | null> | StageModel | null;
  /** All stages of an API, sorted by name. Throws NOT_FOUND when there is no such API. */
  list(restApiId: string): Promise<readonly StageModel[]>;
  /** A stage as AWS has it at this moment, past everything read before. Throws NOT_FOUND or STAGE_NOT_FOUND. */
  fetchStage(key: StageKey): Promise<StageModel>;
  /** All stages of an API as AWS has them at this moment. Throws NOT_FOUND. */
  fetchStages(restApiId: string): Promise<readonly StageModel[]>;
  /** What AWS has answered to a write of a stage: the truth for every read that begins after this has resolved. */
  store(stage: StageModel): Promise<void>;
  /** A write whose outcome AWS did not show: every read that begins after this has resolved asks again. */
  invalidate(key: StageKey): Promise<void>;
  /** A deployment was made: the lists of them are the past. */
  invalidateDeployments(restApiId: string): Promise<void>;
}

/** The store's key of a single stage, and what all of one API's start with. */
const keyOf = ({ restApiId, stageName }: StageKey): string => `${restApiId}/${stageName}`;

/** What a request has found in memory of an API. */
interface AtHand {
  readonly list: readonly StageModel[];
  readonly byName: ReadonlyMap<string, StageModel>;
  /** Names that were asked for. */
  readonly asked: Set<string>;
  /** So many of them nobody was told of yet. */
  untold: number;
}

/** A list with one of its stages as a write has left it. */
const withStage = (stages: readonly StageModel[], changed: StageModel): readonly StageModel[] =>
  [...stages.filter(({ stageName }) => stageName !== changed.stageName), changed].sort(byName);

const byName = (a: StageModel, b: StageModel): number => byCodeUnit(a.stageName, b.stageName);

export interface StageReaderDependencies {
  readonly region: AwsRegion;
  /** At the priority of a change: for what must be known before it. */
  readonly send: Send;
  readonly readStored: ReadCached;
  readonly getFresh: CachedReads['getFresh'];
  readonly peekCached: CachedReads['peekCached'];
  readonly whileAbsent: CachedReads['whileAbsent'];
  readonly stores: Caches;
  /** Told what a change finds. */
  readonly trail: ChangeRecorder;
  readonly observer: CacheObserver;
}

/** The stages of one request. */
export function createStageReader({
  region,
  send,
  readStored,
  getFresh,
  peekCached,
  whileAbsent,
  stores,
  trail,
  observer,
}: StageReaderDependencies): StageReader {
  async function listFromAws(by: Send, restApiId: string): Promise<readonly StageModel[]> {
    const { item } = await by(new GetStagesCommand({ restApiId }), 'safe');
    const observedAt = new Date();
    return (item ?? []).map((stage) => stageFromAws(stage, restApiId, region, observedAt)).sort(byName);
  }

  async function stageOfAws(by: Send, { restApiId, stageName }: StageKey): Promise<StageModel> {
    const stage = await by(new GetStageCommand({ restApiId, stageName }), 'safe');
    return stageFromAws(stage, restApiId, region, new Date());
  }

  /** What one request has read stays as it was read, until the request itself changes it. */
  const lists = new DataLoader<string, readonly StageModel[]>((restApiIds) =>
    Promise.all(
      restApiIds.map((restApiId) =>
        readStored(stores.stages, restApiId, (by) => listFromAws(by, restApiId)).catch(asError),
      ),
    ),
  );

  /** What was in memory when an API was first asked for, by stage name. */
  const atHand = new Map<string, AtHand>();
  /** APIs that are read by the loaders. */
  const loaded = new Set<string>();

  function stagesAtHand(restApiId: string): AtHand | undefined {
    const known = atHand.get(restApiId);
    if (known !== undefined || loaded.has(restApiId)) return known;
    const list = getFresh(stores.stages, restApiId);
    if (list === undefined) {
      loaded.add(restApiId);
      return undefined;
    }
    const byName = new Map(list.map((stage) => [stage.stageName, stage]));
    const found = { list, byName, asked: new Set<string>(), untold: 0 };
    atHand.set(restApiId, found);
    return found;
  }

  /** Tells how many stages are asked for together, each once, when all fields that are there at once have asked. */
  function countAsked(found: AtHand, stageName: string): void {
    if (found.asked.has(stageName)) return;
    found.asked.add(stageName);
    found.untold += 1;
    if (found.untold > 1) return;
    queueMicrotask(() => {
      observer.batched('stage', found.untold);
      found.untold = 0;
    });
  }

  /** The stages that are asked for, if each of them is cached as a write has left it. A list may be newer. */
  async function readAnswered(
    restApiId: string,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, StageModel> | undefined> {
    const found = new Map<string, StageModel>();
    for (const stageName of names) {
      const stage = await peekCached(stores.stage, keyOf({ restApiId, stageName }));
      if (stage === undefined) return undefined;
      found.set(stageName, stage);
    }
    // A list that comes later is newer.
    whileAbsent(stores.stages, restApiId);
    return found;
  }

  /** The stages of one API that are asked for, in one call; where IAM refuses to list them, in one call each. */
  async function readNames(
    restApiId: string,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, StageModel | Error>> {
    observer.batched('stage', names.length);
    const list = await peekCached(stores.stages, restApiId);
    if (list !== undefined) lists.prime(restApiId, list);
    const known = list === undefined ? await readAnswered(restApiId, names) : undefined;
    if (known !== undefined) return known;
    try {
      return new Map((await lists.load(restApiId)).map((stage) => [stage.stageName, stage]));
    } catch (error) {
      if (!failedWith(error, 'ACCESS_DENIED')) throw error;
      whileAbsent(stores.stages, restApiId);
    }
    const read = names.map(async (stageName) => {
      const key = { restApiId, stageName };
      const stage = readStored(stores.stage, keyOf(key), (by) => stageOfAws(by, key));
      return [stageName, await stage.catch(nullIfMissing).catch(asError)] as const;
    });
    const entries = await Promise.all(read);
    return new Map(entries.flatMap(([name, stage]) => (stage === null ? [] : [[name, stage] as const])));
  }

  const stages = new DataLoader<StageKey, StageModel | null, string>(
    batchPerApi(({ stageName }) => stageName, readNames),
    { cacheKeyFn: keyOf },
  );

  function clearList(restApiId: string): void {
    lists.clear(restApiId);
    atHand.delete(restApiId);
    loaded.delete(restApiId);
  }

  function clear(key: StageKey): void {
    stages.clear(key);
    clearList(key.restApiId);
  }

  /** For this request, by `store` in the API's list for all; `keepAlone` says what becomes of the stage by itself. */
  async function keep(
    stage: StageModel,
    store: StorePinned<readonly StageModel[]>,
    keepAlone: () => Promise<void>,
  ): Promise<void> {
    clear(stage);
    stages.prime(stage, stage);
    await Promise.all([
      store((list) => {
        const lastKnown = list.find(({ stageName }) => stageName === stage.stageName);
        if (lastKnown !== undefined) trail.recordStage(lastKnown);
        return withStage(list, stage);
      }),
      keepAlone(),
    ]);
  }

  return {
    get(key) {
      const found = stagesAtHand(key.restApiId);
      if (found === undefined) return stages.load(key);
      countAsked(found, key.stageName);
      return found.byName.get(key.stageName) ?? null;
    },
    async list(restApiId) {
      const found = stagesAtHand(restApiId);
      return found === undefined ? lists.load(restApiId) : found.list;
    },
    async fetchStage(key) {
      const store = await stores.stages.pinVersion(key.restApiId);
      const stage = await stageOfAws(send, key);
      trail.recordStage(stage);
      await keep(stage, store, () => stores.stage.invalidate(keyOf(stage)));
      return stage;
    },
    async fetchStages(restApiId) {
      const store = await stores.stages.pinVersion(restApiId);
      const list = await listFromAws(send, restApiId);
      clearList(restApiId);
      await store(() => list);
      return list;
    },
    store: (stage) =>
      keep(
        stage,
        (change) => stores.stages.mutate(stage.restApiId, change),
        () => stores.stage.set(keyOf(stage), stage),
      ),
    async invalidate(key) {
      clear(key);
      // With the list go the stages that are older than it.
      await Promise.all([
        stores.stages.invalidate(key.restApiId),
        stores.stage.invalidate(`${key.restApiId}/`),
      ]);
    },
    invalidateDeployments: (restApiId) => stores.deployments.invalidate(`${restApiId}/`),
  };
}

function nullIfMissing(error: unknown): null {
  if (failedWith(error, 'STAGE_NOT_FOUND')) return null;
  throw error;
}
