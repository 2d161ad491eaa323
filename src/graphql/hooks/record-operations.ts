import type { GraphQLFormattedError } from 'graphql';
import type { OperationDone } from '../../observability/observer.ts';
import type { OperationHooks } from './combine-hooks.ts';

const codeOf = ({ extensions }: GraphQLFormattedError): string =>
  typeof extensions?.code === 'string' ? extensions.code : 'INTERNAL_SERVER_ERROR';

/** `_entities` is a list of nulls if every entity failed. */
const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.every((entry) => entry === null) : value === null;

/** `error`: no root field has a value; `partial`: some have. `__typename`, the only root field of type String, is ignored. */
export function outcomeOf(
  data: Readonly<Record<string, unknown>> | null | undefined,
  errors: readonly GraphQLFormattedError[],
): OperationDone['outcome'] {
  if (errors.length === 0) return 'ok';
  const failed = new Set(errors.map(({ path }) => path?.[0]));
  const fields = Object.entries(data ?? {}).filter(([, value]) => typeof value !== 'string');
  return fields.every(([key, value]) => failed.has(key) && isEmpty(value)) ? 'error' : 'partial';
}

/** Records the operation's name, type, outcome and error codes. */
export const recordOperations: OperationHooks = {
  didResolveOperation({ operationName, operation, contextValue }) {
    contextValue.record.named(operationName ?? null, operation?.operation ?? 'unknown');
  },
  willSendResponse({ response: { body }, contextValue }) {
    if (body.kind !== 'single') return;
    const { data, errors = [] } = body.singleResult;
    contextValue.record.operated(outcomeOf(data, errors), errors.map(codeOf));
  },
};
