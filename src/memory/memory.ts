import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../app/logger.ts';
import type {
  InventoryQuery,
  StageMemory,
  StageObserver,
  StoredStages,
} from '../datasources/memory/stage-memory.ts';
import type { StageKey, StageModel, StageVariableModel } from '../datasources/stages/wire/model.ts';
import { gatewayError } from '../errors/gateway-error.ts';
import type { Targets } from '../fleet/fleet.ts';
import { type Target, type TargetKey, targetKeyOf, targetNamed } from '../fleet/target.ts';
import { withinMs } from '../upstream/time/time-limit.ts';
import { type DatabaseLocation, SEARCH_MS } from './database/backend.ts';
import { type MemoryDatabase, openDatabase } from './database/database.ts';
import { DatabaseUnavailable, SearchTooSlow } from './database/unavailable.ts';
import type { CloudTrailEvent } from './events/cloudtrail-event.ts';
import { createEventStore } from './events/event-store.ts';
import { createOwnRequests } from './events/own-requests.ts';
import {
  createHistory,
  createObservationQueue,
  type History,
  type ObservationQueue,
} from './history/index.ts';
import { createInventory } from './inventory/index.ts';
import { createKnownMethods } from './known-methods.ts';
import { createStageObserver } from './observer.ts';
import { refreshFindings } from './refresh-findings.ts';
import {
  createFingerprintKey,
  createReplaceableCipher,
  createStageCodec,
  type StageCodec,
} from './stages/index.ts';

export interface MemoryOptions {
  readonly location: DatabaseLocation;
  /** The keys now: the first encrypts values of variables, all decrypt. Empty: none is stored. */
  readonly historyKeys: () => readonly Buffer[];
  readonly retentionMs: number;
  readonly maxEntries: number;
  readonly logger: Logger;
  /** The targets now; undefined while they are not known. */
  readonly targets: () => Targets | undefined;
}

const PRUNE_MS = 60 * 60 * 1000;
const PRUNE_AGAIN_MS = 60 * 1000;

const TOO_SLOW =
  `The search took longer than ${SEARCH_MS / 1000} seconds and was ended. Narrow it by accounts, regions, restApiIds, or a ` +
  'time, or retry later.';

/** What needs the database fails while it is unavailable; the log has the reason. */
async function orUnavailable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SearchTooSlow) throw gatewayError('STORAGE_UNAVAILABLE', TOO_SLOW);
    if (!(error instanceof DatabaseUnavailable)) throw error;
    throw gatewayError(
      'STORAGE_UNAVAILABLE',
      "The gateway's database is unavailable: history, baselines and inventory have to wait. Retry later.",
    );
  }
}

/** A search, whose statements together take no longer than one may. */
const searched = <Result>(work: () => Promise<Result>): Promise<Result> =>
  orUnavailable(() =>
    withinMs(SEARCH_MS, work(), () => {
      throw new SearchTooSlow('its statements took too long together');
    }),
  );

const unknown = (variables: readonly StageVariableModel[]): StageVariableModel[] =>
  variables.map((variable) => ({ ...variable, value: '', isUnknown: true }));

/** A stage whose values of variables are not stored. */
const withoutValues = ({ canarySettings: canary, variables, ...stage }: StageModel): StageModel => ({
  ...stage,
  variables: unknown(variables),
  canarySettings: canary && {
    ...canary,
    stageVariableOverrides: unknown(canary.stageVariableOverrides),
    effectiveVariables: unknown(canary.effectiveVariables),
  },
});

/** Stages of the inventory as models. Those of a target that has gone are left out. */
function createReads(
  { searches: db, dialect }: MemoryDatabase,
  codec: StageCodec,
  targets: MemoryOptions['targets'],
) {
  const inventory = createInventory({ db, dialect });
  return {
    async inventory(query: InventoryQuery, first: number, after: string | null): Promise<StoredStages> {
      const { targets: of, valuesOf, orderBy, counts, ...where } = query;
      const page = await inventory.page({ targets: of, valuesOf, where, orderBy, first, after, counts });
      return {
        hasNextPage: page.hasNextPage,
        totalCount: () => searched(page.totalCount),
        edges: page.edges.flatMap(({ cursor, row }) => {
          const target = targetNamed(targets()?.all ?? [], targetKeyOf(row.target));
          if (target === undefined) return [];
          const { stage, unknownValues } = codec.decode(row, target, new Date(row.observed_at));
          return [{ cursor, node: unknownValues ? withoutValues(stage) : stage }];
        }),
      };
    },
    totals: inventory.totals,
  };
}

interface MemoryParts {
  readonly history: History;
  readonly reads: ReturnType<typeof createReads>;
  readonly queue: ObservationQueue;
  readonly observe: StageObserver;
  readonly newRequestId: StageMemory['newRequestId'];
}

/** How long a revert waits for what is not stored yet; changes of other stages of the API wait with it. */
const FLUSH_MS = 1000;

const addressOf = ({ account, region }: Target, key: StageKey) => ({ ...key, account, region });

/** The memory as the data sources know it. */
export const createStageMemory = ({
  history,
  reads,
  queue,
  observe,
  newRequestId,
}: MemoryParts): StageMemory => ({
  observe,
  newRequestId,
  record: ({ target, key, ...change }) => queue.record({ ...change, ...addressOf(target, key) }),
  history: (query, first, after) => searched(() => history.page(query, first, after)),
  inventory: (query, first, after) => searched(() => reads.inventory(query, first, after)),
  totals: (ids) => searched(() => reads.totals(ids)),
  stateAt: (target, key, revision) =>
    orUnavailable(async () => {
      // What requests have seen is stored soon, but not at once.
      const isStored = await withinMs(FLUSH_MS, queue.flush(), () => false);
      const state = await history.stateAt(addressOf(target, key), revision);
      if (state === undefined && !isStored) {
        throw new DatabaseUnavailable('timeout', 'what was seen before is not stored yet');
      }
      return state;
    }),
  drift: (stage) =>
    orUnavailable(async () => {
      const [drift] = await history.drifts([stage]);
      return drift;
    }),
  recordBaseline: ({ stage, by, client, mutation }) =>
    orUnavailable(async () => {
      await history.recordBaseline(stage, { by, client, mutation });
    }),
  removeBaseline: ({ target, key, by, client, mutation }) =>
    orUnavailable(async () => {
      await history.removeBaseline(addressOf(target, key), { by, client, mutation });
    }),
});

/** Removes what has expired: from the start on, every hour. */
async function keepPruning(prune: History['prune'], logger: Logger, closing: AbortSignal): Promise<void> {
  while (!closing.aborted) {
    const pauseMs = await prune().then(
      () => PRUNE_MS,
      (error: unknown) => {
        logger.debug({ err: error }, 'history was not pruned');
        return PRUNE_AGAIN_MS;
      },
    );
    await sleep(pauseMs, undefined, { ref: false, signal: closing }).catch(() => undefined);
  }
}

/** What the gateway remembers, in a database. */
export async function createMemory(options: MemoryOptions) {
  const { location, logger, targets, historyKeys, retentionMs, maxEntries } = options;
  const fingerprintKey = createFingerprintKey();
  const database = await openDatabase({ location, logger, prepared: fingerprintKey.load });
  const { db } = database;
  const methods = createKnownMethods();
  const codec = createStageCodec({
    cipher: createReplaceableCipher(historyKeys),
    fingerprintKey: fingerprintKey.get,
  });
  const limits = { maxAgeMs: retentionMs, maxEntries };
  const history = createHistory({ ...database, codec, methodsOf: methods.of, limits });
  const queue = createObservationQueue({
    history,
    failed: (error) => logger.error({ err: error }, 'an entry of the history cannot be written'),
  });
  // If it fails, the next read of the stage does it.
  const observe = createStageObserver(queue, methods, (...deployment) => {
    refreshFindings(db, codec, methods.of, deployment).catch(() => undefined);
  });
  const ownRequests = createOwnRequests(fingerprintKey.get);
  const closing = new AbortController();
  void keepPruning(history.prune, logger, closing.signal);
  const reads = createReads(database, codec, targets);

  return {
    memory: createStageMemory({
      history,
      reads,
      queue,
      observe,
      newRequestId: (target) => (fingerprintKey.isKnown() ? ownRequests.newId(target) : undefined),
    }),
    events: createEventStore(
      database,
      ({ requestId, at, ...target }: CloudTrailEvent) =>
        requestId !== null && ownRequests.isOwn(requestId, target, at),
    ),
    database,
    queue,
    isDescribed: (target: TargetKey, restApiId: string, deploymentId: string): boolean =>
      methods.of(target, restApiId, deploymentId) !== undefined,
    async close(): Promise<void> {
      await queue.flush();
      queue.close();
      closing.abort();
      await database.close();
    },
  };
}

export type Memory = Awaited<ReturnType<typeof createMemory>>;
