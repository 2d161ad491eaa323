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

/** Sorts errors by the position of their fields. graphql-js lists them as they happen, which varies from run to run. */
export const sortErrors: OperationHooks = {
  willSendResponse({ response }) {
    const { body } = response;
    if (body.kind !== 'single' || (body.singleResult.errors?.length ?? 0) < 2) return;
    const { data, errors = [] } = body.singleResult;
    const positioned = errors.map((error) => ({ error, position: positionOf(data, error.path ?? []) }));
    const sorted = positioned.sort((a, b) => compare(a.position, b.position)).map(({ error }) => error);
    response.body = { kind: 'single', singleResult: { ...body.singleResult, errors: sorted } };
  },
};
