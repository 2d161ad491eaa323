import DataLoader from 'dataloader';
import { listOf } from '../connection/commands.ts';
import { versionsKey } from '../locks/shared-writes.ts';
import type { RedisScope } from '../scope.ts';
import { LOOK_UP } from '../scripts/cache.ts';
import type { VersionField } from '../scripts/lua.ts';

/** What Redis has of one thing at one moment. */
export interface Lookup {
  /** The version of its kind in its API, or NO_VERSION; undefined: a key of another type is in its place (WRONGTYPE). */
  readonly version: string | undefined;
  /** A write is in flight, or its writer has died: the entry may become stale at any moment. */
  readonly isWriting: boolean;
  /** The entry, if there is one of this version. */
  readonly entry:
    | {
        readonly id: string;
        readonly ageMs: number;
        /** Where it is not the entry that this process has. */
        readonly data: string | undefined;
      }
    | undefined;
}

/** The shared token bucket at the same moment. */
export interface BucketState {
  readonly tokens: number;
  readonly rate: number;
  /** How long ago; negative during a pause: how long it lasts. */
  readonly sinceMs: number;
  /** How many calls are queued in all processes. */
  readonly queued: number;
}

export interface LookupRequest {
  readonly restApiId: string;
  readonly field: VersionField;
  readonly entryKey: string;
  /** The id of the entry that this process has when Redis is asked. */
  readonly known: () => string;
  /** Called with the answer, in the order of Redis's replies. */
  readonly apply: (lookup: Lookup) => void;
}

/** Redis has no version: there is no entry, and local entries are stale. */
export const NO_VERSION = '';

export type LookUp = ReturnType<typeof createLookUp>;

const MAX_BATCH = 200;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function lookupOf(reply: unknown): Lookup {
  const [version, writing, id, age, data] = listOf(reply);
  return {
    version: text(version),
    isWriting: writing === 1,
    entry: typeof id === 'string' ? { id, ageMs: Number(age), data: text(data) } : undefined,
  };
}

function bucketOf(bucket: unknown): BucketState | undefined {
  if (!Array.isArray(bucket)) return undefined;
  const [tokens = 0, rate = 0, sinceMs = 0, queued = 0] = bucket.map(Number);
  return { tokens, rate, sinceMs, queued };
}

/** The shared token bucket of the account, whose state a lookup reads as well. */
export interface ObservedBucket {
  /** Undefined while it is not known where it is. */
  readonly key: () => string | undefined;
  readonly observe: (state: BucketState) => void;
}

/** Looks a thing up. Throws RedisFailure. Lookups of one turn of the event loop share a command. */
export function createLookUp(scope: RedisScope, bucket: ObservedBucket) {
  const loader = new DataLoader<LookupRequest, Lookup>(
    async (all) => {
      const keys = all.flatMap(({ restApiId, entryKey }) => [versionsKey(scope, restApiId), entryKey]);
      const args = all.flatMap(({ field, known }) => [field, known()]);
      const [tokens, ...rest] = await scope.run(LOOK_UP, [bucket.key() ?? scope.key('none'), ...keys], args);
      const state = bucketOf(tokens);
      if (state !== undefined) bucket.observe(state);
      const lookups = all.map((_, index) => lookupOf(rest[index]));
      // Here replies are in Redis's order; the order in which the callers' promises resolve is another.
      lookups.forEach((lookup, index) => all[index]?.apply(lookup));
      return lookups;
    },
    { cache: false, maxBatchSize: MAX_BATCH },
  );
  return (request: LookupRequest): Promise<Lookup> => loader.load(request);
}
