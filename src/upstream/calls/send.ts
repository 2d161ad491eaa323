import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import { UpstreamError } from '../../errors/upstream-error.ts';
import type { Reservation } from '../limiter/operation-limit.ts';
import { isInconclusive, isRetryable, type RetrySafety } from './retry-safety.ts';
import type { Retry } from './retry.ts';
import { type AttemptDependencies, type AwsCommand, type Call, sendAttempt } from './send-attempt.ts';
import { nameCaller } from './user-agent.ts';

/** One call to AWS, with its retries. Throws UpstreamError, or CallAborted if its last reader has gone. */
export type Send = <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  command: AwsCommand<Input, Output>,
  safety: RetrySafety,
  reservation?: Reservation,
) => Promise<Output>;

/** The operation's name as AWS's documentation has it. */
export const operationName = (command: object): string => command.constructor.name.replace(/Command$/, '');

/**
 * The seam to AWS. The client makes single attempts (`maxAttempts: 1`): which failure may be retried depends on the
 * call, which the SDK's own retries ignore.
 */
export function createSend(retry: Retry, dependencies: AttemptDependencies): Send {
  const { onBehalfOf, newRequestId, target } = dependencies;
  return async (command, safety, reservation) => {
    nameCaller(command.input, target, onBehalfOf, safety === 'safe' ? undefined : newRequestId?.());
    const operation = operationName(command);
    const call: Call = { operation, safety, reservation, unknownOutcome: undefined, isOvertaken: false };
    try {
      return await retry(
        async (number) => sendAttempt(dependencies, command, call, number),
        (error: UpstreamError) => !call.isOvertaken && isRetryable(error, safety),
      );
    } catch (error) {
      if (error instanceof UpstreamError) error.target = target.label;
      throw call.unknownOutcome !== undefined && isInconclusive(error) ? call.unknownOutcome : error;
    }
  };
}
