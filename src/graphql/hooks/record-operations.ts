import type { GraphQLFormattedError } from 'graphql';
import type { OperationDone } from '../../observability/observer.ts';
import type { OperationHooks } from './combine-hooks.ts';

const codeOf = ({ extensions }: GraphQLFormattedError): string =>
  typeof extensions?.code === 'string' ? extensions.code : 'INTERNAL_SERVER_ERROR';

/** Null, or a list of nothing else, as `_entities` is when every entity failed. */
const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.every((entry) => entry === null) : value === null;

/** `error`: no root field was answered. `__typename`, the only one that is a text, is no answer. */
export function outcomeOf(
  data: Readonly<Record<string, unknown>> | null | undefined,
  errors: readonly GraphQLFormattedError[],
): OperationDone['outcome'] {
  if (errors.length === 0) return 'ok';
  const failed = new Set(errors.map(({ path }) => path?.[0]));
  const fields = Object.entries(data ?? {}).filter(([, value]) => typeof value !== 'string');
  return fields.every(([key, value]) => failed.has(key) && isEmpty(value)) ? 'error' : 'partial';
}

/** Tells the request's record what GraphQL made of it. */
export const recordOperation: OperationHooks = {
  didResolveOperation({ operationName, operation, contextValue }) {
    contextValue.record.named(operationName ?? null, operation?.operation ?? 'unknown');
  },
  willSendResponse({ response: { body }, contextValue }) {
    if (body.kind !== 'single') return;
    const { data, errors = [] } = body.singleResult;
    contextValue.record.operated(outcomeOf(data, errors), errors.map(codeOf));
  },
};
