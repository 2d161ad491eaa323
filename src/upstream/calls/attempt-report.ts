import type { Logger } from '../../app/logger.ts';
import { UpstreamError } from '../../errors/upstream-error.ts';
import type { Priority } from '../limiter/rate-limiter.ts';
import { toUpstreamError } from './aws-errors.ts';
import type { CallMade, UpstreamObserver } from './observer.ts';
import { redactMessage } from './variable-values.ts';

/** Reports one attempt at a call to the observer, and in the log. */
export interface AttemptReport {
  /** Its time in the rate limiter's queue ends. */
  readonly sending: () => void;
  readonly succeeded: (awsRequestId: string | undefined) => void;
  /** Gives the SDK's error as an UpstreamError. */
  readonly failed: (thrown: unknown, mayHaveBeenSent: boolean) => UpstreamError;
}

export interface AttemptReporting {
  readonly logger: Logger;
  readonly observer: UpstreamObserver;
  readonly priority: () => Priority;
}

export function createAttemptReport(
  { logger, observer, priority }: AttemptReporting,
  { operation, attempt }: Pick<CallMade, 'operation' | 'attempt'>,
  input: object,
): AttemptReport {
  const queuedAt = performance.now();
  let sentAt = queuedAt;

  const report = (outcome: CallMade['outcome'], awsRequestId: string | undefined) => {
    const waitedMs = sentAt - queuedAt;
    const durationMs = performance.now() - sentAt;
    const call = { operation, attempt, outcome, awsRequestId };
    observer.called({ ...call, priority: priority(), waitedMs, durationMs });
    return { ...call, waitedMs: Math.round(waitedMs), durationMs: Math.round(durationMs) };
  };

  return {
    sending() {
      sentAt = performance.now();
    },
    succeeded(awsRequestId) {
      logger.info(report('OK', awsRequestId), 'upstream call');
    },
    failed(thrown, mayHaveBeenSent) {
      const error =
        thrown instanceof UpstreamError ? thrown : toUpstreamError(operation, thrown, mayHaveBeenSent);
      const awsMessage = redactMessage(error.awsMessage, input);
      logger.warn({ ...report(error.failure, error.requestId), awsMessage }, 'upstream call failed');
      if (error.isUnrecognised) {
        const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
        logger.error({ operation, err: redactMessage(stack, input) }, 'unrecognised upstream failure');
      }
      return error;
    },
  };
}
