import { describe, expect, test } from '@jest/globals';
import { findMany } from '../../../src/datasources/reads/find-many.ts';
import { UpstreamError, type UpstreamFailure } from '../../../src/errors/upstream-error.ts';

const failure = (failed: UpstreamFailure) =>
  new UpstreamError({
    ...{ failure: failed, operation: 'GetRestApis', awsMessage: '', requestId: undefined },
    ...{ retryAfterSeconds: undefined, cause: undefined },
  });

/** One of AWS's lists, in pages of two, and the calls that were made. */
function listOf(ids: readonly string[], failed?: UpstreamFailure) {
  const calls: string[] = [];
  const reader = {
    one(id: string) {
      calls.push(`one ${id}`);
      return Promise.resolve(ids.includes(id) ? { id } : null);
    },
    page(position: string | undefined) {
      calls.push(`page ${position ?? 'first'}`);
      if (failed !== undefined) return Promise.reject(failure(failed));
      const start = Number(position ?? 0);
      const items = ids.slice(start, start + 2).map((id) => ({ id }));
      return Promise.resolve({ items, position: start + 2 < ids.length ? String(start + 2) : undefined });
    },
    idOf: ({ id }: { id: string }) => id,
  };
  return { reader, calls };
}

describe('items by id', () => {
  test.each([
    [[], []],
    [['c'], ['one c']],
    [['a', 'b'], ['page first']],
    [
      ['a', 'c'],
      ['page first', 'one c'],
    ],
    [
      ['a', 'c', 'e'],
      ['page first', 'page 2', 'one e'],
    ],
    [
      ['e', 'nowhere'],
      ['page first', 'page 2', 'page 4'],
    ],
    [
      ['a', 'nowhere'],
      ['page first', 'one nowhere'],
    ],
  ])('%j cost %j', async (ids, expected) => {
    const { reader, calls } = listOf(['a', 'b', 'c', 'd', 'e']);
    const found = await findMany(ids, reader);
    expect([...found.keys()].toSorted()).toEqual(ids.filter((id) => id !== 'nowhere'));
    expect(calls).toEqual(expected);
  });

  test('are read one by one if the list is denied', async () => {
    const { reader, calls } = listOf(['a', 'b'], 'ACCESS_DENIED');
    expect([...(await findMany(['a', 'b', 'x'], reader))]).toEqual([
      ['a', { id: 'a' }],
      ['b', { id: 'b' }],
    ]);
    expect(calls).toEqual(['page first', 'one a', 'one b', 'one x']);
  });

  test('fail with any other error of the list', async () => {
    const { reader } = listOf([], 'THROTTLED');
    await expect(findMany(['a', 'b'], reader)).rejects.toMatchObject({ failure: 'THROTTLED' });
  });
});
