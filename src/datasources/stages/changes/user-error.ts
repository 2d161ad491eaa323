import type { StageUserError } from '../../../__generated__/types.ts';
import { awsFailures, type MutationFailure } from '../../../errors/failure-codes.ts';
import { failedWith, UpstreamError } from '../../../errors/upstream-error.ts';
import { quote } from '../../../untrusted/quote.ts';
import type { FieldPath } from '../../inputs/input-problem.ts';
import type { ChangeTarget } from './change-checks.ts';
import { redactAwsMessage } from './redact-aws-message.ts';

/** How to find out whether a change was made, when AWS did not answer. */
const howToCheck: Readonly<Record<string, string>> = {
  CreateStage: 'check whether the stage exists',
  CreateDeployment: "look for it among the API's deployments",
  DeleteStage: 'check whether the stage still exists',
};

/** The SDK's text for a failure without a message. */
const NO_MESSAGE = new Set(['', 'UnknownError']);

/** AWS's message names the quota, if there is a message. */
function exhaustedQuota({ awsMessage, operation }: UpstreamError): string {
  const quota = `An AWS quota that limits ${operation} is exhausted`;
  const message = redactAwsMessage(awsMessage).replace(/\.$/, '');
  return NO_MESSAGE.has(message) ? `${quota}.` : `${quota}: ${message}.`;
}

function messageOf(error: UpstreamError, { code, message }: MutationFailure): string {
  const { failure, awsMessage, operation } = error;
  if (failure === 'LIMIT_EXCEEDED') return `${exhaustedQuota(error)} ${message}`;
  if (failure === 'REJECTED') return `${message}: ${redactAwsMessage(awsMessage)}`;
  if (code !== 'OUTCOME_UNKNOWN') return message;
  return `${message}. Before you retry, ${howToCheck[operation] ?? 'read the stage'}.`;
}

/** A failed call as a user error; null if the sender of the mutation cannot act on it. */
function mutationFailureOf(error: UpstreamError): MutationFailure | null {
  const { mutation } = awsFailures[error.failure];
  return mutation?.code === 'OUTCOME_UNKNOWN' && error.isRead ? null : mutation;
}

/** The input that caused the error, where it can only be one. */
function fieldOf(
  { field }: MutationFailure,
  { failure }: UpstreamError,
  deploymentFields: readonly FieldPath[],
): string[] | null {
  const [only, ...others] = failure === 'DEPLOYMENT_NOT_FOUND' ? deploymentFields : [];
  if (only !== undefined && others.length === 0) return [...only];
  return field === undefined ? null : [...field];
}

/** Which API or stage it is about: ids are easily mistaken. */
const subjectOf = ({ code }: MutationFailure, { restApiId, stageName }: ChangeTarget): string =>
  code === 'NOT_FOUND' || code === 'ALREADY_EXISTS'
    ? ` Requested: API ${quote(restApiId)}${stageName === null ? '' : `, stage ${quote(stageName)}`}.`
    : '';

/** A failed write as data. Rethrows what the sender cannot act on: it becomes a GraphQL error. */
export function userErrorOf(
  error: unknown,
  target: ChangeTarget,
  deploymentFields: readonly FieldPath[] = [],
): StageUserError {
  if (!(error instanceof UpstreamError)) throw error;
  const failure = mutationFailureOf(error);
  if (failure === null) throw error;
  const { code, retryable = false } = failure;
  const place = error.target === undefined ? '' : `${error.target}: `;
  const retry = retryable ? ' Nothing was changed; retry.' : '';
  return {
    code,
    message: place + messageOf(error, failure) + subjectOf(failure, target) + retry,
    field: fieldOf(failure, error, deploymentFields),
    retryable,
    ...awsDetails(error),
  };
}

const awsDetails = ({ retryAfterSeconds, requestId }: UpstreamError) => ({
  retryAfterSeconds: retryAfterSeconds ?? null,
  awsRequestId: requestId ?? null,
});

const whyNotSent = ({ failure }: UpstreamError): string =>
  failure === 'OUT_OF_TIME' ? 'No time was left to send it.' : 'AWS cannot be reached, or gave no reason.';

/**
 * The failed second call of a change whose first call succeeded. Always a user error, also after outages and unexpected
 * failures: a GraphQL error would look like a change that was not made at all. `calls` is the subject of the sentence.
 */
export function partiallyApplied(error: unknown, calls: string): StageUserError {
  if (!(error instanceof UpstreamError)) throw error;
  const failure = mutationFailureOf(error);
  const reason = failure === null ? whyNotSent(error) : messageOf(error, failure);
  const isUnknown = failure?.code === 'OUTCOME_UNKNOWN' || error.failure === 'UNKNOWN';
  const outcome = isUnknown ? 'may not have been applied' : 'was not applied';
  return {
    code: 'PARTIALLY_APPLIED',
    message: `${calls} ${outcome}. ${reason}`,
    field: null,
    retryable: failure?.retryable ?? failedWith(error, 'UNAVAILABLE', 'OUT_OF_TIME'),
    ...awsDetails(error),
  };
}
