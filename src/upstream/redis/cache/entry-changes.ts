import type { LocalCache } from '../../../cache/cache.ts';
import type { Invalidations } from '../locks/invalidations.ts';
import type { RedisScope } from '../scope.ts';
import type { CacheKeys } from './cache-keys.ts';
import type { LocalEntries } from './local-entries.ts';
import type { LookUp } from './lookups.ts';

type Change<Value> = (stored: Value) => Value;

/** What Redis had under a key at one moment. */
export interface RemoteEntry<Value> {
  readonly version: string;
  readonly entry: { readonly id: string; readonly ageMs: number; readonly value: Value } | undefined;
}

/** Changes of entries, for all processes and in the local cache, which never has an older version than Redis. */
export interface EntryChanges<Value> {
  /** The entry at this moment, for a change of it; undefined where Redis is unavailable. */
  readonly readRemote: (key: string) => Promise<RemoteEntry<Value> | undefined>;
  /** Changes the entry that was read before, after a write or after a read that bypassed the cache. */
  readonly settle: (
    key: string,
    change: Change<Value>,
    before: RemoteEntry<Value> | undefined,
    by: 'read' | 'write',
  ) => Promise<void>;
  /** Stores the response to a write; where that is impossible the entry is invalidated. */
  readonly storeResponse: (key: string, value: Value) => Promise<void>;
}

export interface EntryChangesOptions<Value extends object> {
  readonly local: LocalCache<Value>;
  readonly entries: LocalEntries<Value>;
  readonly scope: RedisScope;
  readonly lookUp: LookUp;
  readonly invalidations: Invalidations;
  readonly keys: CacheKeys;
  readonly ttlMs: number;
  /** How long an entry lives in Redis. */
  readonly entryLifeMs: number;
}

export function createEntryChanges<Value extends object>(
  options: EntryChangesOptions<Value>,
): EntryChanges<Value> {
  const { local, entries, scope, lookUp, invalidations, keys, ttlMs, entryLifeMs } = options;
  const { field, restApiOf, entryOf } = keys;

  function replacementOf(
    key: string,
    { version, entry }: RemoteEntry<Value>,
    change: Change<Value>,
    by: 'read' | 'write',
  ) {
    if (entry === undefined) return undefined;
    const value = change(entry.value);
    const pinnedVersion = by === 'read' ? version : undefined;
    return { value, entryKey: entryOf(key), pinnedVersion, known: entry.id, ...entries.name(value) };
  }

  /** Whether a lookup has been applied to the local cache since: it knows at least as much. */
  const isSynced = (key: string, before: string | undefined): boolean => {
    const now = entries.versionOf(key);
    return now !== undefined && now !== before;
  };

  return {
    async readRemote(key) {
      if (!scope.isUp() || ttlMs === 0) return undefined;
      const request = { restApiId: restApiOf(key), field, entryKey: entryOf(key) };
      const now = await lookUp({ ...request, known: () => '', apply: () => undefined }).catch(
        () => undefined,
      );
      if (now?.version === undefined) return undefined;
      const value = entries.decode(now.entry?.data);
      const entry = now.entry !== undefined && value !== undefined ? { ...now.entry, value } : undefined;
      return { version: now.version, entry };
    },
    async settle(key, change, before, by) {
      const replacement = before === undefined ? undefined : replacementOf(key, before, change, by);
      const version = entries.versionOf(key);
      const settled = await invalidations.settle(restApiOf(key), [field], replacement);
      if (settled === undefined) {
        await local.mutate(key, change);
        return;
      }
      if (isSynced(key, version)) return;
      local.evict(key);
      if (!settled.isStored || replacement === undefined) return;
      entries.put(key, settled.version, replacement.value, before?.entry?.ageMs ?? 0);
    },
    async storeResponse(key, value) {
      const { id, data } = entries.name(value);
      const before = entries.versionOf(key);
      const entry = { field, entryKey: entryOf(key), id, data, lifeMs: entryLifeMs };
      const version =
        ttlMs === 0 || !scope.isUp() ? undefined : await invalidations.storeResponse(restApiOf(key), entry);
      const isLocal =
        version === undefined && (await invalidations.settle(restApiOf(key), [field])) === undefined;
      if (isSynced(key, before)) return;
      local.evict(key);
      if (isLocal) await entries.putUnversioned(key, value);
      else if (version !== undefined) entries.put(key, version, value, 0);
    },
  };
}
