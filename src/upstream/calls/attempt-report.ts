import { UpstreamError } from '../../errors/upstream-error.ts';
import { toUpstreamError } from './classify-aws-exception.ts';
import type { CallMade } from './observer.ts';
import type { Attempt } from './sdk/attempt.ts';
import type { AttemptDependencies } from './send-attempt.ts';
import { redactMessage } from './variable-values.ts';

/** Reports one attempt at a call to the observer, and in the log. */
export function createAttemptReport(
  {
    target,
    logger,
    observer,
    priority,
  }: Pick<AttemptDependencies, 'target' | 'logger' | 'observer' | 'priority'>,
  { operation, attempt }: Pick<CallMade, 'operation' | 'attempt'>,
  input: object,
) {
  const queuedAt = performance.now();
  let sentAt = queuedAt;
  let sent: Attempt | undefined;

  const report = (outcome: CallMade['outcome'], awsRequestId: string | undefined) => {
    const waitedMs = sentAt - queuedAt;
    const durationMs = performance.now() - sentAt;
    const { account, region } = target;
    const call = { account, region, operation, attempt, outcome, awsRequestId };
    observer.called({ ...call, priority: priority(), waitedMs, durationMs, server: sent?.server });
    return { ...call, waitedMs: Math.round(waitedMs), durationMs: Math.round(durationMs) };
  };

  return {
    /** Its time in the rate limiter's queue ends. */
    sending(attempt: Attempt): void {
      sentAt = performance.now();
      sent = attempt;
    },
    succeeded(awsRequestId: string | undefined): void {
      logger.info(report('OK', awsRequestId), 'upstream call');
    },
    /** Gives the SDK's error as an UpstreamError. */
    failed(thrown: unknown, mayHaveBeenSent: boolean): UpstreamError {
      const error =
        thrown instanceof UpstreamError ? thrown : toUpstreamError(operation, thrown, mayHaveBeenSent);
      const awsMessage = redactMessage(error.awsMessage, input);
      logger.warn({ ...report(error.failure, error.requestId), awsMessage }, 'upstream call failed');
      if (error.isUnrecognised) {
        const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
        logger.error(
          { account: target.account, region: target.region, operation, err: redactMessage(stack, input) },
          'unrecognised upstream failure',
        );
      }
      return error;
    },
  };
}
