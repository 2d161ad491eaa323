import type { StageUserError, StageUserErrorCode } from '../../../__generated__/types.ts';
import { failedWith, UpstreamError, type UpstreamFailure } from '../../../errors/upstream-error.ts';
import type { FieldPath } from '../../inputs/input-problem.ts';
import { quote } from '../../inputs/names.ts';
import { forClients } from './for-clients.ts';

interface Meaning {
  readonly code: StageUserErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly field?: readonly string[];
}

/** What a failed write is to its caller; null: nothing that the caller could act on. */
const ofWrite: Readonly<Record<UpstreamFailure, Meaning | null>> = {
  NOT_FOUND: {
    code: 'NOT_FOUND',
    message: 'There is no such API or stage. Ids are case-sensitive.',
    retryable: false,
    field: ['input', 'restApiId'],
  },
  STAGE_NOT_FOUND: {
    code: 'NOT_FOUND',
    message: 'The API has no stage of this name. Names are case-sensitive.',
    retryable: false,
    field: ['input', 'stageName'],
  },
  ALREADY_EXISTS: {
    code: 'ALREADY_EXISTS',
    message: 'The API has a stage of this name already.',
    retryable: false,
    field: ['input', 'stageName'],
  },
  CONFLICT: {
    code: 'CONFLICT',
    message: 'Others are changing this API at the same time.',
    retryable: true,
  },
  CANARY_NOT_FOUND: { code: 'CANARY_NOT_FOUND', message: 'The stage has no canary.', retryable: false },
  DEPLOYMENT_NOT_FOUND: {
    code: 'DEPLOYMENT_NOT_FOUND',
    message: 'The API has no deployment of this id.',
    retryable: false,
  },
  METHOD_SETTING_NOT_FOUND: {
    code: 'REJECTED',
    message: 'AWS refuses to remove what is not there.',
    retryable: false,
  },
  LIMIT_EXCEEDED: {
    code: 'LIMIT_EXCEEDED',
    message: 'Remove something, or have AWS raise it.',
    retryable: false,
  },
  THROTTLED: {
    code: 'THROTTLED',
    message: "AWS's request rate for this account is spent.",
    retryable: true,
  },
  OVER_BUDGET: {
    code: 'THROTTLED',
    message: "The gateway's share of AWS's request rate is spent.",
    retryable: true,
  },
  ACCESS_DENIED: {
    code: 'ACCESS_DENIED',
    message: 'AWS does not allow this to the gateway: its credentials or its IAM policy are to be mended.',
    retryable: false,
  },
  REJECTED: { code: 'REJECTED', message: 'AWS refused', retryable: false },
  TIMEOUT: {
    code: 'OUTCOME_UNKNOWN',
    message: 'The change was sent, and no answer came in time',
    retryable: false,
  },
  BROKEN: {
    code: 'OUTCOME_UNKNOWN',
    message: 'The change was sent, and no usable answer came',
    retryable: false,
  },
  UNAVAILABLE: null,
  OUT_OF_TIME: null,
  UNKNOWN: null,
};

/** How to find out whether a change was made that AWS gave no answer to. */
const whatToCheck: Readonly<Record<string, string>> = {
  CreateStage: 'see whether the stage exists',
  CreateDeployment: "look for it among the API's deployments",
  DeleteStage: 'see whether the stage is still there',
};

/** What the SDK says where AWS says nothing. */
const NO_SENTENCE = new Set(['', 'UnknownError']);

/** Which quota is exhausted: AWS's sentence names it, where there is one. */
function exhausted({ awsMessage, operation }: UpstreamError): string {
  const quota = `A quota of AWS that limits ${operation} is exhausted`;
  const sentence = forClients(awsMessage).replace(/\.$/, '');
  return NO_SENTENCE.has(sentence) ? `${quota}.` : `${quota}: ${sentence}.`;
}

/** For people: what happened, and what to do about it. */
function messageOf(error: UpstreamError, { code, message }: Meaning): string {
  const { failure, awsMessage, operation } = error;
  if (failure === 'LIMIT_EXCEEDED') return `${exhausted(error)} ${message}`;
  if (failure === 'REJECTED') return `${message}: ${forClients(awsMessage)}`;
  if (code !== 'OUTCOME_UNKNOWN') return message;
  return `${message}: ${whatToCheck[operation] ?? 'read the stage'} before you try again.`;
}

/** What a failed call is to the sender of a write; null: nothing that the sender could act on. */
function meaningOf(error: UpstreamError): Meaning | null {
  const meaning = ofWrite[error.failure];
  return meaning?.code === 'OUTCOME_UNKNOWN' && error.isRead ? null : meaning;
}

/** The input that is to blame, where it can only be one. */
function fieldOf(
  { field }: Meaning,
  { failure }: UpstreamError,
  deploymentFields: readonly FieldPath[],
): string[] | null {
  const [only, ...others] = failure === 'DEPLOYMENT_NOT_FOUND' ? deploymentFields : [];
  if (only !== undefined && others.length === 0) return [...only];
  return field === undefined ? null : [...field];
}

/** What a change was about, for its error to name. */
export interface ChangeSubject {
  readonly restApiId: string;
  readonly stageName: string | null;
  /** The inputs that name a deployment. */
  readonly deploymentFields: readonly FieldPath[];
}

/** Which API or stage it is about: ids are easily mistaken. */
const subjectOf = ({ code }: Meaning, { restApiId, stageName }: ChangeSubject): string =>
  code === 'NOT_FOUND' || code === 'ALREADY_EXISTS'
    ? ` Asked for: API ${quote(restApiId)}${stageName === null ? '' : `, stage ${quote(stageName)}`}.`
    : '';

/** A failed write as data. Rethrows what the caller cannot act on: a GraphQL error says it. */
export function userErrorOf(error: unknown, subject: ChangeSubject): StageUserError {
  if (!(error instanceof UpstreamError)) throw error;
  const meaning = meaningOf(error);
  if (meaning === null) throw error;
  const again = meaning.retryable ? ' Nothing was changed; try again.' : '';
  return {
    code: meaning.code,
    message: messageOf(error, meaning) + subjectOf(meaning, subject) + again,
    field: fieldOf(meaning, error, subject.deploymentFields),
    retryable: meaning.retryable,
    ...traces(error),
  };
}

const traces = ({ retryAfterSeconds, requestId }: UpstreamError) => ({
  retryAfterSeconds: retryAfterSeconds ?? null,
  awsRequestId: requestId ?? null,
});

const whyNotSent = ({ failure }: UpstreamError): string =>
  failure === 'OUT_OF_TIME' ? 'No time was left for it.' : 'AWS could not be reached, or gave no reason.';

/**
 * The failed second call of a change whose first was carried out. Always data, outages and the unexpected too: as a
 * GraphQL error it would pass for a change that was not made at all. `calls` leads up to what became of the second.
 */
export function partiallyApplied(error: unknown, calls: string): StageUserError {
  if (!(error instanceof UpstreamError)) throw error;
  const meaning = meaningOf(error);
  const reason = meaning === null ? whyNotSent(error) : messageOf(error, meaning);
  const inDoubt = meaning?.code === 'OUTCOME_UNKNOWN' || error.failure === 'UNKNOWN';
  const outcome = inDoubt ? 'may not have been' : 'was not';
  return {
    code: 'PARTIALLY_APPLIED',
    message: `${calls} ${outcome}. ${reason}`,
    field: null,
    retryable: meaning?.retryable ?? failedWith(error, 'UNAVAILABLE', 'OUT_OF_TIME'),
    ...traces(error),
  };
}
