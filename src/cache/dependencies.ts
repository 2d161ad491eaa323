import type { ReadThroughCache } from './cache.ts';
import type { CacheKind, CacheObserver } from './observer.ts';

/** A cached value, or the absence of one, that a response depends on. */
interface Dependency {
  /** Undefined for an absence: it counts as no read. */
  readonly kind: CacheKind | undefined;
  /** The age of the value; undefined if a read would give another one now. */
  readonly currentAge: () => number | undefined | Promise<number | undefined>;
}

/** Everything that a response depends on. */
export type Dependencies = readonly Dependency[];

/** Records what one request reads from the caches. */
export interface DependencyTracker {
  readonly record: <Value extends object>(cache: ReadThroughCache<Value>, key: string, value: Value) => void;
  /** The response is fresh only while this cache has nothing under this key: what it would get may be newer. */
  readonly recordAbsent: <Value extends object>(cache: ReadThroughCache<Value>, key: string) => void;
  /** Something was read that no cache can give again. */
  readonly markIncomplete: () => void;
  /** All that was read; undefined if nothing was, or if the record is incomplete. */
  readonly dependencies: () => Dependencies | undefined;
}

export function createDependencyTracker(): DependencyTracker {
  const recorded: Dependency[] = [];
  let isComplete = true;
  return {
    record(cache, key, value) {
      // A weak reference: a value that its cache has evicted must not stay in memory with a response that is stale.
      const reference = new WeakRef(value);
      const currentAge = () => {
        const recordedValue = reference.deref();
        return recordedValue === undefined ? undefined : cache.ageOf(key, recordedValue);
      };
      recorded.push({ kind: cache.kind, currentAge });
    },
    recordAbsent(cache, key) {
      const ageIfAbsent = (value: object | undefined) => (value === undefined ? 0 : undefined);
      const currentAge = () => {
        const cached = cache.peekCached(key, { fresh: false });
        return cached instanceof Promise ? cached.then(ageIfAbsent) : ageIfAbsent(cached);
      };
      recorded.push({ kind: undefined, currentAge });
    },
    markIncomplete() {
      isComplete = false;
    },
    dependencies: () => (isComplete && recorded.length > 0 ? recorded : undefined),
  };
}

type Ages = readonly number[] | undefined;
const isAge = (age: number | undefined): age is number => age !== undefined;
const ifAll = (ages: readonly (number | undefined)[]): Ages => (ages.every(isAge) ? ages : undefined);

/** The ages of all dependencies; undefined if one of them is stale. A promise where a cache is shared between processes. */
function agesOf(dependencies: Dependencies): Ages | Promise<Ages> {
  const ages: number[] = [];
  for (const { currentAge } of dependencies) {
    const age = currentAge();
    if (age instanceof Promise) {
      const remaining = dependencies.slice(ages.length + 1).map(async (each) => each.currentAge());
      return Promise.all([...ages.map(async (each) => Promise.resolve(each)), age, ...remaining]).then(ifAll);
    }
    if (age === undefined) return undefined;
    ages.push(age);
  }
  return ages;
}

/** Whether all dependencies are fresh. If so, each is reported as a cache hit: the cached response replaces those reads. */
export function areFresh(dependencies: Dependencies, observer: CacheObserver): boolean | Promise<boolean> {
  const report = (ages: Ages): boolean => {
    if (ages === undefined) return false;
    for (const [index, { kind }] of dependencies.entries())
      if (kind !== undefined) observer.read({ kind, outcome: 'hit', ageMs: ages[index] });
    return true;
  };
  const ages = agesOf(dependencies);
  return ages instanceof Promise ? ages.then(report) : report(ages);
}

/** The age of the oldest dependency; undefined if one of them is stale. */
export function ageOf(dependencies: Dependencies): number | undefined | Promise<number | undefined> {
  const oldest = (ages: Ages) => ages?.reduce((most, age) => Math.max(most, age), 0);
  const ages = agesOf(dependencies);
  return ages instanceof Promise ? ages.then(oldest) : oldest(ages);
}
