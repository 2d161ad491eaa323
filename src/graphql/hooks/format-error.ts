import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { awsFailures } from '../../errors/aws-failures.ts';
import { CallAborted } from '../../errors/call-aborted.ts';
import { failedWith, UpstreamError } from '../../errors/upstream-error.ts';
import { formatLibraryError } from './library-errors.ts';

const awsCall = ({ operation, requestId }: UpstreamError) => ({ operation, requestId: requestId ?? null });

/** For GetStage, AWS does not always say which of the two is missing; other reads ask for an API alone. */
const API_NOT_FOUND = 'The API does not exist. Ids are case-sensitive.';

function fromUpstream(error: UpstreamError, formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { code, message: text } = awsFailures[error.failure].query;
  const message = error.failure === 'NOT_FOUND' && error.operation !== 'GetStage' ? API_NOT_FOUND : text;
  const aws = failedWith(error, 'OVER_BUDGET', 'OUT_OF_TIME') ? {} : { aws: awsCall(error) };
  const wait = error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds };
  return { ...formatted, message, extensions: { code, ...aws, ...wait } };
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
