import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { StagegraphErrorCode } from '../../__generated__/types.ts';
import { CallAborted } from '../../errors/call-aborted.ts';
import { failedWith, type UpstreamFailure, UpstreamError } from '../../errors/upstream-error.ts';
import type { OperationHooks } from './combine-hooks.ts';

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
