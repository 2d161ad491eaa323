import type { GraphQLFormattedError } from 'graphql';
import type { OperationHooks } from './combine-hooks.ts';

/** Where in the data an error belongs: at each step, which of the neighbours it is. */
function placeOf(data: unknown, path: NonNullable<GraphQLFormattedError['path']>): number[] {
  let here = data;
  return path.flatMap((step) => {
    if (typeof here !== 'object' || here === null) return [];
    const place = typeof step === 'number' ? step : Object.keys(here).indexOf(step);
    here = Reflect.get(here, step);
    return [place];
  });
}

function compare(a: readonly number[], b: readonly number[]): number {
  const step = a.findIndex((place, index) => place !== b[index]);
  return step === -1 ? a.length - b.length : (a[step] ?? 0) - (b[step] ?? -1);
}

/**
 * Errors in the order of the fields that they are about. GraphQL gives them in the order in which they happen, which is
 * another one each time, as calls to AWS and reads from memory take turns.
 */
export const errorsInOrder: OperationHooks = {
  willSendResponse({ response }) {
    const { body } = response;
    if (body.kind !== 'single' || (body.singleResult.errors?.length ?? 0) < 2) return;
    const { data, errors = [] } = body.singleResult;
    const placed = errors.map((error) => ({ error, place: placeOf(data, error.path ?? []) }));
    const sorted = placed.sort((a, b) => compare(a.place, b.place)).map(({ error }) => error);
    response.body = { kind: 'single', singleResult: { ...body.singleResult, errors: sorted } };
  },
};
