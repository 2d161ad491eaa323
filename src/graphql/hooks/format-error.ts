import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { awsFailures } from '../../errors/aws-failures.ts';
import { CallAborted } from '../../errors/call-aborted.ts';
import { failedWith, UpstreamError } from '../../errors/upstream-error.ts';
import type { OperationHooks } from './combine-hooks.ts';

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

const MOST_CHARACTERS = 600;

/** graphql-js repeats in each error what it was given, whole: an answer could be fifty times as long as its request. */
const shortened = (error: GraphQLFormattedError): GraphQLFormattedError => {
  const { message } = error;
  const half = MOST_CHARACTERS / 2;
  if (message.length <= MOST_CHARACTERS) return error;
  return { ...error, message: `${message.slice(0, half)} … ${message.slice(-half)}` };
};

/** Errors without "Did you mean", which tells the schema to who may not ask for it. */
export const withoutSuggestions = (error: GraphQLFormattedError): GraphQLFormattedError => ({
  ...error,
  message: error.message.replace(/ ?Did you mean [^?]*\?$/, ''),
});

/** Errors of Apollo Server and graphql-js that say more of them than of the operation. */
function inOurWords(error: GraphQLFormattedError): GraphQLFormattedError {
  const { validationErrorCode, ...extensions } = error.extensions ?? {};
  if (validationErrorCode === 'INTROSPECTION_DISABLED') {
    const message = 'The schema may not be asked for here. Its text comes with the gateway: npm run schema.';
    return { ...error, message, extensions };
  }
  if (validationErrorCode === 'OPERATION_TOO_LARGE') {
    return { ...error, extensions: { ...extensions, code: 'OPERATION_TOO_LARGE' } };
  }
  const most = TOO_MANY_TOKENS.exec(error.message)?.[1];
  if (most === undefined) return error;
  const message = `There may be at most ${most} tokens in the document.`;
  return { ...error, message, extensions: { ...extensions, code: 'OPERATION_TOO_LARGE' } };
}

/** graphql-js counts them while it parses. */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] (\d+) tokens/;

/** Whether nobody meant this error for a client. */
const isUnexpected = (error: GraphQLFormattedError): boolean =>
  error.extensions?.code === 'INTERNAL_SERVER_ERROR';

/**
 * The last stop before the client: failed calls to AWS get their code, errors that were meant for the client pass,
 * and everything else is masked.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const cause = unwrapResolverError(error);
  if (cause instanceof UpstreamError) return fromUpstream(cause, formatted);
  if (cause instanceof CallAborted) {
    const message = 'The request was given up before a call was sent.';
    return { ...formatted, message, extensions: { code: 'OVERLOADED' } };
  }
  if (!isUnexpected(formatted)) return shortened(inOurWords(formatted));
  return { ...formatted, message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/**
 * Logs whole what `formatError` masks, under the request's id. Failed calls to AWS have a line of their own, and a client
 * that hangs up while it waits is no error.
 */
export const unexpectedErrorLog: OperationHooks = {
  didEncounterErrors({ errors, contextValue }) {
    for (const error of errors) {
      const cause = unwrapResolverError(error);
      const known =
        cause instanceof UpstreamError || cause instanceof CallAborted || error.extensions.code !== undefined;
      if (!known) contextValue.logger.error({ err: cause, path: error.path }, 'unexpected error');
    }
  },
};
