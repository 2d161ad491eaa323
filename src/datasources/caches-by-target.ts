import type { TargetCache } from '../cache/index.ts';
import { type Caches, createCaches } from './caches.ts';

export type CachesByTarget = (cache: TargetCache) => Caches;

/** The caches of a target, created when they are first used. Once for each process. */
export function createCachesByTarget(): CachesByTarget {
  const known = new WeakMap<TargetCache, Caches>();
  return (cache) => {
    let caches = known.get(cache);
    if (caches === undefined) known.set(cache, (caches = createCaches(cache)));
    return caches;
  };
}
