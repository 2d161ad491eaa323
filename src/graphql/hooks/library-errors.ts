import type { GraphQLFormattedError } from 'graphql';

const MAX_MESSAGE_LENGTH = 600;

/** graphql-js repeats the input in each error: without a limit, a response could be fifty times as long as its request. */
const truncated = (error: GraphQLFormattedError): GraphQLFormattedError => {
  const { message } = error;
  const half = MAX_MESSAGE_LENGTH / 2;
  if (message.length <= MAX_MESSAGE_LENGTH) return error;
  return { ...error, message: `${message.slice(0, half)} … ${message.slice(-half)}` };
};

/** Without "Did you mean", which discloses the schema to clients without introspection. */
export const withoutSuggestions = (error: GraphQLFormattedError): GraphQLFormattedError => ({
  ...error,
  message: error.message.replace(/ ?Did you mean [^?]*\?$/, ''),
});

/** graphql-js counts tokens while it parses. */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] (\d+) tokens/;

function reworded(error: GraphQLFormattedError): GraphQLFormattedError {
  const { validationErrorCode, ...extensions } = error.extensions ?? {};
  if (validationErrorCode === 'INTROSPECTION_DISABLED') {
    return {
      ...error,
      message: 'Introspection is disabled. `npm run schema` prints the schema.',
      extensions,
    };
  }
  if (validationErrorCode === 'OPERATION_TOO_LARGE') {
    return { ...error, extensions: { ...extensions, code: 'OPERATION_TOO_LARGE' } };
  }
  const limit = TOO_MANY_TOKENS.exec(error.message)?.[1];
  if (limit === undefined) return error;
  const message = `The document has more than ${limit} tokens.`;
  return { ...error, message, extensions: { ...extensions, code: 'OPERATION_TOO_LARGE' } };
}

/** An error of Apollo Server or graphql-js with our code and message, if it has one, and of limited length. */
export const formatLibraryError = (error: GraphQLFormattedError): GraphQLFormattedError =>
  truncated(reworded(error));
