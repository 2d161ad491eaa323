/** What is cached. */
export type CacheKind = 'stages' | 'stage' | 'deployment' | 'deployments' | 'restApi' | 'restApis';

/**
 * How a read was answered: by a fresh entry; by a stale one; by a call of its own; by a call that was already in flight;
 * by a negative entry.
 */
export type CacheOutcome = 'hit' | 'stale' | 'miss' | 'joined' | 'refusal';

export interface CacheRead {
  readonly kind: CacheKind;
  readonly outcome: CacheOutcome;
  /** Of what was answered from memory. */
  readonly ageMs?: number | undefined;
}

/** Told of every read, while it happens: it must be quick, and must not throw. */
export interface CacheObserver {
  readonly read: (read: CacheRead) => void;
  /** So many things of one API were asked for together. */
  readonly batched: (kind: CacheKind, size: number) => void;
}

export const noCacheObserver: CacheObserver = { read: () => undefined, batched: () => undefined };
