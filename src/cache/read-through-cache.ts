import { LRUCache } from 'lru-cache';
import { failedWith, lastingFailures, type UpstreamFailure } from '../errors/upstream-error.ts';
import type { CacheOutcome, CacheKind, UpstreamObserver } from '../upstream/calls/observer.ts';
import { withinMs } from '../upstream/calls/time-limit.ts';
import type { CallerKey } from '../upstream/limiter/fair-queue.ts';
import { CallAborted } from '../upstream/limiter/rate-limiter.ts';

/** How a read may be answered. */
export interface ReadPolicy {
  /** Past what is stored, but not more often than once a second for all who ask so. */
  readonly fresh: boolean;
  /**
   * Gives what says that the reader has gone: what nobody waits for any more gives up its place in the budget's queue. Who
   * finds all in the store is spared making it.
   */
  readonly abortSignal?: (() => AbortSignal) | undefined;
  /** Who reads: a load goes by the turns of all who wait for it. */
  readonly callerKey?: (() => CallerKey) | undefined;
  /** Whether the last known value is a better answer than this error of a load, beside those of outages. */
  readonly prefersKnown?: ((error: unknown) => boolean) | undefined;
  /** Told how it was answered. */
  readonly observer?: UpstreamObserver | undefined;
}

/** A load on behalf of all who wait for it. */
export interface Load {
  /** May rise while it waits. */
  readonly urgency: () => 'read' | 'refresh';
  /** Whether an older value would be answered without it. */
  readonly hasOlder?: boolean;
  readonly signal: AbortSignal;
  /** To be told whenever an attempt goes out: what AWS answers is no older. */
  readonly sent: () => void;
  /** Takes who is to be told of every caller that comes to wait for it, too. */
  readonly onJoin?: ((joined: (caller: CallerKey) => void) => void) | undefined;
}

/** Stores what a read past the store has brought. */
export type StorePinned<Value> = (change: (stored: Value) => Value) => Promise<void>;

/** What AWS said, for all requests of the process, one kind of thing each. */
export interface ReadThroughCache<Value extends object> {
  readonly kind: CacheKind;
  /** The stored value if it can be had at once: the policy allows it, and nobody else must be asked whether it holds. */
  getFresh(key: string, policy: ReadPolicy): Value | undefined;
  /** The stored value where the policy allows it, also where others must be asked whether it holds; it is never loaded. */
  peekCached(key: string, policy: ReadPolicy): Value | undefined | Promise<Value | undefined>;
  /** The stored value where the policy allows it, else what `load` brings; identical loads under way are one. */
  get(key: string, policy: ReadPolicy, load: (load: Load) => Promise<Value>): Promise<Value>;
  /** Whether a load of it is under way that this process has sent to AWS. */
  isSent(key: string): boolean;
  /** How old a value is, if a read from memory would show this very one; a promise where others must be asked. */
  ageOf(key: string, value: Value): number | undefined | Promise<number | undefined>;
  /**
   * A write's answer: what is stored changes at once, and loads under way lose. Resolves when this holds for all who
   * share the store: before that, nobody may be told of the write.
   */
  mutate(key: string, change: (stored: Value) => Value): Promise<void>;
  /** A write's answer that is the whole value: it is stored whether or not anything was; as with `update`. */
  set(key: string, value: Value): Promise<void>;
  /**
   * Asked before a read past the store. Gives what stores that read, as `update` does, unless a write has come between:
   * what is stored is newer then.
   */
  pinVersion(key: string): Promise<StorePinned<Value>>;
  /** Nothing that was read before holds any more, for this key and all that start with it; as with `update`. */
  invalidate(prefix: string): Promise<void>;
}

/** The store of one process, for one that is shared to stand on. */
export interface LocalCache<Value extends object> extends ReadThroughCache<Value> {
  /** What is stored, whatever its age. */
  peek(key: string): Value | undefined;
  /** What another process was told, so long ago. */
  put(key: string, value: Value, ageMs: number): void;
  /** Nothing holds any more of this key alone; loads under way lose. */
  drop(key: string): void;
}

export interface ReadThroughCacheOptions {
  readonly kind: CacheKind;
  /** How old a value may be; 0: nothing is stored. */
  readonly ttlMs: number;
  /** How much older while the budget is spent, or AWS cannot be asked. */
  readonly staleMs: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly isBudgetSpent: () => boolean;
}

interface Entry<Value> {
  readonly value: Value;
  readonly storedAt: number;
  /** A load of it has failed lately: until then nobody waits for the next one. */
  troubledUntil: number;
}

interface Loading<Value> {
  readonly promise: Promise<Value>;
  readonly controller: AbortController;
  /** When its last attempt went out; undefined while it waits for its turn. */
  sentAt: number | undefined;
  /** How many readers wait for it. */
  waiting: number;
  joined: (caller: CallerKey) => void;
}

/** What was not to be had, and when it was asked for. */
interface Refusal {
  readonly error: Error;
  readonly since: number;
}

/** Who could have the last known value waits so long at the most for a newer one. */
const PATIENCE_MS = 1000;
/** After an outage the last known value is answered at once for so long, and AWS asked in the background. */
const TROUBLE_MS = 5000;

/** What is missing or not allowed is remembered so long, or for the TTL if that is shorter. */
const REFUSED_MS = 2000;
const FRESH_MS = 1000;

/** An error with its stack and cause, beside its message. */
const REFUSAL_BYTES = 2000;

/** Failures that say nothing about the thing asked for: what was known of it still is the best answer. */
const outages: readonly UpstreamFailure[] = [
  'THROTTLED',
  'OVER_BUDGET',
  'OUT_OF_TIME',
  'UNAVAILABLE',
  'TIMEOUT',
  'BROKEN',
];

const DONE = Promise.resolve();

export function createReadThroughCache<Value extends object>(
  options: ReadThroughCacheOptions,
): LocalCache<Value> {
  const { kind, ttlMs, staleMs, maxEntries, maxBytes, isBudgetSpent } = options;
  const entries = new LRUCache<string, Entry<Value>>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: ({ value }) => JSON.stringify(value).length + 1,
  });
  const refusals = new LRUCache<string, Refusal>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: ({ error }, key) => key.length + error.message.length + REFUSAL_BYTES,
  });
  /** In places that are emptied: the tables that a map has outgrown hold what was in them until V8 collects everything. */
  const loading = new Map<string, { current: Loading<Value> | undefined }>();
  const clock = (): number => performance.now();

  function store(key: string, value: Value, ageMs: number): void {
    refusals.delete(key);
    if (ttlMs > 0) entries.set(key, { value, storedAt: clock() - ageMs, troubledUntil: -Infinity });
  }

  function begin(key: string, load: (load: Load) => Promise<Value>, hasOlder: boolean): Loading<Value> {
    const controller = new AbortController();
    const urgency = () => (started.waiting > 0 ? 'read' : 'refresh');
    const sent = () => {
      started.sentAt = clock();
    };
    const onJoin = (joined: (caller: CallerKey) => void) => {
      started.joined = joined;
    };
    const started: Loading<Value> = {
      controller,
      sentAt: undefined,
      waiting: 0,
      joined: () => undefined,
      promise: Promise.resolve().then(() =>
        load({ urgency, hasOlder, signal: controller.signal, sent, onJoin }),
      ),
    };
    const place: { current: Loading<Value> | undefined } = { current: started };
    loading.set(key, place);
    /** Whether what it brings counts: where a write has come between it may be the past. */
    const ends = (): boolean => {
      place.current = undefined;
      return loading.get(key) === place && loading.delete(key);
    };
    started.promise.then(
      (value) => {
        if (ends()) store(key, value, 0);
      },
      (error: unknown) => {
        if (!ends()) return;
        const entry = entries.peek(key);
        if (failedWith(error, ...outages) && entry !== undefined) entry.troubledUntil = clock() + TROUBLE_MS;
        if (!failedWith(error, ...lastingFailures)) return;
        if (error.failure !== 'ACCESS_DENIED') entries.delete(key);
        if (ttlMs > 0) refusals.set(key, { error, since: clock() });
      },
    );
    return started;
  }

  /** The load under way; none for who wants no older answer than it may bring. */
  function underWay(key: string, fresh: boolean): Loading<Value> | undefined {
    const under = loading.get(key)?.current;
    const isOld = under?.sentAt !== undefined && clock() - under.sentAt >= FRESH_MS;
    return fresh && isOld ? undefined : under;
  }

  /** Waits for the load under way, or for a new one. The load is given up when all who wait for it have gone. */
  function join(
    key: string,
    load: (load: Load) => Promise<Value>,
    policy: ReadPolicy,
    hasOlder: boolean,
  ): { readonly coming: Promise<Value>; readonly leave: () => void } {
    const { fresh, abortSignal, callerKey } = policy;
    const known = underWay(key, fresh);
    const under = known ?? begin(key, load, hasOlder);
    under.waiting += 1;
    if (callerKey !== undefined) known?.joined(callerKey());
    const signal = abortSignal?.();
    let gone = false;
    const leave = (): void => {
      signal?.removeEventListener('abort', giveUp);
      if (gone) return;
      gone = true;
      under.waiting -= 1;
    };
    const giveUp = (): void => {
      leave();
      // Only what still queues for the budget is given up: a paid call brings its answer for others.
      if (under.waiting === 0) under.controller.abort();
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    const coming = under.promise.catch((error: unknown) => {
      // Given up by others, in the moment in which this reader came.
      if (error instanceof CallAborted && signal?.aborted !== true && !gone) return wait(key, load, policy);
      throw error;
    });
    return { coming, leave };
  }

  async function wait(key: string, load: (load: Load) => Promise<Value>, policy: ReadPolicy): Promise<Value> {
    const { coming, leave } = join(key, load, policy, false);
    try {
      return await coming;
    } finally {
      leave();
    }
  }

  /** What is coming, unless it takes too long or fails for a reason that is not its own. */
  async function waitOrKeep(
    known: Value,
    key: string,
    load: (load: Load) => Promise<Value>,
    policy: ReadPolicy,
  ): Promise<{ readonly value: Value; readonly kept: boolean }> {
    const { coming, leave } = join(key, load, policy, true);
    const keep = { value: known, kept: true };
    try {
      return await withinMs(
        PATIENCE_MS,
        coming.then((value) => ({ value, kept: false })),
        () => keep,
      );
    } catch (error) {
      if (failedWith(error, ...outages) || policy.prefersKnown?.(error) === true) return keep;
      throw error;
    } finally {
      leave();
    }
  }

  function getFresh(key: string, { fresh, observer }: ReadPolicy): Value | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    const ageMs = clock() - entry.storedAt;
    if (ageMs >= (fresh ? Math.min(FRESH_MS, ttlMs) : ttlMs)) return undefined;
    observer?.read({ kind, outcome: 'hit', ageMs });
    return entry.value;
  }

  function mutate(key: string, change: (stored: Value) => Value): Promise<void> {
    const entry = entries.get(key);
    loading.delete(key);
    refusals.delete(key);
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
      const tell = (outcome: CacheOutcome) =>
        observer?.read({ kind, outcome, ...(outcome === 'stale' ? { ageMs: age } : {}) });
      if (policy.abortSignal?.().aborted === true) throw new CallAborted();
      const refusal = refusals.get(key);
      const patience = Math.min(fresh ? FRESH_MS : REFUSED_MS, ttlMs);
      if (refusal !== undefined && clock() - refusal.since < patience) {
        tell('refusal');
        throw refusal.error;
      }
      const asked: CacheOutcome = underWay(key, fresh) === undefined ? 'miss' : 'joined';
      if (entry === undefined || fresh || age >= ttlMs + staleMs) {
        tell(asked);
        return wait(key, load, policy);
      }
      if (isBudgetSpent() || clock() < entry.troubledUntil) {
        tell('stale');
        // Nobody waits for it: its failure is logged where it happens.
        if (!loading.has(key)) begin(key, load, true);
        return entry.value;
      }
      const { value, kept } = await waitOrKeep(entry.value, key, load, policy);
      tell(kept ? 'stale' : asked);
      return value;
    },
    isSent: (key) => loading.get(key)?.current?.sentAt !== undefined,
    ageOf(key, value) {
      const entry = entries.get(key);
      const age = entry?.value === value ? clock() - entry.storedAt : Infinity;
      return age < ttlMs ? age : undefined;
    },
    mutate,
    // The write lock lets no write come between.
    pinVersion: (key) => Promise.resolve((change) => mutate(key, change)),
    set(key, value) {
      loading.delete(key);
      store(key, value, 0);
      return DONE;
    },
    invalidate(prefix) {
      for (const map of [loading, refusals, entries]) {
        for (const key of [...map.keys()]) if (key.startsWith(prefix)) map.delete(key);
      }
      return DONE;
    },
    peek: (key) => entries.peek(key)?.value,
    put: store,
    drop(key) {
      for (const map of [loading, refusals, entries]) map.delete(key);
    },
  };
}
