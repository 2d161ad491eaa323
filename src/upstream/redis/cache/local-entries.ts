import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalCache, ReadPolicy } from '../../../cache/cache.ts';
import type { Memory } from '../../../cache/memory.ts';
import { CallAborted } from '../../../errors/call-aborted.ts';
import { RedisFailure } from '../client.ts';
import type { RedisScope } from '../scope.ts';
import type { CacheKeys } from './cache-keys.ts';
import { decode, encode } from './entry-codec.ts';
import { type Lookup, type LookUp, NO_VERSION } from './lookups.ts';
import { FIRST_POLL_MS, LONGEST_POLL_MS } from './shared-load.ts';

/** The entries of the local cache, with their versions and ids in Redis. */
export interface LocalEntries<Value> {
  /** The id of the local entry; empty: there is none. */
  readonly idOf: (key: string) => string;
  readonly versionOf: (key: string) => string | undefined;
  /** Gives a value a new id, and encodes it. */
  readonly name: (value: Value) => { readonly id: string; readonly data: string };
  /** The value of an entry in Redis; undefined where there is none, or its data is broken. */
  readonly decode: (data: string | undefined) => Value | undefined;
  /** Looks the key up, and applies it to the local cache; undefined where Redis is unavailable. */
  readonly sync: (key: string) => Promise<Lookup | undefined>;
  /** The same, once no write is in flight; after a while in any case. */
  readonly syncAfterWrite: (
    key: string,
    abortSignal: ReadPolicy['abortSignal'],
  ) => Promise<Lookup | undefined>;
  /**
   * The next load has this version, if the key had none. NO_VERSION: Redis is unavailable, so its value is served only as
   * long as that lasts.
   */
  readonly pin: (key: string, version: string) => void;
  readonly put: (key: string, version: string, value: Value, ageMs: number) => void;
  /** A value that is served only as long as Redis is unavailable. */
  readonly putUnversioned: (key: string, value: Value) => Promise<void>;
}

export interface LocalEntriesOptions<Value extends object> {
  readonly local: LocalCache<Value>;
  /** Gives the value with nothing left to be computed later, as other processes are to find it. */
  readonly complete: (value: Value) => Value;
  readonly scope: RedisScope;
  readonly lookUp: LookUp;
  readonly keys: CacheKeys;
  readonly memory: Memory;
}

/** A read waits so long for a write in flight; then AWS is asked, and the response is not stored. */
const WRITE_WAIT_MS = 1000;

// One closure: an entry, its version and its id change together.
// eslint-disable-next-line max-lines-per-function
export function createLocalEntries<Value extends object>(
  options: LocalEntriesOptions<Value>,
): LocalEntries<Value> {
  const { local, complete, scope, lookUp, keys, memory } = options;
  /** Of all that the local cache has of a key. NO_VERSION: it has only a load that was not sent yet. */
  const versions = memory.table<string>((version) => version.length);
  const ids = new WeakMap<Value, string>();

  const idOf = (key: string): string => {
    const value = local.peek(key);
    return value === undefined ? '' : (ids.get(value) ?? '');
  };

  /** An entry's key names the release that has written it: its value has the type of this release. */
  const isOfThisRelease = (value: unknown): value is Value => typeof value === 'object' && value !== null;

  function decodeEntry(data: string | undefined): Value | undefined {
    const value = data === undefined ? undefined : decode(data);
    return isOfThisRelease(value) ? value : undefined;
  }

  function apply(key: string, { version, entry }: Lookup): void {
    if (version === undefined) return;
    if (versions.get(key) !== version) {
      local.evict(key);
      versions.set(key, version);
    }
    const value = decodeEntry(entry?.data);
    if (entry === undefined || value === undefined) return;
    ids.set(value, entry.id);
    local.put(key, value, entry.ageMs);
  }

  const lookUpOnce = (key: string): Promise<Lookup> =>
    lookUp({
      restApiId: keys.restApiOf(key),
      field: keys.field,
      entryKey: keys.entryOf(key),
      known: () => idOf(key),
      apply: (lookup) => apply(key, lookup),
    });

  async function sync(key: string): Promise<Lookup | undefined> {
    if (!scope.isUp()) return undefined;
    try {
      const first = await lookUpOnce(key);
      // The reply has evicted the local entry that made its data unnecessary.
      const isMissing = first.entry !== undefined && idOf(key) !== first.entry.id;
      const lookup = isMissing ? await lookUpOnce(key) : first;
      return lookup.version === undefined ? undefined : lookup;
    } catch (error) {
      if (error instanceof RedisFailure) return undefined;
      throw error;
    }
  }

  return {
    idOf,
    versionOf: (key) => versions.get(key),
    name(value) {
      const id = scope.nonce();
      ids.set(value, id);
      return { id, data: encode(complete(value)) };
    },
    decode: decodeEntry,
    sync,
    async syncAfterWrite(key, abortSignal) {
      const begin = performance.now();
      for (let wait = FIRST_POLL_MS; ; wait = Math.min(LONGEST_POLL_MS, wait * 1.5)) {
        const lookup = await sync(key);
        if (lookup?.isWriting !== true || performance.now() - begin > WRITE_WAIT_MS) return lookup;
        await sleep(wait);
        if (abortSignal?.().aborted === true) throw new CallAborted();
      }
    },
    pin(key, version) {
      if (versions.get(key) !== NO_VERSION) return;
      if (version === NO_VERSION) versions.delete(key);
      else versions.set(key, version);
    },
    put(key, version, value, ageMs) {
      versions.set(key, version);
      local.put(key, value, ageMs);
    },
    putUnversioned(key, value) {
      versions.delete(key);
      return local.set(key, value);
    },
  };
}
