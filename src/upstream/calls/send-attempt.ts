import type {
  APIGatewayClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-api-gateway';
import type { Command } from '@smithy/types';
import { failedWith, provesNotApplied, type UpstreamError } from '../../errors/upstream-error.ts';
import { textOf } from '../../untrusted/unknown-value.ts';
import type { CallerKey } from '../limiter/fair-queue.ts';
import type { Reservation } from '../limiter/operation-limit.ts';
import type { Permit } from '../locks/fence.ts';
import type { Deadline } from '../time/deadline.ts';
import { withinMs } from '../time/time-limit.ts';
import { createAttemptReport } from './attempt-report.ts';
import { reportRejection, type UpstreamObserver } from './observer.ts';
import type { RetrySafety } from './retry-safety.ts';
import { beginAttempt } from './sdk/attempt-middleware.ts';
import { Attempt } from './sdk/attempt.ts';
import type { SessionDependencies, SessionOptions } from './session.ts';

export type AwsCommand<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = Command<
  ServiceInputTypes,
  Input,
  ServiceOutputTypes,
  Output,
  APIGatewayClientResolvedConfig
>;

/** What the calls of one session have in common. */
export interface AttemptDependencies extends SessionDependencies, Omit<SessionOptions, 'callerKey'> {
  readonly observer: UpstreamObserver;
  readonly deadline: Deadline;
  /** Callers take turns in the rate limiter's queue. */
  readonly caller: CallerKey;
}

/** The state of a call between its attempts. */
export interface Call {
  readonly operation: string;
  readonly safety: RetrySafety;
  readonly reservation: Reservation | undefined;
  /** The first failure of a write that may have been executed all the same. */
  unknownOutcome: UpstreamError | undefined;
  /** Such a write may have been followed by that of another process, which a retry would undo. */
  isOvertaken: boolean;
}

/** The API of a call: its input has the id, or an ARN with the id. */
const restApiIdOf = (input: object): string =>
  textOf(input, 'restApiId') ?? /\/restapis\/([^/]+)/.exec(textOf(input, 'resourceArn') ?? '')?.[1] ?? '';

async function requestPermit(
  { fence, deadline: { timeLeftMs } }: AttemptDependencies,
  call: Call,
  input: object,
): Promise<Permit | undefined> {
  const { operation, safety, unknownOutcome } = call;
  const dependsOnLock = safety === 'noRetry' || unknownOutcome !== undefined;
  try {
    return await fence?.({ operation, restApiId: restApiIdOf(input), dependsOnLock, timeLeftMs });
  } catch (error) {
    call.isOvertaken = unknownOutcome !== undefined;
    throw error;
  }
}

const throwTimeout = (): never => {
  throw Object.assign(new Error('no response in time'), { name: 'TimeoutError' });
};

/** One attempt at a call: credentials, a grant of the rate limiter, a permit of the fence, the request. */
export async function sendAttempt<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  dependencies: AttemptDependencies,
  command: AwsCommand<Input, Output>,
  call: Call,
  number: number,
): Promise<Output> {
  const { client, limiter, observer, priority, caller, onJoin, deadline, signal } = dependencies;
  const { requestTimeoutMs, onSent, target } = dependencies;
  const { account, region } = target;
  const { operation, safety, reservation } = call;
  const report = createAttemptReport(dependencies, { operation, attempt: number }, command.input);
  const timeoutMs = (): number => Math.min(requestTimeoutMs, deadline.timeLeftMs());

  await dependencies.joining();
  // Before the grant: calls that wait for credentials with a grant would all be sent at the same moment.
  await withinMs(timeoutMs(), client.config.credentials(), throwTimeout).catch((thrown: unknown) => {
    throw report.failed(thrown, false);
  });
  const grant = await limiter
    .acquire({ operation, priority, caller, onJoin, deadline, signal, reservation })
    .catch(reportRejection(observer, { account, region, operation, priority: priority() }));
  const permit = safety === 'safe' ? undefined : await requestPermit(dependencies, call, command.input);
  const attempt = new Attempt(permit);
  report.sending(attempt);
  onSent?.();
  try {
    beginAttempt(command.input, attempt);
    // The SDK's own timeouts end with the headers, or start again with every byte: this one is for the whole response.
    const output = await withinMs(timeoutMs(), client.send(command), () => {
      attempt.giveUp();
      return throwTimeout();
    });
    report.succeeded(output.$metadata.requestId);
    return output;
  } catch (thrown) {
    const error = report.failed(thrown, attempt.mayHaveBeenSent);
    if (error.failure === 'THROTTLED') grant.throttledByAws(error.retryAfterSeconds);
    if (failedWith(error, 'TIMEOUT', 'BROKEN') && safety !== 'safe') call.unknownOutcome ??= error;
    if (call.unknownOutcome === undefined && provesNotApplied(error)) await permit?.withdraw();
    throw error;
  }
}
