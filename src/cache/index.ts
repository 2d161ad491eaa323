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
  /** The cache of things that AWS never changes, whatever `ttlMs`. */
  readonly ofImmutable: <Value extends object>(kind: CacheKind) => ReadThroughCache<Value>;
}

export interface TargetCacheOptions extends Omit<ReadThroughCacheOptions, 'kind' | 'isImmutable'> {
  /** How long things that AWS never changes are kept. */
  readonly immutableTtlMs: number;
  /** How other processes share the entries. */
  readonly sharing?: Pick<Sharing, 'cache'> | undefined;
}

/** Its tables belong to this target alone: its keys cannot collide with those of another target. */
export function createTargetCache({ sharing, immutableTtlMs, ...options }: TargetCacheOptions): TargetCache {
  function create<Value extends object>(
    own: ReadThroughCacheOptions,
    complete: (value: Value) => Value,
  ): ReadThroughCache<Value> {
    const local: LocalCache<Value> = createReadThroughCache(own);
    return sharing?.cache(local, complete, own) ?? local;
  }
  return {
    ttlMs: options.ttlMs,
    of: (kind, complete = (value) => value) => create({ ...options, kind }, complete),
    ofImmutable: (kind) =>
      create({ ...options, kind, ttlMs: immutableTtlMs, isImmutable: true }, (value) => value),
  };
}
