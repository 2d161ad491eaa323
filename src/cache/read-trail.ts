import type { ReadThroughCache } from './cache.ts';
import type { CacheKind, CacheObserver } from './observer.ts';

/** A value that a request was shown, or that there was none. */
interface Dependency {
  /** Undefined where nothing was shown. */
  readonly kind: CacheKind | undefined;
  /** How old it is if it still is what a read from memory shows, else undefined. */
  readonly ageNow: () => number | undefined | Promise<number | undefined>;
}

/** What an answer rests on, if it rests on nothing else. */
export type Dependencies = readonly Dependency[];

/** What one request reads from the stores, as it reads it. */
export interface DependencyTracker {
  readonly record: <Value extends object>(store: ReadThroughCache<Value>, key: string, value: Value) => void;
  /** What was shown counts only while this store has nothing under this key: what it gets may be newer. */
  readonly recordAbsent: <Value extends object>(store: ReadThroughCache<Value>, key: string) => void;
  /** Something was read that no store shows again. */
  readonly markIncomplete: () => void;
  /** All that was read; undefined where it was nothing, or a store does not tell all of it. */
  readonly dependencies: () => Dependencies | undefined;
}

export function createDependencyTracker(): DependencyTracker {
  const grounds: Dependency[] = [];
  let isWhole = true;
  return {
    record(store, key, value) {
      // Held weakly: what the store has given up shall not live on in an answer that can never be given again.
      const seen = new WeakRef(value);
      const ageNow = () => {
        const known = seen.deref();
        return known === undefined ? undefined : store.ageOf(key, known);
      };
      grounds.push({ kind: store.kind, ageNow });
    },
    recordAbsent(store, key) {
      const ageIfAbsent = (value: object | undefined) => (value === undefined ? 0 : undefined);
      const ageNow = () => {
        const stored = store.peekCached(key, { fresh: false });
        return stored instanceof Promise ? stored.then(ageIfAbsent) : ageIfAbsent(stored);
      };
      grounds.push({ kind: undefined, ageNow });
    },
    markIncomplete() {
      isWhole = false;
    },
    dependencies: () => (isWhole && grounds.length > 0 ? grounds : undefined),
  };
}

type Ages = readonly number[] | undefined;
const isAge = (age: number | undefined): age is number => age !== undefined;
const ifAll = (ages: readonly (number | undefined)[]): Ages => (ages.every(isAge) ? ages : undefined);

/** How old what was read is; undefined where one of the reads would not show the same again. */
function agesOf(grounds: Dependencies): Ages | Promise<Ages> {
  const ages: number[] = [];
  for (const { ageNow } of grounds) {
    const age = ageNow();
    if (age instanceof Promise) {
      const rest = grounds.slice(ages.length + 1).map(async (shown) => shown.ageNow());
      return Promise.all([...ages.map(async (each) => Promise.resolve(each)), age, ...rest]).then(ifAll);
    }
    if (age === undefined) return undefined;
    ages.push(age);
  }
  return ages;
}

/**
 * Whether every read of an answer would show the same again. Those reads count as made, if it is so: the caller is spared
 * the work, not the truth. A promise where a store is shared with other processes.
 */
export function areFresh(grounds: Dependencies, observer: CacheObserver): boolean | Promise<boolean> {
  const tell = (ages: Ages): boolean => {
    if (ages === undefined) return false;
    for (const [index, { kind }] of grounds.entries())
      if (kind !== undefined) observer.read({ kind, outcome: 'hit', ageMs: ages[index] });
    return true;
  };
  const ages = agesOf(grounds);
  return ages instanceof Promise ? ages.then(tell) : tell(ages);
}

/** How old the oldest of it is; undefined where it is not what reads would show now. */
export function ageOf(grounds: Dependencies): number | undefined | Promise<number | undefined> {
  const oldest = (ages: Ages) => ages?.reduce((most, age) => Math.max(most, age), 0);
  const ages = agesOf(grounds);
  return ages instanceof Promise ? ages.then(oldest) : oldest(ages);
}
