import { CallAborted } from '../../errors/call-aborted.ts';
import { awsFailures } from '../../errors/failure-codes.ts';
import {
  failedWith,
  lastingFailures,
  UpstreamError,
  type UpstreamFailure,
} from '../../errors/upstream-error.ts';
import { TimeLimitExceeded } from './crawl-time.ts';

const sentence = (failure: UpstreamFailure): string =>
  awsFailures[failure].query.message.replace(/ Try again later\.$/, '');

/** Why a call failed, for clients: without ids of accounts, hosts and ARNs. */
export function reasonOf(error: unknown): string {
  if (error instanceof UpstreamError && error.failure !== 'UNKNOWN') return sentence(error.failure);
  if (error instanceof TimeLimitExceeded) return sentence('TIMEOUT');
  // The rate limiter takes no more calls of this priority.
  if (error instanceof CallAborted) return sentence('OVER_BUDGET');
  return 'The gateway failed; its log has the reason.';
}

/** Whether the same call would fail again. */
export const isLasting = (error: unknown): boolean => failedWith(error, ...lastingFailures);
