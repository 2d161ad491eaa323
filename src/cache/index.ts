import type { Sharing } from '../upstream/redis/index.ts';
import type { LocalCache, ReadThroughCache } from './cache.ts';
import type { CacheKind } from './observer.ts';
import { createReadThroughCache, type ReadThroughCacheOptions } from './read-through-cache.ts';

/** The caches of one target: an account in a Region. */
export interface TargetCache {
  /** How long an entry is fresh; 0: nothing is stored. */
  readonly ttlMs: number;
  /** The cache of one kind of thing. `complete` evaluates what a value computes lazily, so that it can be serialized. */
  readonly of: <Value extends object>(
    kind: CacheKind,
    complete?: (value: Value) => Value,
  ) => ReadThroughCache<Value>;
}

export interface TargetCacheOptions extends Omit<ReadThroughCacheOptions, 'kind'> {
  /** How other processes share the entries. */
  readonly sharing?: Pick<Sharing, 'cache'> | undefined;
}

/** Its tables belong to this target alone: its keys cannot collide with those of another target. */
export function createTargetCache({ sharing, ...options }: TargetCacheOptions): TargetCache {
  return {
    ttlMs: options.ttlMs,
    of<Value extends object>(kind: CacheKind, complete = (value: Value) => value) {
      const local: LocalCache<Value> = createReadThroughCache({ ...options, kind });
      return sharing?.cache(local, complete, options.memory) ?? local;
    },
  };
}
