import { failedWith, UpstreamError, type UpstreamFailure } from '../../errors/upstream-error.ts';

/**
 * Whether a call may be sent again. `safe` changes nothing; `idempotent` changes nothing more the second time;
 * `nonIdempotent` may, so it is sent again only after a failure that proves that it was not executed; `noRetry` depends on
 * an earlier read, which its caller must repeat first.
 */
export type RetrySafety = 'safe' | 'idempotent' | 'nonIdempotent' | 'noRetry';

/** The failures after which a call is sent again. */
const retriedAfter: Readonly<Partial<Record<UpstreamFailure, readonly RetrySafety[]>>> = {
  THROTTLED: ['safe', 'idempotent', 'nonIdempotent'],
  UNAVAILABLE: ['safe', 'idempotent', 'nonIdempotent'],
  // AWS was executing another change, and has not begun this one.
  CONFLICT: ['safe', 'idempotent', 'nonIdempotent'],
  TIMEOUT: ['safe', 'idempotent'],
  BROKEN: ['safe', 'idempotent'],
};

export const isRetryable = ({ failure }: UpstreamError, safety: RetrySafety): boolean =>
  retriedAfter[failure]?.includes(safety) ?? false;

/** Failures of a later attempt that prove nothing about an earlier one whose outcome is unknown. */
const inconclusive: readonly UpstreamFailure[] = [
  'THROTTLED',
  'OVER_BUDGET',
  'OUT_OF_TIME',
  'UNAVAILABLE',
  'CONFLICT',
  'ACCESS_DENIED',
  'TIMEOUT',
  'BROKEN',
  'UNKNOWN',
];

/** Other errors mean that nothing was sent. An unrecognised failure is that of a proxy. */
export const isInconclusive = (error: unknown): boolean =>
  !(error instanceof UpstreamError) || error.isUnrecognised || failedWith(error, ...inconclusive);
