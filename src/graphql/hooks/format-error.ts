import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { StagegraphErrorCode } from '../../__generated__/types.ts';
import { CallAborted } from '../../errors/call-aborted.ts';
import { failedWith, type UpstreamFailure, UpstreamError } from '../../errors/upstream-error.ts';
import { formatLibraryError } from './library-errors.ts';

/** What a failed call to AWS is to the sender of a query. */
const ofUpstream: Readonly<Record<UpstreamFailure, { code: StagegraphErrorCode; message: string }>> = {
  NOT_FOUND: { code: 'NOT_FOUND', message: 'There is no such API or stage. Ids are case-sensitive.' },
  STAGE_NOT_FOUND: { code: 'NOT_FOUND', message: 'The API has no such stage. Names are case-sensitive.' },
  DEPLOYMENT_NOT_FOUND: { code: 'NOT_FOUND', message: 'The API has no such deployment.' },
  ACCESS_DENIED: {
    code: 'UPSTREAM_ACCESS_DENIED',
    message: 'AWS does not allow this to the gateway: its credentials or its IAM policy are to be mended.',
  },
  THROTTLED: { code: 'THROTTLED', message: "AWS's request rate for this account is spent. Try again later." },
  OVER_BUDGET: {
    code: 'THROTTLED',
    message: "The gateway's share of AWS's request rate is spent. Try again later.",
  },
  OUT_OF_TIME: {
    code: 'UPSTREAM_TIMEOUT',
    message: 'AWS was too slow: no time was left for this call, which was not sent. Try again later.',
  },
  LIMIT_EXCEEDED: { code: 'THROTTLED', message: 'A quota of AWS is exhausted. Try again later.' },
  UNAVAILABLE: { code: 'UPSTREAM_UNAVAILABLE', message: 'AWS cannot be reached. Try again later.' },
  BROKEN: { code: 'UPSTREAM_UNAVAILABLE', message: 'AWS gave no usable answer. Try again later.' },
  TIMEOUT: { code: 'UPSTREAM_TIMEOUT', message: 'AWS did not answer in time. Try again later.' },
  // A read meets none of these; where one does, it is ours to explain.
  ALREADY_EXISTS: { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error' },
  CONFLICT: { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error' },
  CANARY_NOT_FOUND: { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error' },
  METHOD_SETTING_NOT_FOUND: { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error' },
  REJECTED: { code: 'UPSTREAM_UNAVAILABLE', message: 'AWS refused the request. Try again later.' },
  UNKNOWN: { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error' },
};

const awsCall = ({ operation, requestId }: UpstreamError) => ({ operation, requestId: requestId ?? null });

/** Of GetStage AWS does not always say which of the two is missing; other reads ask for an API alone. */
const NO_SUCH_API = 'There is no such API. Ids are case-sensitive.';

function fromUpstream(error: UpstreamError, formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { code, message: told } = ofUpstream[error.failure];
  const message = error.failure === 'NOT_FOUND' && error.operation !== 'GetStage' ? NO_SUCH_API : told;
  const called = failedWith(error, 'OVER_BUDGET', 'OUT_OF_TIME') ? {} : { aws: awsCall(error) };
  const wait = error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds };
  return { ...formatted, message, extensions: { code, ...called, ...wait } };
}

/**
 * The error as the client gets it: a failed call to AWS with its code, an error that is meant for clients as it is. All
 * others are masked.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const cause = unwrapResolverError(error);
  if (cause instanceof UpstreamError) return fromUpstream(cause, formatted);
  if (cause instanceof CallAborted) {
    const message = 'The request was aborted before a call to AWS was sent.';
    return { ...formatted, message, extensions: { code: 'OVERLOADED' } };
  }
  if (formatted.extensions?.code !== 'INTERNAL_SERVER_ERROR') return formatLibraryError(formatted);
  return { ...formatted, message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}
