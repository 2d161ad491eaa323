import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { CallAborted } from '../../errors/call-aborted.ts';
import { awsFailures } from '../../errors/failure-codes.ts';
import { failedWith, UpstreamError } from '../../errors/upstream-error.ts';
import type { OperationHooks } from './combine-hooks.ts';

const MAX_MESSAGE_LENGTH = 600;

/** graphql-js repeats the input in each error: without a limit, a response could be fifty times as long as its request. */
function truncated(error: GraphQLFormattedError): GraphQLFormattedError {
  const { message } = error;
  if (message.length <= MAX_MESSAGE_LENGTH) return error;
  const half = MAX_MESSAGE_LENGTH / 2;
  return { ...error, message: `${message.slice(0, half)} … ${message.slice(-half)}` };
}

/** Without "Did you mean", which discloses the schema to clients without introspection. */
export const withoutSuggestions = (error: GraphQLFormattedError): GraphQLFormattedError => ({
  ...error,
  message: error.message.replace(/ ?Did you mean [^?]*\?$/, ''),
});

/** graphql-js counts tokens while it parses. */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] (\d+) tokens/;

/** An error of Apollo Server or graphql-js with our code and message, if it has one. */
function reworded(error: GraphQLFormattedError): GraphQLFormattedError {
  const { validationErrorCode, ...extensions } = error.extensions ?? {};
  if (validationErrorCode === 'INTROSPECTION_DISABLED') {
    const message = 'Introspection is disabled. `npm run schema` prints the schema.';
    return { ...error, message, extensions };
  }
  const tokens = TOO_MANY_TOKENS.exec(error.message)?.[1];
  if (tokens === undefined && validationErrorCode !== 'OPERATION_TOO_LARGE') return error;
  const message = tokens === undefined ? error.message : `The document has more than ${tokens} tokens.`;
  return { ...error, message, extensions: { ...extensions, code: 'OPERATION_TOO_LARGE' } };
}

const awsCall = ({ operation, requestId }: UpstreamError) => ({ operation, requestId: requestId ?? null });

/** For GetStage, AWS does not always say which of the two is missing; other reads ask for an API alone. */
const API_NOT_FOUND = 'The API does not exist. Ids are case-sensitive.';

function fromUpstream(error: UpstreamError, formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { code, message: text } = awsFailures[error.failure].query;
  const reason = error.failure === 'NOT_FOUND' && error.operation !== 'GetStage' ? API_NOT_FOUND : text;
  const message = error.target === undefined ? reason : `${error.target}: ${reason}`;
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
  if (formatted.extensions?.code !== 'INTERNAL_SERVER_ERROR') return truncated(reworded(formatted));
  return { ...formatted, message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/**
 * Logs the errors that `formatError` masks, with the request's id. A failed call to AWS is logged where it happens; a client
 * that disconnects is no error.
 */
export const logUnexpectedErrors: OperationHooks = {
  didEncounterErrors({ errors, contextValue }) {
    for (const error of errors) {
      const cause = unwrapResolverError(error);
      const isExpected =
        cause instanceof UpstreamError || cause instanceof CallAborted || error.extensions.code !== undefined;
      if (!isExpected) contextValue.logger.error({ err: cause, fieldPath: error.path }, 'unexpected error');
    }
  },
};
