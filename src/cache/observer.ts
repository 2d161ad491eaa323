/** What is cached. */
export type CacheKind =
  'stages' | 'stage' | 'deployment' | 'deployments' | 'deploymentMethods' | 'restApi' | 'restApis';

/**
 * How a read was answered: by a fresh entry; by a stale one; by a call of its own; by a call that was already in flight;
 * by a negative entry.
 */
export type CacheOutcome = 'hit' | 'stale' | 'miss' | 'joined' | 'negative';

export interface CacheRead {
  readonly kind: CacheKind;
  readonly outcome: CacheOutcome;
  /** The age of an entry. */
  readonly ageMs?: number | undefined;
}

/** Receives every read. Its functions must be fast, and must not throw. */
export interface CacheObserver {
  readonly read: (read: CacheRead) => void;
  /** So many things of one API were requested together. */
  readonly batched: (kind: CacheKind, size: number) => void;
}

export const noCacheObserver: CacheObserver = { read: () => undefined, batched: () => undefined };
