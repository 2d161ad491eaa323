import { failedWith, type UpstreamFailure } from '../../errors/upstream-error.ts';
import type { TargetKey } from '../../fleet/target.ts';
import type { Priority } from '../limiter/rate-limiter.ts';
import type { ServerAddress } from './sdk/attempt.ts';

/** An attempt at a call that has ended, and its target. */
export interface CallMade extends TargetKey {
  /** The operation's name as AWS's documentation has it. */
  readonly operation: string;
  readonly priority: Priority;
  /** 1 for the first; every later one is a retry. */
  readonly attempt: number;
  /** In the rate limiter's queue. */
  readonly waitedMs: number;
  /** From there to the last byte of the answer. */
  readonly durationMs: number;
  readonly outcome: 'OK' | UpstreamFailure;
  readonly awsRequestId: string | undefined;
  /** Undefined if the call failed before it was sent. */
  readonly server: ServerAddress | undefined;
}

/** A call that was not sent: the rate limiter would have granted it too late. */
export type CallRejected = Pick<CallMade, 'account' | 'region' | 'operation' | 'priority'>;

/** Receives every call when it ends. Its functions must be fast, and must not throw. */
export interface UpstreamObserver {
  readonly called: (call: CallMade) => void;
  readonly rejected: (call: CallRejected) => void;
}

export const noObserver: UpstreamObserver = { called: () => undefined, rejected: () => undefined };

/** Rethrows an error, and reports it where it says that the rate limiter rejected a call. */
export const reportRejection =
  (observer: UpstreamObserver, call: CallRejected) =>
  (error: unknown): never => {
    if (failedWith(error, 'OVER_BUDGET')) observer.rejected(call);
    throw error;
  };
