import { GraphQLError, type GraphQLFormattedError, type GraphQLResolveInfo } from 'graphql';
import type { OperationHooks } from './combine-hooks.ts';

type Path = GraphQLResolveInfo['path'];

function keysOf(path: Path | undefined): (string | number)[] {
  return path === undefined ? [] : [...keysOf(path.prev), path.key];
}

/**
 * Errors of fields that have a value nevertheless: a resolver can throw an error, or return a value, not both. One for each
 * request; a class, because most requests need nothing of it.
 */
export class PartialErrors {
  /** By path: a compiled query that is executed again by graphql-js meets the same error again. */
  #errors: Map<string, GraphQLError> | undefined;

  add(error: Error, at: Path): void {
    const path = keysOf(at);
    this.#errors ??= new Map();
    this.#errors.set(path.join('\n'), new GraphQLError(error.message, { path, originalError: error }));
  }

  all(): GraphQLError[] {
    return [...(this.#errors?.values() ?? [])];
  }
}

/** Adds them to the response, formatted like all others. */
export const addPartialErrors = (
  format: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError,
): OperationHooks => ({
  willSendResponse({ response: { body }, contextValue: { partialErrors } }) {
    const partial = partialErrors.all();
    if (partial.length === 0 || body.kind !== 'single') return;
    const { errors = [] } = body.singleResult;
    body.singleResult.errors = [...errors, ...partial.map((error) => format(error.toJSON(), error))];
  },
});
