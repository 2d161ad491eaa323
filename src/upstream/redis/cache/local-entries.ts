import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'devalue';
import type { ReadPolicy } from '../../../cache/cache.ts';
import { CallAborted } from '../../../errors/call-aborted.ts';
import { RedisFailure } from '../connection/commands.ts';
import type { CacheContext } from './cache-context.ts';
import { type Lookup, NO_VERSION } from './lookups.ts';
import { FIRST_POLL_MS, LONGEST_POLL_MS } from './shared-load.ts';

/** The entries of the local cache, with their versions and ids in Redis. */
export type LocalEntries<Value extends object> = ReturnType<typeof createLocalEntries<Value>>;

/** A read waits so long for a write in flight; then AWS is asked, and the response is not stored. */
const WRITE_WAIT_MS = 1000;

// One closure: an entry, its version and its id change together.
// eslint-disable-next-line max-lines-per-function
export function createLocalEntries<Value extends object>(context: CacheContext<Value>) {
  const { local, complete, scope, lookUp, memory, field, restApiOf, entryOf } = context;
  /** Of all that the local cache has of a key. NO_VERSION: it has only a load that was not sent yet. */
  const versions = memory.table<string>((version) => version.length);
  const ids = new WeakMap<Value, string>();

  /** The id of the local entry; empty: there is none. */
  const idOf = (key: string): string => {
    const value = local.peek(key);
    return value === undefined ? '' : (ids.get(value) ?? '');
  };

  /** An entry's key names the release that has written it: its value has the type of this release. */
  const isOfThisRelease = (value: unknown): value is Value => typeof value === 'object' && value !== null;

  /** The value of an entry in Redis; undefined where there is none, or its data is broken. */
  function decodeEntry(data: string | undefined): Value | undefined {
    try {
      const value: unknown = data === undefined ? undefined : parse(data);
      return isOfThisRelease(value) ? value : undefined;
    } catch {
      return undefined;
    }
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
      ...{ restApiId: restApiOf(key), field, entryKey: entryOf(key) },
      known: () => idOf(key),
      apply: (lookup) => apply(key, lookup),
    });

  /** Looks the key up, and applies it to the local cache; undefined where Redis is unavailable. */
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
    versionOf: (key: string) => versions.get(key),
    /** Gives a value a new id, and encodes it. */
    name(value: Value) {
      const id = scope.nonce();
      ids.set(value, id);
      return { id, data: stringify(complete(value)) };
    },
    decode: decodeEntry,
    sync,
    /** The same, once no write is in flight; after a while in any case. */
    async syncAfterWrite(key: string, abortSignal: ReadPolicy['abortSignal']): Promise<Lookup | undefined> {
      const begin = performance.now();
      for (let wait = FIRST_POLL_MS; ; wait = Math.min(LONGEST_POLL_MS, wait * 1.5)) {
        const lookup = await sync(key);
        if (lookup?.isWriting !== true || performance.now() - begin > WRITE_WAIT_MS) return lookup;
        await sleep(wait);
        if (abortSignal?.().aborted === true) throw new CallAborted();
      }
    },
    /**
     * The next load has this version, if the key had none. NO_VERSION: Redis is unavailable, so its value is served only
     * as long as that lasts.
     */
    pin(key: string, version: string): void {
      if (versions.get(key) !== NO_VERSION) return;
      if (version === NO_VERSION) versions.delete(key);
      else versions.set(key, version);
    },
    put(key: string, version: string, value: Value, ageMs: number): void {
      versions.set(key, version);
      local.put(key, value, ageMs);
    },
    /** A value that is served only as long as Redis is unavailable. */
    putUnversioned(key: string, value: Value): Promise<void> {
      versions.delete(key);
      return local.set(key, value);
    },
  };
}
