import type { CallerKey } from '../upstream/limiter/fair-queue.ts';
import type { CacheKind, CacheObserver } from './observer.ts';

/** How a read may be answered. */
export interface ReadPolicy {
  /** Bypasses entries older than a second: the client sent `Cache-Control: no-cache`. */
  readonly fresh: boolean;
  /**
   * Gives the signal of the reader's disconnection: a load without readers leaves the rate limiter's queue. A function,
   * because a cache hit needs no signal.
   */
  readonly abortSignal?: (() => AbortSignal) | undefined;
  /** The reader: callers take turns in the rate limiter's queue, and a load belongs to all of its readers. */
  readonly callerKey?: (() => CallerKey) | undefined;
  /** Whether a stale entry is served instead of this error, beside the errors of outages. */
  readonly prefersStale?: ((error: unknown) => boolean) | undefined;
  readonly observer?: CacheObserver | undefined;
}

/** A load on behalf of all its readers. */
export interface Load {
  /** `read` while a reader waits for it: may change while it is queued. */
  readonly urgency: () => 'read' | 'refresh';
  /** Whether its readers can have a stale entry instead. */
  readonly hasStale?: boolean;
  /** Aborted when its last reader has gone. */
  readonly signal: AbortSignal;
  /** Called when an attempt is sent: its response is at least as new as this moment. */
  readonly sent: () => void;
  /** Registers a listener for further readers. */
  readonly onJoin?: ((joined: (caller: CallerKey) => void) => void) | undefined;
}

export type Loader<Value> = (load: Load) => Promise<Value>;

/** Stores the result of a read that has bypassed the cache. */
export type StorePinned<Value> = (change: (stored: Value) => Value) => Promise<void>;

/** A read-through cache of one kind of thing of one target (an account in a Region), shared by all requests. */
export interface ReadThroughCache<Value extends object> {
  readonly kind: CacheKind;
  /** The entry, if it is fresh and no other process must be asked whether it is current. */
  getFresh(key: string, policy: ReadPolicy): Value | undefined;
  /** The entry, if it is fresh; a promise where other processes must be asked. Never loads. */
  peekCached(key: string, policy: ReadPolicy): Value | undefined | Promise<Value | undefined>;
  /** The entry where the policy allows it, else the result of `load`. Identical loads in flight are one. */
  get(key: string, policy: ReadPolicy, load: Loader<Value>): Promise<Value>;
  /** Whether a load is in flight whose call was sent to AWS. */
  isSent(key: string): boolean;
  /** The age of a value that is still the fresh entry, else undefined; a promise where other processes must be asked. */
  ageOf(key: string, value: Value): number | undefined | Promise<number | undefined>;
  /**
   * Changes the entry after a write. Loads in flight are not stored. Resolves when every process sees the change: the
   * write must not be answered before.
   */
  mutate(key: string, change: (stored: Value) => Value): Promise<void>;
  /** Stores the response to a write, whether or not there is an entry; else as `mutate`. */
  set(key: string, value: Value): Promise<void>;
  /**
   * Called before a read that bypasses the cache. Gives the function that stores its result, as `mutate` does, unless a
   * write has come between: then the entry is newer.
   */
  pinVersion(key: string): Promise<StorePinned<Value>>;
  /** Invalidates this key and all that start with it: entries, negative entries and loads in flight; else as `mutate`. */
  invalidate(prefix: string): Promise<void>;
}

/** The cache of one process, on which a shared one is built. */
export interface LocalCache<Value extends object> extends ReadThroughCache<Value> {
  /** The entry, whatever its age. */
  peek(key: string): Value | undefined;
  /** Stores the entry of another process, with its age. */
  put(key: string, value: Value, ageMs: number): void;
  /** Invalidates this key alone. */
  evict(key: string): void;
}
