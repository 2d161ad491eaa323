import type { GraphQLFormattedError } from 'graphql';
import type { OperationHooks } from '../operation-hooks.ts';

const codeOf = ({ extensions }: GraphQLFormattedError): string =>
  typeof extensions?.code === 'string' ? extensions.code : 'INTERNAL_SERVER_ERROR';

/** Tells the request's record what GraphQL made of it. */
export const recordOperation: OperationHooks = {
  didResolveOperation({ operationName, operation, contextValue }) {
    contextValue.record.named(operationName ?? null, operation?.operation ?? 'unknown');
  },
  willSendResponse({ response: { body }, contextValue }) {
    if (body.kind !== 'single') return;
    const { data, errors = [] } = body.singleResult;
    const failed = data == null ? 'error' : 'partial';
    contextValue.record.operated(errors.length === 0 ? 'ok' : failed, errors.map(codeOf));
  },
};
