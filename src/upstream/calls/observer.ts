import { failedWith, type UpstreamFailure } from '../../errors/upstream-error.ts';
import type { Priority } from '../limiter/rate-limiter.ts';

/** The kinds of things in the store. */
export type CacheKind = 'stages' | 'stage' | 'deployment' | 'deployments' | 'restApi' | 'restApis';

/** One attempt at a call: it was paid for, sent, and has ended. */
export interface CallMade {
  /** The operation's name as AWS's documentation has it. */
  readonly operation: string;
  readonly priority: Priority;
  /** 1 for the first; every later one is a retry. */
  readonly attempt: number;
  /** In the budget's queue. */
  readonly waitedMs: number;
  /** From there to the last byte of the answer. */
  readonly durationMs: number;
  readonly outcome: 'OK' | UpstreamFailure;
  readonly awsRequestId: string | undefined;
}

/** A call that was not sent: its turn in the budget would have come too late. */
export interface CallRejected {
  readonly operation: string;
  readonly priority: Priority;
}

/**
 * How a read was answered: from memory; from memory though too old; by a call of its own; by one that was under way for
 * somebody else; by the memory that AWS has refused it.
 */
export type CacheOutcome = 'hit' | 'stale' | 'miss' | 'joined' | 'refusal';

export interface CacheRead {
  readonly kind: CacheKind;
  readonly outcome: CacheOutcome;
  /** Of what was answered from memory. */
  readonly ageMs?: number | undefined;
}

/** Told what happens on the way to AWS, while it happens: it must be quick, and must not throw. */
export interface UpstreamObserver {
  readonly called: (call: CallMade) => void;
  readonly rejected: (call: CallRejected) => void;
  readonly read: (read: CacheRead) => void;
  /** So many things of one API were asked for together. */
  readonly batched: (kind: CacheKind, size: number) => void;
}

const nothing = (): void => undefined;

/** For whom nobody counts. */
export const noObserver: UpstreamObserver = {
  called: nothing,
  rejected: nothing,
  read: nothing,
  batched: nothing,
};

/** Passes an error on, and tells of it where it says that a call was not sent. */
export const reportRejection =
  (observer: UpstreamObserver, refused: CallRejected) =>
  (error: unknown): never => {
    if (failedWith(error, 'OVER_BUDGET')) observer.rejected(refused);
    throw error;
  };
