import { setTimeout as sleep } from 'node:timers/promises';
import type {
  APIGatewayClient,
  APIGatewayClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-api-gateway';
import type { Command } from '@smithy/types';
import type { Logger } from '../logger.ts';
import { toUpstreamError } from './aws-errors.ts';
import { type UpstreamError, type UpstreamFailure } from './upstream-error.ts';

/**
 * What repeating a call can do: `read` changes nothing, `repeatable` changes nothing more the second time,
 * `once` may change something more, so it is repeated only when it surely was not carried out.
 */
export type Repetition = 'read' | 'repeatable' | 'once';

/** Which failures are worth another attempt, and for which calls. */
const retried: Readonly<Partial<Record<UpstreamFailure, readonly Repetition[]>>> = {
  THROTTLED: ['read', 'repeatable', 'once'],
  UNAVAILABLE: ['read', 'repeatable', 'once'],
  // AWS says that another change was under way, so this one was not begun.
  CONFLICT: ['read', 'repeatable', 'once'],
  TIMEOUT: ['read', 'repeatable'],
  BROKEN: ['read', 'repeatable'],
};

export interface RetryOptions {
  readonly attempts: number;
  /** All attempts and the waits between them, in milliseconds. */
  readonly deadlineMs: number;
  /** The first wait; it doubles with every attempt, and a random part of it is taken. */
  readonly baseDelayMs: number;
}

type AwsCommand<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = Command<
  ServiceInputTypes,
  Input,
  ServiceOutputTypes,
  Output,
  APIGatewayClientResolvedConfig
>;

/** One call to AWS, with its retries. Throws UpstreamError and nothing else. */
export type Send = <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  command: AwsCommand<Input, Output>,
  repetition: Repetition,
) => Promise<Output>;

const operationName = (command: object): string => command.constructor.name.replace(/Command$/, '');

/** How long to wait before the next attempt, or undefined when this failure is final. */
function delayBefore(
  attempt: number,
  error: UpstreamError,
  repetition: Repetition,
  options: RetryOptions,
): number | undefined {
  if (attempt >= options.attempts || !retried[error.failure]?.includes(repetition)) return undefined;
  if (error.retryAfterSeconds !== undefined) return error.retryAfterSeconds * 1000;
  return Math.random() * options.baseDelayMs * 2 ** attempt;
}

/**
 * The seam to AWS. The client makes single attempts (`maxAttempts: 1`): which failure may be repeated depends on the
 * call, which the SDK's own retries do not look at.
 */
export function createSend(client: APIGatewayClient, logger: Logger, options: RetryOptions): Send {
  return async (command, repetition) => {
    const operation = operationName(command);
    const started = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        const output = await client.send(command);
        const durationMs = Math.round(performance.now() - started);
        const awsRequestId = output.$metadata.requestId;
        logger.info({ operation, attempt, durationMs, awsRequestId, outcome: 'OK' }, 'upstream call');
        return output;
      } catch (thrown) {
        const error = toUpstreamError(operation, thrown);
        const elapsed = performance.now() - started;
        const delay = delayBefore(attempt, error, repetition, options);
        const again = delay !== undefined && elapsed + delay < options.deadlineMs;
        const { failure, awsMessage, requestId: awsRequestId } = error;
        logger.warn(
          {
            operation,
            attempt,
            durationMs: Math.round(elapsed),
            awsRequestId,
            outcome: failure,
            awsMessage,
            again,
          },
          'upstream call failed',
        );
        if (failure === 'UNKNOWN') logger.error({ operation, err: thrown }, 'unrecognised upstream failure');
        if (!again) throw error;
        await sleep(delay);
      }
    }
  };
}
