import { UpstreamError } from '../../errors/upstream-error.ts';

const TOO_LATE = 'the rate limiter would grant it after its deadline';
export const TOO_MANY = "too many calls of the same caller are in the rate limiter's queue";

/** A call that was not sent: the rate limiter cannot grant it in time, or its caller has too many calls in the queue. */
export const rateLimited = (operation: string, waitMs: number, reason = TOO_LATE): UpstreamError =>
  new UpstreamError({
    failure: 'OVER_BUDGET',
    operation,
    awsMessage: `not sent: ${reason}`,
    requestId: undefined,
    retryAfterSeconds: Math.max(0.1, Math.ceil(waitMs / 100) / 10),
    cause: undefined,
  });

/** A call that was not sent: too little time is left before its deadline. */
export const outOfTime = (operation: string): UpstreamError =>
  new UpstreamError({
    failure: 'OUT_OF_TIME',
    operation,
    awsMessage: 'not sent: too little time is left for a response',
    requestId: undefined,
    retryAfterSeconds: undefined,
    cause: undefined,
  });
