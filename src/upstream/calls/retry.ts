import { setTimeout as sleep } from 'node:timers/promises';
import { failedWith, UpstreamError } from '../../errors/upstream-error.ts';
import type { Deadline } from '../time/deadline.ts';

export interface RetryOptions {
  readonly attempts: number;
  /** The first wait; it doubles with every attempt, and a random part of it is taken. */
  readonly baseDelayMs: number;
}

/** Retries while the failure is retryable, attempts are left, and the delay ends before the deadline. */
export type Retry = <Result>(
  attempt: (number: number) => Promise<Result>,
  isRetryable: (error: UpstreamError) => boolean,
) => Promise<Result>;

/** `Retry-After` where AWS sends one; otherwise exponential backoff with full jitter. */
const delayAfter = (attempt: number, error: UpstreamError, baseDelayMs: number): number =>
  error.retryAfterSeconds === undefined
    ? Math.random() * baseDelayMs * 2 ** attempt
    : error.retryAfterSeconds * 1000;

export function createRetry({ attempts, baseDelayMs }: RetryOptions, deadline: Deadline): Retry {
  return async (attempt, isRetryable) => {
    let last: UpstreamError | undefined;
    for (let number = 1; ; number++) {
      try {
        return await attempt(number);
      } catch (error) {
        // There is no time for another attempt: the failure of the last one is the reason.
        if (last !== undefined && failedWith(error, 'OVER_BUDGET', 'OUT_OF_TIME')) throw last;
        if (!(error instanceof UpstreamError) || number >= attempts || !isRetryable(error)) throw error;
        const delay = delayAfter(number, error, baseDelayMs);
        if (delay >= deadline.timeLeftMs()) throw error;
        last = error;
        await sleep(delay);
      }
    }
  };
}
