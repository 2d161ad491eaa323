import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readConnection } from '../../../src/datasources/reads/connection.ts';

const target = { account: '111122223333', region: 'us-east-1' };
const all = Array.from({ length: 23 }, (_, index) => `item${index}`);

/** One of AWS's lists: it takes one of its own positions, and a limit. */
const read = (position: string | undefined, limit: number) => {
  const start = position === undefined ? 0 : Number(position.slice(3));
  const end = start + limit;
  return Promise.resolve({
    items: all.slice(start, end),
    position: end < all.length ? `pos${end}` : undefined,
  });
};

describe("a connection over one of AWS's lists", () => {
  test('returns every item once, with any page sizes and from any cursor', async () => {
    const steps = fc.array(fc.record({ first: fc.integer({ min: 1, max: 30 }), take: fc.nat(30) }), {
      minLength: 1,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (pages) => {
        const seen: string[] = [];
        let after: string | undefined;
        for (const { first, take } of [...pages, { first: 30, take: 30 }]) {
          const { edges, nodes, pageInfo } = await readConnection(target, { first, after }, read);
          expect(nodes).toEqual(all.slice(seen.length, seen.length + first));
          expect(edges.map(({ node }) => node)).toEqual(nodes);
          expect(pageInfo.hasNextPage).toBe(seen.length + nodes.length < all.length);
          expect(pageInfo.hasPreviousPage).toBe(after !== undefined);
          expect(pageInfo.startCursor).toBe(edges[0]?.cursor ?? null);
          expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
          // A client may continue after any item, not only after the last.
          const used = edges.slice(0, Math.max(1, take));
          seen.push(...used.map(({ node }) => node));
          after = used.at(-1)?.cursor ?? after;
        }
        expect(seen).toEqual(all.slice(0, seen.length));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test.each([0, -1, 501, 10_000])('refuses a page of %i', async (first) => {
    await expect(readConnection(target, { first }, read)).rejects.toThrow(
      `first must be 1 to 500, not ${first}.`,
    );
  });

  const cursor = (text: string) => Buffer.from(text).toString('base64url');
  test.each([
    '',
    'x',
    cursor('111122223333/us-east-1:-1:'),
    cursor('111122223333/us-east-1:1'),
    cursor('111122223333/eu-central-1:1:'),
    cursor('1:'),
  ])('refuses %j, which is not a cursor of this list', async (after) => {
    await expect(readConnection(target, { first: 1, after }, read)).rejects.toThrow('after must be a');
  });
});
