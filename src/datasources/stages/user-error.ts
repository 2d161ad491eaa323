import type { StageUserError, StageUserErrorCode } from '../../__generated__/types.ts';
import { UpstreamError, type UpstreamFailure } from '../../upstream/upstream-error.ts';

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
    message: 'Others are changing this API at the same time. Nothing was changed; try again.',
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
    message: 'A quota of AWS is exhausted. Remove something, or have AWS raise it.',
    retryable: false,
  },
  THROTTLED: {
    code: 'THROTTLED',
    message: "AWS's request rate for this account is spent. Nothing was changed; try again later.",
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
    message: 'The change was sent, and no answer came in time: read the stage before you try again.',
    retryable: false,
  },
  BROKEN: {
    code: 'OUTCOME_UNKNOWN',
    message: 'The change was sent, and no usable answer came: read the stage before you try again.',
    retryable: false,
  },
  UNAVAILABLE: null,
  UNKNOWN: null,
};

const MAX_REASON = 400;

/** AWS's sentence without what a client must not learn: ARNs, account ids, hosts. */
export const forClients = (awsMessage: string): string =>
  awsMessage
    .replaceAll(/arn:[\w-]*:[^\s,'")\]]*/g, '[ARN]')
    .replaceAll(/https?:\/\/[^\s,'")\]]*/g, '[URL]')
    .replaceAll(/\b\d{12}\b/g, '[account]')
    .trim()
    .slice(0, MAX_REASON);

/** Calls that change nothing: a missing answer to one leaves no outcome in doubt. */
const isRead = ({ operation }: UpstreamError): boolean => operation.startsWith('Get');

/** A failed write as data. Rethrows what the caller cannot act on: a GraphQL error says it. */
export function userErrorOf(error: unknown): StageUserError {
  if (!(error instanceof UpstreamError)) throw error;
  const meaning = ofWrite[error.failure];
  if (meaning === null || (meaning.code === 'OUTCOME_UNKNOWN' && isRead(error))) throw error;
  const message =
    error.failure === 'REJECTED' ? `${meaning.message}: ${forClients(error.awsMessage)}` : meaning.message;
  return {
    code: meaning.code,
    message,
    field: meaning.field === undefined ? null : [...meaning.field],
    retryable: meaning.retryable,
    retryAfterSeconds: error.retryAfterSeconds ?? null,
    awsRequestId: error.requestId ?? null,
  };
}
