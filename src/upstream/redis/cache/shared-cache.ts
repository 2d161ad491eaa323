import type { LocalCache, ReadThroughCache } from '../../../cache/cache.ts';
import type { Memory } from '../../../cache/memory.ts';
import type { Invalidations } from '../locks/invalidations.ts';
import type { RedisScope } from '../scope.ts';
import { createCacheKeys } from './cache-keys.ts';
import { createEntryChanges } from './entry-changes.ts';
import { createLocalEntries } from './local-entries.ts';
import { type LookUp, NO_VERSION } from './lookups.ts';
import { createSharedLoad } from './shared-load.ts';
import { createUnsettledLoads } from './unsettled-loads.ts';

export interface SharedCacheOptions<Value extends object> {
  readonly local: LocalCache<Value>;
  /** Gives the value with nothing left to be computed later, as other processes are to find it. */
  readonly complete: (value: Value) => Value;
  readonly scope: RedisScope;
  readonly lookUp: LookUp;
  readonly invalidations: Invalidations;
  /** Where the versions of local entries are kept. */
  readonly memory: Memory;
  /** Of the program: entries of another release are not read. */
  readonly release: string;
  readonly ttlMs: number;
  readonly staleMs: number;
  readonly versionLifeMs: number;
}

/** An entry lives in Redis so much longer than it may be served. */
const ENTRY_GRACE_MS = 1000;

/**
 * The cache of all processes: entries are in Redis, and decoded in the local cache. Before a local entry is served Redis
 * is asked whether its version is current. docs/many-processes.md says why no stale entry is seen. While Redis is
 * unavailable it is the local cache.
 */
export function createSharedCache<Value extends object>(
  options: SharedCacheOptions<Value>,
): ReadThroughCache<Value> {
  const { local, scope, invalidations, release, ttlMs, staleMs } = options;
  const { kind } = local;
  const keys = createCacheKeys(scope, kind, release);
  const { field, restApiOf } = keys;
  const entryLifeMs = ttlMs + staleMs + ENTRY_GRACE_MS;
  const entries = createLocalEntries({ ...options, keys });
  const changes = createEntryChanges({ ...options, keys, entries, entryLifeMs });
  const loadUnsettled = createUnsettledLoads<Value>();
  const loadShared = createSharedLoad<Value>({ ...options, keys, entries, entryLifeMs });

  return {
    kind,
    // Redis must be asked.
    getFresh: () => undefined,
    async peekCached(key, policy) {
      // `get` waits for a write in flight.
      return (await entries.sync(key))?.isWriting === true ? undefined : local.getFresh(key, policy);
    },
    isSent: (key) => local.isSent(key),
    async ageOf(key, value) {
      return (await entries.sync(key))?.isWriting === true ? undefined : local.ageOf(key, value);
    },
    async get(key, policy, load) {
      const lookup = await entries.syncAfterWrite(key, policy.abortSignal);
      if (lookup === undefined) {
        return local.get(key, policy, (request) => {
          entries.pin(key, NO_VERSION);
          return load(request);
        });
      }
      if (lookup.isWriting) {
        policy.observer?.read({ kind, outcome: 'miss' });
        return loadUnsettled(key, load);
      }
      return local.get(key, policy, (request) => loadShared(key, request, load));
    },
    mutate: (key, change) =>
      invalidations.inOrder(restApiOf(key), async () =>
        changes.settle(key, change, await changes.readRemote(key), 'write'),
      ),
    async pinVersion(key) {
      const before = await changes.readRemote(key);
      return (change) =>
        invalidations.inOrder(restApiOf(key), () => changes.settle(key, change, before, 'read'));
    },
    set(key, value) {
      local.evict(key);
      return invalidations.inOrder(restApiOf(key), () => changes.storeResponse(key, value));
    },
    async invalidate(prefix) {
      const invalidated = local.invalidate(prefix);
      await invalidations.inOrder(restApiOf(prefix), async () => {
        await invalidations.settle(restApiOf(prefix), [field]);
      });
      await invalidated;
    },
  };
}
