import type {
  APIGatewayClient,
  APIGatewayClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-api-gateway';
import type { Command } from '@smithy/types';
import type { Logger } from '../../app/logger.ts';
import {
  failedWith,
  provesNotApplied,
  UpstreamError,
  type UpstreamFailure,
} from '../../errors/upstream-error.ts';
import type { CallerKey } from '../limiter/fair-queue.ts';
import type { Reservation } from '../limiter/own-limits.ts';
import type { CallRequest, RateLimiter, Priority } from '../limiter/rate-limiter.ts';
import type { Fence, Permit } from '../locks/fence.ts';
import type { Deadline } from '../time/deadline.ts';
import { withinMs } from '../time/time-limit.ts';
import { beginAttempt } from './attempt-middleware.ts';
import { Attempt } from './attempt.ts';
import { toUpstreamError } from './aws-errors.ts';
import { type CallMade, reportRejection, type UpstreamObserver } from './observer.ts';
import type { Retry } from './retry.ts';
import { nameCaller, type UpstreamCaller } from './user-agent.ts';
import { tellableMessage } from './variable-values.ts';

/**
 * What repeating a call can do: `read` changes nothing, `repeatable` changes nothing more the second time, `once` may
 * change something more, so it is repeated only when it surely was not carried out; `never` rests on something that
 * was read before, so its caller must read again first.
 */
export type RetrySafety = 'safe' | 'idempotent' | 'nonIdempotent' | 'noRetry';

/** Which failures are worth another attempt, and for which calls. */
const retried: Readonly<Partial<Record<UpstreamFailure, readonly RetrySafety[]>>> = {
  THROTTLED: ['safe', 'idempotent', 'nonIdempotent'],
  UNAVAILABLE: ['safe', 'idempotent', 'nonIdempotent'],
  // AWS says that another change was under way, so this one was not begun.
  CONFLICT: ['safe', 'idempotent', 'nonIdempotent'],
  TIMEOUT: ['safe', 'idempotent'],
  BROKEN: ['safe', 'idempotent'],
};

/** Failures of a later attempt that say nothing about an earlier one whose outcome is unknown. */
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

/** What is no failure of a call was never sent; a refusal of a kind that AWS does not have is that of a proxy. */
const isInconclusive = (error: unknown): boolean =>
  !(error instanceof UpstreamError) || error.isUnrecognised || failedWith(error, ...inconclusive);

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
  safety: RetrySafety,
  /** Where it was waited for before. */
  turn?: Reservation,
) => Promise<Output>;

export interface SendDependencies {
  readonly client: APIGatewayClient;
  readonly logger: Logger;
  readonly observer: UpstreamObserver;
  readonly retry: Retry;
  readonly deadline: Deadline;
  readonly limiter: RateLimiter;
  readonly priority: () => Priority;
  /** For whom the calls are made: callers take turns. */
  readonly caller: CallerKey;
  readonly onJoin?: CallRequest['onJoin'];
  /** Who they are, as CloudTrail is to show it. */
  readonly onBehalfOf?: UpstreamCaller | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where other processes write as well. */
  readonly fence?: Fence | undefined;
  /** Told of every attempt that goes out. */
  readonly onSent?: (() => void) | undefined;
  /** For one attempt, its answer's last byte included. */
  readonly requestTimeoutMs: number;
}

/** The operation's name as AWS's documentation has it. */
export const operationName = (command: object): string => command.constructor.name.replace(/Command$/, '');

/** The API that a call is about, by its input: as its id, or within an ARN. */
function restApiIdOf({ input }: { readonly input: object }): string {
  const id: unknown = Reflect.get(input, 'restApiId');
  const arn: unknown = Reflect.get(input, 'resourceArn');
  if (typeof id === 'string') return id;
  return (typeof arn === 'string' ? /\/restapis\/([^/]+)/.exec(arn)?.[1] : undefined) ?? '';
}

/**
 * The seam to AWS. The client makes single attempts (`maxAttempts: 1`): which failure may be repeated depends on the
 * call, which the SDK's own retries do not look at.
 */
export function createSend(dependencies: SendDependencies): Send {
  const { client, logger, observer, retry, deadline, limiter, priority, caller, onJoin, signal, onSent } =
    dependencies;
  const { fence, requestTimeoutMs, onBehalfOf } = dependencies;
  return async (command, safety, reservation) => {
    const operation = operationName(command);
    if (onBehalfOf !== undefined) nameCaller(command.input, onBehalfOf);
    let doubt: UpstreamError | undefined;
    /** An attempt may have been carried out, and others may have written since: another would undo that. */
    let isOvertaken = false;

    const askFence = async (): Promise<Permit | undefined> => {
      const restsOnLock = safety === 'noRetry' || doubt !== undefined;
      const { timeLeftMs } = deadline;
      try {
        return await fence?.({ operation, restApiId: restApiIdOf(command), restsOnLock, timeLeftMs });
      } catch (error) {
        isOvertaken = doubt !== undefined;
        throw error;
      }
    };

    const attempt = async (number: number) => {
      const asked = performance.now();
      let started = asked;
      /** For whoever counts, and as a line of the log. */
      const tell = (outcome: CallMade['outcome'], awsRequestId: string | undefined) => {
        const waitedMs = started - asked;
        const durationMs = performance.now() - started;
        const call = { operation, attempt: number, outcome, awsRequestId };
        observer.called({ ...call, priority: priority(), waitedMs, durationMs });
        return { ...call, waitedMs: Math.round(waitedMs), durationMs: Math.round(durationMs) };
      };
      /** What the SDK threw, once it is in the log. */
      const failed = (thrown: unknown, mayHaveBeenSent: boolean): UpstreamError => {
        const error =
          thrown instanceof UpstreamError ? thrown : toUpstreamError(operation, thrown, mayHaveBeenSent);
        const awsMessage = tellableMessage(error.awsMessage, command.input);
        logger.warn({ ...tell(error.failure, error.requestId), awsMessage }, 'upstream call failed');
        if (error.isUnrecognised) {
          const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
          const err = tellableMessage(stack, command.input);
          logger.error({ operation, err }, 'unrecognised upstream failure');
        }
        return error;
      };
      const timeoutMs = (): number => Math.min(requestTimeoutMs, deadline.timeLeftMs());
      const late = (): never => {
        throw Object.assign(new Error('no answer in time'), { name: 'TimeoutError' });
      };

      // Before the payment: calls that were paid for while they waited would all be sent at the same moment.
      await withinMs(timeoutMs(), client.config.credentials(), late).catch((thrown: unknown) => {
        throw failed(thrown, false);
      });
      const receipt = await limiter
        .acquire({ operation, priority, caller, onJoin, deadline, signal, reservation })
        .catch(reportRejection(observer, { operation, priority: priority() }));
      const permit = safety === 'safe' ? undefined : await askFence();
      started = performance.now();
      onSent?.();
      const made = new Attempt(permit);
      try {
        beginAttempt(command.input, made);
        // The handler's own timeouts end with the headers, or start anew with every byte: this is for the whole answer.
        const output = await withinMs(timeoutMs(), client.send(command), () => {
          made.giveUp();
          return late();
        });
        logger.info(tell('OK', output.$metadata.requestId), 'upstream call');
        return output;
      } catch (thrown) {
        const error = failed(thrown, made.mayHaveBeenSent);
        if (error.failure === 'THROTTLED') receipt.throttledByAws(error.retryAfterSeconds);
        if (failedWith(error, 'TIMEOUT', 'BROKEN') && safety !== 'safe') doubt ??= error;
        if (doubt === undefined && provesNotApplied(error)) await permit?.withdraw();
        throw error;
      }
    };

    try {
      const isWorthIt = ({ failure }: UpstreamError) =>
        !isOvertaken && (retried[failure]?.includes(safety) ?? false);
      return await retry(attempt, isWorthIt);
    } catch (error) {
      throw doubt !== undefined && isInconclusive(error) ? doubt : error;
    }
  };
}
