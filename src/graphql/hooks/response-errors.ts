import type { GraphQLFormattedError } from 'graphql';
import type { OperationHooks } from './combine-hooks.ts';

/** The position of an error's field in the data: its index among its siblings, level by level. */
function positionOf(data: unknown, path: NonNullable<GraphQLFormattedError['path']>): number[] {
  let parent = data;
  return path.flatMap((key) => {
    if (typeof parent !== 'object' || parent === null) return [];
    const index = typeof key === 'number' ? key : Object.keys(parent).indexOf(key);
    parent = Reflect.get(parent, key);
    return [index];
  });
}

function compare(a: readonly number[], b: readonly number[]): number {
  const level = a.findIndex((index, at) => index !== b[at]);
  return level === -1 ? a.length - b.length : (a[level] ?? 0) - (b[level] ?? -1);
}

/**
 * Sorts errors by the position of their fields: graphql-js lists them as they happen, which varies from run to run. Adds the
 * request's id to each, for a search in the log: a router does not pass our headers on.
 */
export const completeErrors: OperationHooks = {
  willSendResponse({ response: { body }, contextValue: { requestId } }) {
    if (body.kind !== 'single' || body.singleResult.errors === undefined) return;
    const { data, errors } = body.singleResult;
    body.singleResult.errors = errors
      .map((error) => ({ error, position: positionOf(data, error.path ?? []) }))
      .sort((a, b) => compare(a.position, b.position))
      .map(({ error }) => ({ ...error, extensions: { ...error.extensions, requestId } }));
  },
};
