import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { Context } from '../context.ts';

const codeOf = ({ extensions }: GraphQLFormattedError): string =>
  typeof extensions?.code === 'string' ? extensions.code : 'INTERNAL_SERVER_ERROR';

/** Tells the request's record what GraphQL made of it. */
export const recordOperation: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ operationName, operation, contextValue }) {
        contextValue.record.named(operationName ?? null, operation?.operation ?? 'unknown');
        return Promise.resolve();
      },
      willSendResponse({ response, contextValue }) {
        const { body } = response;
        if (body.kind !== 'single') return Promise.resolve();
        const { data, errors = [] } = body.singleResult;
        const failed = data == null ? 'error' : 'partial';
        contextValue.record.operated(errors.length === 0 ? 'ok' : failed, errors.map(codeOf));
        return Promise.resolve();
      },
    }),
};
