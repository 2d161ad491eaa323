import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Context } from '../context.ts';
import { gatewayError } from '../errors.ts';
import { type LimitName, type Limits, tooLarge } from './limits.ts';

const refusal = (limit: LimitName, limits: Limits, found?: number): GraphQLError => {
  const { message, extensions } = gatewayError('OPERATION_TOO_LARGE', tooLarge(limit, limits, found));
  return new GraphQLError(message, { extensions: { ...extensions, http: { status: 400 } } });
};

/** Looks at every list and object of the variables, level by level: a stack of its own would be theirs to exhaust. */
function check(variables: object, limits: Limits): void {
  let level: object[] = [variables];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limits.variableDepth) throw refusal('variableDepth', limits);
    const next: object[] = [];
    for (const container of level) {
      if (Array.isArray(container) && container.length > limits.listSize) {
        throw refusal('listSize', limits, container.length);
      }
      for (const value of Object.values<unknown>({ ...container })) {
        if (typeof value === 'object' && value !== null) next.push(value);
      }
    }
    level = next;
  }
}

/** The limits of what comes beside the document, kept before anything is executed. */
export const variableLimits = (limits: Limits): ApolloServerPlugin<Context> => ({
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ request: { variables = {} } }) {
        const { representations }: Record<string, unknown> = variables;
        if (Array.isArray(representations) && representations.length > limits.representations) {
          throw refusal('representations', limits, representations.length);
        }
        check(variables, limits);
        return Promise.resolve();
      },
    }),
});
