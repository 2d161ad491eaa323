import { describe, expect, test } from '@jest/globals';
import type { GraphQLResolveInfo } from 'graphql';
import { createCallers } from '../../../src/auth/caller.ts';
import { createSchema } from '../../../src/graphql/schema/schema.ts';

const stage = Object.freeze({ stageName: 'prod', deploymentId: 'dep001' });
const deployment = Object.freeze({ deploymentId: 'dep001' });
const context = {
  caller: createCallers().anonymous({ name: null, version: null }),
  dataSources: {
    entities: () => ({
      stage: () => Promise.resolve(stage),
      deployment: () => Promise.resolve(deployment),
    }),
  },
};

/** What the resolver of `_entities` returns to graphql-js. */
function resolve(...representations: object[]): Promise<unknown>[] {
  const field = createSchema().getQueryType()?.getFields()._entities;
  const found: unknown = field?.resolve?.(undefined, { representations }, context, {} as GraphQLResolveInfo);
  return found as Promise<unknown>[];
}

describe('the resolver of _entities', () => {
  test.each([
    ['Stage', stage],
    ['RestApiDeployment', deployment],
  ])('copies the object for every representation: %s', async (__typename, shared) => {
    const [once, again] = await Promise.all(resolve({ __typename }, { __typename }));
    expect(once).toEqual({ ...shared, __typename });
    expect(again).toEqual(once);
    expect(again).not.toBe(once);
  });

  test('isolates the error of one representation', async () => {
    const [bad, good] = await Promise.allSettled(resolve({ __typename: 'Query' }, { __typename: 'Stage' }));
    expect(bad).toMatchObject({
      status: 'rejected',
      reason: { extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('__typename') },
    });
    expect(good).toMatchObject({ status: 'fulfilled', value: { stageName: 'prod' } });
  });
});
