import { failedWith, type UpstreamFailure } from '../../errors/upstream-error.ts';
import type { Priority } from '../limiter/rate-limiter.ts';

/** The kinds of things in the store. */
export type StoreKind = 'stages' | 'stage' | 'deployment' | 'deployments' | 'restApi' | 'restApis';

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
export interface CallRefused {
  readonly operation: string;
  readonly priority: Priority;
}

/**
 * How a read was answered: from memory; from memory though too old; by a call of its own; by one that was under way for
 * somebody else; by the memory that AWS has refused it.
 */
export type ReadOutcome = 'hit' | 'stale' | 'miss' | 'joined' | 'refusal';

export interface StoreRead {
  readonly kind: StoreKind;
  readonly outcome: ReadOutcome;
  /** Of what was answered from memory. */
  readonly ageMs?: number | undefined;
}

/** Told what happens on the way to AWS, while it happens: it must be quick, and must not throw. */
export interface UpstreamObserver {
  readonly called: (call: CallMade) => void;
  readonly refused: (call: CallRefused) => void;
  readonly read: (read: StoreRead) => void;
  /** So many things of one API were asked for together. */
  readonly batched: (kind: StoreKind, size: number) => void;
}

const nothing = (): void => undefined;

/** For whom nobody counts. */
export const noObserver: UpstreamObserver = {
  called: nothing,
  refused: nothing,
  read: nothing,
  batched: nothing,
};

/** Passes an error on, and tells of it where it says that a call was not sent. */
export const tellRefusal =
  (observer: UpstreamObserver, refused: CallRefused) =>
  (error: unknown): never => {
    if (failedWith(error, 'OVER_BUDGET')) observer.refused(refused);
    throw error;
  };
