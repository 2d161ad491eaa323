import type { Loader, ReadPolicy, ReadThroughCache } from '../../../cache/cache.ts';
import { type CacheContext, createCacheContext, type SharedCacheOptions } from './cache-context.ts';
import { createEntryChanges } from './entry-changes.ts';
import { createLocalEntries, type LocalEntries } from './local-entries.ts';
import { NO_VERSION } from './lookups.ts';
import { createSharedLoad } from './shared-load.ts';

interface Running<Value> {
  readonly current: Promise<Value>;
  next?: Promise<Value>;
}

/** Loads while a write is in flight: each begins after the read that waits for it, and is not stored. */
function createUnsettledLoads<Value>(): (key: string, load: Loader<Value>) => Promise<Value> {
  const loads = new Map<string, Running<Value>>();
  return (key, load) => {
    const begin = (): Promise<Value> => {
      const { signal } = new AbortController();
      const current = load({ urgency: () => 'read', sent: () => undefined, signal });
      const running: Running<Value> = { current };
      loads.set(key, running);
      const end = () => {
        if (loads.get(key) === running) loads.delete(key);
      };
      current.then(end, end);
      return current;
    };
    const running = loads.get(key);
    if (running === undefined) return begin();
    running.next ??= running.current.then(begin, begin);
    return running.next;
  };
}

/** Changes of entries, for all processes. */
function createWrites<Value extends object>(
  context: CacheContext<Value>,
  entries: LocalEntries<Value>,
): Pick<ReadThroughCache<Value>, 'mutate' | 'pinVersion' | 'set' | 'invalidate'> {
  const { local, invalidations, field, restApiOf } = context;
  const changes = createEntryChanges(context, entries);
  return {
    mutate: (key, change) =>
      invalidations.inOrder(restApiOf(key), async () =>
        changes.settle(key, change, 'write', await changes.readRemote(key)),
      ),
    async pinVersion(key) {
      const before = await changes.readRemote(key);
      return (change) =>
        invalidations.inOrder(restApiOf(key), () => changes.settle(key, change, 'read', before));
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

/**
 * The cache of all processes: entries are in Redis, and decoded in the local cache. Before a local entry is served Redis
 * is asked whether its version is current. docs/many-processes.md says why no stale entry is seen. While Redis is
 * unavailable it is the local cache.
 */
export function createSharedCache<Value extends object>(
  options: SharedCacheOptions<Value>,
): ReadThroughCache<Value> {
  const context = createCacheContext(options);
  const { local, isImmutable } = context;
  const { kind } = local;
  const entries = createLocalEntries(context);
  const loadUnsettled = createUnsettledLoads<Value>();
  const loadShared = createSharedLoad(context, entries);

  /** The entry, if it is known to be current without a look into Redis. */
  const getFresh = (key: string, policy: ReadPolicy): Value | undefined =>
    isImmutable ? local.getFresh(key, policy) : undefined;

  return {
    kind,
    getFresh,
    async peekCached(key, policy) {
      const known = getFresh(key, policy);
      if (known !== undefined) return known;
      // `get` waits for a write in flight.
      return (await entries.sync(key))?.isWriting === true ? undefined : local.getFresh(key, policy);
    },
    isSent: (key) => local.isSent(key),
    async ageOf(key, value) {
      if (isImmutable) return local.ageOf(key, value);
      return (await entries.sync(key))?.isWriting === true ? undefined : local.ageOf(key, value);
    },
    async get(key, policy, load) {
      const known = getFresh(key, policy);
      if (known !== undefined) return known;
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
    ...createWrites(context, entries),
  };
}
