import { setTimeout as sleep } from 'node:timers/promises';
import type { Load, Loader, LocalCache, ReadPolicy, ReadThroughCache } from '../../../cache/cache.ts';
import type { Memory } from '../../../cache/memory.ts';
import type { CacheKind } from '../../../cache/observer.ts';
import { CallAborted } from '../../../errors/call-aborted.ts';
import { RedisFailure } from '../connection.ts';
import { type VersionField, versionsKey } from '../locks/api-keys.ts';
import type { Invalidations } from '../locks/invalidations.ts';
import type { RedisScope } from '../scope.ts';
import { decode, encode } from './entry-codec.ts';
import { type Lookup, type LookUp, NO_VERSION } from './lookups.ts';
import { createSharedLoad, FIRST_POLL_MS, LONGEST_POLL_MS } from './shared-load.ts';

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

/** Which writes of an API invalidate which kind. */
const fieldOf: Readonly<Record<CacheKind, VersionField>> = {
  stages: 'stages',
  stage: 'stage',
  deployments: 'deployments',
  deployment: 'fixed',
  restApi: 'fixed',
  restApis: 'fixed',
};

/** A read waits so long for a write in flight; then AWS is asked, and the answer is not stored. */
const WRITE_WAIT_MS = 1000;
/** An entry lives in Redis so much longer than it may be served. */
const ENTRY_GRACE_MS = 1000;

type Change<Value> = (stored: Value) => Value;

/** What Redis had under a key at one moment. */
interface StoredEntry<Value> {
  readonly version: string;
  readonly entry: { readonly id: string; readonly ageMs: number; readonly value: Value } | undefined;
}

const apiOf = (key: string): string => key.split('/')[0] ?? '';

/**
 * The cache of all processes: entries are in Redis, and decoded in the local cache. Before a local entry is served Redis
 * is asked whether its version is current. docs/many-processes.md says why no stale entry is seen. While Redis is
 * unavailable it is the local cache.
 */
export function createSharedCache<Value extends object>(
  options: SharedCacheOptions<Value>,
): ReadThroughCache<Value> {
  const { local, complete, scope, lookUp, invalidations, release, ttlMs, staleMs, versionLifeMs } = options;
  const { kind } = local;
  const field = fieldOf[kind];
  const entryLifeMs = ttlMs + staleMs + ENTRY_GRACE_MS;
  /** The version of all that the local cache has of a key. NO_VERSION: it has only a load that was not sent yet. */
  const versions = options.memory.table<string>((version) => version.length);
  const ids = new WeakMap<Value, string>();
  const unsettled = new Map<string, { readonly current: Promise<Value>; next?: Promise<Value> }>();

  // Lists of the whole account belong to no API.
  const restApiOf = kind === 'restApis' ? () => '' : apiOf;
  const entryKeyOf = (key: string): string => scope.key('entry', release, kind, key);
  const idOf = (key: string): string => {
    const value = local.peek(key);
    return value === undefined ? '' : (ids.get(value) ?? '');
  };
  const named = (value: Value) => {
    const id = scope.nonce();
    ids.set(value, id);
    return { id, data: encode(complete(value)) };
  };

  /** An entry's key names the release that has written it: its value has the type of this release. */
  const isOfThisRelease = (value: unknown): value is Value => typeof value === 'object' && value !== null;

  /** Brings the local cache in step with what Redis has just answered. */
  function applyRemote(key: string, { version, entry }: Lookup): void {
    if (version === undefined) return;
    if (versions.get(key) !== version) {
      local.evict(key);
      versions.set(key, version);
    }
    if (entry?.data === undefined) return;
    const value = decode(entry.data);
    if (!isOfThisRelease(value)) return;
    ids.set(value, entry.id);
    local.put(key, value, entry.ageMs);
  }

  /**
   * What is loaded from now on has this version, if it had none. Without one Redis was not asked, or has not answered: it
   * is served only as long as Redis is unavailable.
   */
  function pin(key: string, version: string): void {
    if (versions.get(key) !== NO_VERSION) return;
    if (version === NO_VERSION) versions.delete(key);
    else versions.set(key, version);
  }

  const lookUpOnce = (key: string): Promise<Lookup> =>
    lookUp({
      restApiId: restApiOf(key),
      field,
      entryKey: entryKeyOf(key),
      known: () => idOf(key),
      apply: (lookup) => applyRemote(key, lookup),
    });

  /** What Redis has, with the local cache in step; undefined where it does not answer. */
  async function sync(key: string): Promise<Lookup | undefined> {
    if (!scope.isUp()) return undefined;
    try {
      const first = await lookUpOnce(key);
      // The answer has evicted the local entry that made its data unnecessary.
      const isMissing = first.entry !== undefined && idOf(key) !== first.entry.id;
      const lookup = isMissing ? await lookUpOnce(key) : first;
      return lookup.version === undefined ? undefined : lookup;
    } catch (error) {
      if (error instanceof RedisFailure) return undefined;
      throw error;
    }
  }

  /** The same, once no write is in flight; after a while in any case. */
  async function syncAfterWrite(
    key: string,
    abortSignal: ReadPolicy['abortSignal'],
  ): Promise<Lookup | undefined> {
    const begin = performance.now();
    for (let wait = FIRST_POLL_MS; ; wait = Math.min(LONGEST_POLL_MS, wait * 1.5)) {
      const lookup = await sync(key);
      if (lookup?.isWriting !== true || performance.now() - begin > WRITE_WAIT_MS) return lookup;
      await sleep(wait);
      if (abortSignal?.().aborted === true) throw new CallAborted();
    }
  }

  /** While a write is unsettled: a load that begins after this read, and is not stored. */
  function loadUnsettled(key: string, load: Loader<Value>): Promise<Value> {
    const begin = (): Promise<Value> => {
      const current = load({ ...unsharedLoad, signal: new AbortController().signal });
      const running: { readonly current: Promise<Value>; next?: Promise<Value> } = { current };
      unsettled.set(key, running);
      const end = () => {
        if (unsettled.get(key) === running) unsettled.delete(key);
      };
      current.then(end, end);
      return current;
    };
    const running = unsettled.get(key);
    if (running === undefined) return begin();
    running.next ??= running.current.then(begin, begin);
    return running.next;
  }

  const loadOnce = createSharedLoad<Value>({
    ...{ scope, field, ttlMs, entryLifeMs, versionLifeMs, entryKeyOf, idOf, pin },
    versionsOf: (key) => versionsKey(scope, restApiOf(key)),
    loadKeyOf: (key) => scope.key('load', kind, key),
    encode: named,
    async takeOver(key, known) {
      await sync(key);
      const value = local.peek(key);
      return value !== undefined && idOf(key) !== known ? value : undefined;
    },
  });

  /** The entry at this moment, for a change of it; undefined where Redis does not answer. */
  async function storedNow(key: string): Promise<StoredEntry<Value> | undefined> {
    if (!scope.isUp() || ttlMs === 0) return undefined;
    const request = { restApiId: restApiOf(key), field, entryKey: entryKeyOf(key) };
    const now = await lookUp({ ...request, known: () => '', apply: () => undefined }).catch(() => undefined);
    if (now?.version === undefined) return undefined;
    const value = now.entry?.data === undefined ? undefined : decode(now.entry.data);
    const entry = now.entry !== undefined && isOfThisRelease(value) ? { ...now.entry, value } : undefined;
    return { version: now.version, entry };
  }

  /** The changed entry. */
  function replacementOf(
    key: string,
    { version, entry }: StoredEntry<Value>,
    change: Change<Value>,
    by: 'read' | 'write',
  ) {
    if (entry === undefined) return undefined;
    const value = change(entry.value);
    const pinnedVersion = by === 'read' ? version : undefined;
    return { value, entryKey: entryKeyOf(key), pinnedVersion, known: entry.id, ...named(value) };
  }

  /** Whether a lookup has brought the local cache in step since: it knows at least as much. */
  const isSynced = (key: string, before: string | undefined): boolean => {
    const now = versions.get(key);
    return now !== undefined && now !== before;
  };

  /** Changes the entry for all processes, and then the local one. The local cache never has an older version than Redis. */
  async function settle(
    key: string,
    change: Change<Value>,
    before: StoredEntry<Value> | undefined,
    by: 'read' | 'write',
  ): Promise<void> {
    const replacement = before === undefined ? undefined : replacementOf(key, before, change, by);
    const version = versions.get(key);
    const settled = await invalidations.settle(restApiOf(key), [field], replacement);
    if (settled === undefined) {
      await local.mutate(key, change);
      return;
    }
    if (isSynced(key, version)) return;
    local.evict(key);
    if (!settled.isStored || replacement === undefined) return;
    versions.set(key, settled.version);
    local.put(key, replacement.value, before?.entry?.ageMs ?? 0);
  }

  /** Stores for all processes what a write was answered with; where that is impossible the entry is invalidated. */
  async function storeAnswer(key: string, value: Value): Promise<void> {
    const { id, data } = named(value);
    const before = versions.get(key);
    const entry = { field, entryKey: entryKeyOf(key), id, data, lifeMs: entryLifeMs };
    const version =
      ttlMs === 0 || !scope.isUp() ? undefined : await invalidations.storeResponse(restApiOf(key), entry);
    const isLocal =
      version === undefined && (await invalidations.settle(restApiOf(key), [field])) === undefined;
    if (isSynced(key, before)) return;
    local.evict(key);
    if (isLocal) {
      // Served only as long as Redis is unavailable.
      versions.delete(key);
      await local.set(key, value);
    } else if (version !== undefined) {
      versions.set(key, version);
      local.put(key, value, 0);
    }
  }

  return {
    kind,
    // Redis must be asked.
    getFresh: () => undefined,
    async peekCached(key, policy) {
      // `get` waits for a write in flight.
      return (await sync(key))?.isWriting === true ? undefined : local.getFresh(key, policy);
    },
    isSent: (key) => local.isSent(key),
    async ageOf(key, value) {
      return (await sync(key))?.isWriting === true ? undefined : local.ageOf(key, value);
    },
    async get(key, policy, load) {
      const lookup = await syncAfterWrite(key, policy.abortSignal);
      if (lookup === undefined) {
        return local.get(key, policy, (asked) => {
          pin(key, NO_VERSION);
          return load(asked);
        });
      }
      if (lookup.isWriting) {
        policy.observer?.read({ kind, outcome: 'miss' });
        return loadUnsettled(key, load);
      }
      return local.get(key, policy, (asked) => loadOnce(key, asked, load));
    },
    mutate: (key, change) =>
      invalidations.inOrder(restApiOf(key), async () => settle(key, change, await storedNow(key), 'write')),
    async pinVersion(key) {
      const before = await storedNow(key);
      return (change) => invalidations.inOrder(restApiOf(key), () => settle(key, change, before, 'read'));
    },
    set(key, value) {
      local.evict(key);
      return invalidations.inOrder(restApiOf(key), () => storeAnswer(key, value));
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

/** A load that no later reader joins. */
const unsharedLoad: Omit<Load, 'signal'> = { urgency: () => 'read', sent: () => undefined };
