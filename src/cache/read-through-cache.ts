import { CallAborted } from '../errors/call-aborted.ts';
import { failedWith, lastingFailures } from '../errors/upstream-error.ts';
import { withinMs } from '../upstream/time/time-limit.ts';
import type { Loader, LocalCache, ReadPolicy } from './cache.ts';
import type { Memory } from './memory.ts';
import type { CacheKind, CacheOutcome } from './observer.ts';
import { createSingleFlight } from './single-flight.ts';

export interface ReadThroughCacheOptions {
  readonly kind: CacheKind;
  /** Of the process: it bounds the caches of all targets together. */
  readonly memory: Memory;
  /** How old a fresh entry may be; 0: nothing is stored. */
  readonly ttlMs: number;
  /** How much older a stale entry may be that is served while the rate limiter is exhausted, or AWS cannot be asked. */
  readonly staleMs: number;
  readonly isLimiterExhausted: () => boolean;
  /** AWS never changes these things: entries have no age, and fresh reads may be answered by any of them. */
  readonly isImmutable?: boolean | undefined;
}

interface Entry<Value> {
  readonly value: Value;
  readonly storedAt: number;
  /** Set after a failed load: until this time the stale entry is served without waiting for its revalidation. */
  noWaitUntil: number;
}

/** A negative entry: AWS has answered that there is no such thing, or denied the read. */
interface NegativeEntry {
  readonly error: Error;
  readonly storedAt: number;
}

/** A reader that can have a stale entry waits at most so long for a fresh one. */
const STALE_IF_SLOW_MS = 1000;
/** For so long after a failed load no reader waits at all (`noWaitUntil`). How old a stale entry may be is `staleMs`. */
const NO_WAIT_AFTER_ERROR_MS = 5000;
/** How long a process serves a negative entry, unless the TTL is shorter. */
const NEGATIVE_TTL_MS = 2000;
/** How old an entry may be for a fresh read. */
const FRESH_MS = 1000;

/** An error with its stack and cause. */
const ERROR_BYTES = 2000;

/** Failures that are not about the thing itself: a stale entry is served instead. */
const outages = ['THROTTLED', 'OVER_BUDGET', 'OUT_OF_TIME', 'UNAVAILABLE', 'TIMEOUT', 'BROKEN'] as const;

const DONE = Promise.resolve();

/** The cache of one kind of thing in this process: fresh entries, stale-if-error, stale-if-slow, negative entries. */
// One closure: entries, negative entries and loads in flight of a key change together.
// eslint-disable-next-line max-lines-per-function
export function createReadThroughCache<Value extends object>(
  options: ReadThroughCacheOptions,
): LocalCache<Value> {
  const { kind, memory, ttlMs, staleMs, isLimiterExhausted, isImmutable = false } = options;
  const entries = memory.table<Entry<Value>>(({ value }) => JSON.stringify(value).length);
  const negatives = memory.table<NegativeEntry>(({ error }) => error.message.length + ERROR_BYTES);
  const clock = (): number => performance.now();
  const flights = createSingleFlight<Value>(FRESH_MS, {
    stored: (key, value) => put(key, value, 0),
    failed: noteFailure,
  });

  function put(key: string, value: Value, ageMs: number): void {
    negatives.delete(key);
    if (ttlMs > 0) entries.set(key, { value, storedAt: clock() - ageMs, noWaitUntil: -Infinity });
  }

  function noteFailure(key: string, error: unknown): void {
    const entry = entries.peek(key);
    if (failedWith(error, ...outages) && entry !== undefined)
      entry.noWaitUntil = clock() + NO_WAIT_AFTER_ERROR_MS;
    if (!failedWith(error, ...lastingFailures)) return;
    if (error.failure !== 'ACCESS_DENIED') entries.delete(key);
    if (ttlMs > 0) negatives.set(key, { error, storedAt: clock() });
  }

  /** The result of the load, or the stale entry where that takes too long or fails in an outage. */
  async function loadOrServeStale(
    stale: Value,
    key: string,
    load: Loader<Value>,
    policy: ReadPolicy,
  ): Promise<{ readonly value: Value; readonly isStale: boolean }> {
    const { result, leave } = flights.join(key, load, policy, true);
    const served = { value: stale, isStale: true };
    try {
      return await withinMs(
        STALE_IF_SLOW_MS,
        result.then((value) => ({ value, isStale: false })),
        () => served,
      );
    } catch (error) {
      if (failedWith(error, ...outages) || policy.prefersStale?.(error) === true) return served;
      throw error;
    } finally {
      leave();
    }
  }

  function getFresh(key: string, { fresh, observer }: ReadPolicy): Value | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    const ageMs = clock() - entry.storedAt;
    if (ageMs >= (fresh && !isImmutable ? Math.min(FRESH_MS, ttlMs) : ttlMs)) return undefined;
    observer?.read({ kind, outcome: 'hit', ageMs: isImmutable ? 0 : ageMs });
    return entry.value;
  }

  function mutate(key: string, change: (stored: Value) => Value): Promise<void> {
    const entry = entries.get(key);
    flights.detach(key);
    negatives.delete(key);
    if (entry !== undefined) entries.set(key, { ...entry, value: change(entry.value) });
    return DONE;
  }

  return {
    kind,
    getFresh,
    peekCached: getFresh,
    async get(key, policy, load) {
      const known = getFresh(key, policy);
      if (known !== undefined) return known;
      const { fresh, observer } = policy;
      const entry = entries.get(key);
      const age = entry === undefined ? Infinity : clock() - entry.storedAt;
      const report = (outcome: CacheOutcome) =>
        observer?.read({ kind, outcome, ageMs: outcome === 'stale' ? age : undefined });
      if (policy.abortSignal?.().aborted === true) throw new CallAborted();
      const negative = negatives.get(key);
      const negativeTtlMs = Math.min(fresh ? FRESH_MS : NEGATIVE_TTL_MS, ttlMs);
      if (negative !== undefined && clock() - negative.storedAt < negativeTtlMs) {
        report('negative');
        throw negative.error;
      }
      const loaded: CacheOutcome = flights.current(key, fresh) === undefined ? 'miss' : 'joined';
      if (entry === undefined || fresh || age >= ttlMs + staleMs) {
        report(loaded);
        return flights.wait(key, load, policy);
      }
      if (isLimiterExhausted() || clock() < entry.noWaitUntil) {
        report('stale');
        // `send` logs its failure.
        flights.refresh(key, load);
        return entry.value;
      }
      const { value, isStale } = await loadOrServeStale(entry.value, key, load, policy);
      report(isStale ? 'stale' : loaded);
      return value;
    },
    isSent: (key) => flights.current(key, false)?.sentAt !== undefined,
    ageOf(key, value) {
      const entry = entries.get(key);
      const age = entry?.value === value ? clock() - entry.storedAt : Infinity;
      if (age >= ttlMs) return undefined;
      return isImmutable ? 0 : age;
    },
    mutate,
    // The write lock excludes other writes until then.
    pinVersion: (key) => Promise.resolve((change) => mutate(key, change)),
    set(key, value) {
      flights.detach(key);
      put(key, value, 0);
      return DONE;
    },
    invalidate(prefix) {
      flights.detachPrefix(prefix);
      negatives.deletePrefix(prefix);
      entries.deletePrefix(prefix);
      return DONE;
    },
    peek: (key) => entries.peek(key)?.value,
    put,
    evict(key) {
      flights.detach(key);
      negatives.delete(key);
      entries.delete(key);
    },
  };
}
