import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StageFindingCode } from '../../src/__generated__/types.ts';
import { DRIFT, DRIFT_OF_VALUES, NO_DRIFT } from '../../src/memory/database/drift-kind.ts';
import {
  createInventory,
  type InventoryFilter,
  type InventoryOptions,
  type InventoryOrder,
  type InventorySelection,
} from '../../src/memory/inventory/index.ts';
import { allTargets, cases, type InventoryStage, rowOf, stages, stageOf } from './inventory-cases.ts';
import { expectedStages } from './inventory-reference.ts';

const keyOf = ({
  target,
  restApiId,
  stageName,
}: Pick<InventoryStage, 'target' | 'restApiId' | 'stageName'>) => `${target} ${restApiId} ${stageName}`;

const codes: readonly StageFindingCode[] = ['ACCESS_LOG_OFF', 'TRACING_OFF', 'NO_WEB_ACL', 'DEAD_KEY'];
/** Few, so that names meet patterns, and all that either database could take for something else. */
const characters = [
  'a',
  'A',
  'b',
  '%',
  '_',
  '?',
  '[',
  ']',
  '^',
  '-',
  '\\',
  "'",
  '"',
  '\n',
  'é',
  '\uffee',
  '\u{1f600}',
  '\u{10ffff}',
];
const text = (more: readonly string[] = [], maxLength = 5) =>
  fc.string({ unit: fc.constantFrom(...characters, ...more), maxLength });
const pattern = text(['*', '*', '*']);
const moment = fc.integer({ min: 0, max: 5 });
const tag = { key: text([], 2), value: text([], 2) };

const anyStage: fc.Arbitrary<InventoryStage> = fc.record({
  target: fc.constantFrom(...allTargets),
  restApiId: fc.constantFrom('api1', 'api2', 'api3'),
  // Few names, so that the names of stages decide as well.
  apiName: fc.oneof(fc.constantFrom('a', 'b%'), text(['*'])),
  // AWS allows no others.
  stageName: fc.stringMatching(/^[\w-]{1,6}$/),
  lastUpdated: moment,
  observedAt: moment,
  tags: fc.dictionary(tag.key, tag.value, { maxKeys: 3 }),
  findings: fc.subarray([...codes]),
  hasCanary: fc.boolean(),
  hasAccessLog: fc.boolean(),
  hasWebAcl: fc.boolean(),
  drift: fc.constantFrom(NO_DRIFT, DRIFT, DRIFT_OF_VALUES),
  tracingEnabled: fc.boolean(),
  cacheClusterEnabled: fc.boolean(),
});

/** Most members are absent: a filter by all of them selects nothing. */
const rarely = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 2, nil: undefined });
const anyFilter: fc.Arbitrary<InventoryFilter> = fc.record({
  restApiIds: rarely(fc.subarray(['api1', 'api2', 'api9'])),
  restApiNames: rarely(fc.array(pattern, { maxLength: 3 })),
  stageNames: rarely(fc.array(pattern, { maxLength: 3 })),
  tags: rarely(fc.array(fc.record({ key: tag.key, value: fc.option(tag.value) }), { maxLength: 2 })),
  findings: rarely(fc.subarray([...codes])),
  hasCanary: rarely(fc.boolean()),
  hasDrift: rarely(fc.boolean()),
  tracingEnabled: rarely(fc.boolean()),
  updatedAfter: rarely(moment.map((ms) => new Date(ms))),
  updatedBefore: rarely(moment.map((ms) => new Date(ms))),
});
const anyOrder = fc.constantFrom<InventoryOrder>('NAME', 'LAST_UPDATED_DESC', 'LAST_UPDATED_ASC');

async function store({ db }: InventoryOptions, all: readonly InventoryStage[]): Promise<void> {
  await db.deleteFrom('stages').execute();
  if (all.length > 0) await db.insertInto('stages').values(all.map(rowOf)).execute();
}

/** All pages of an order. */
async function readAll(
  options: InventoryOptions,
  selection: InventorySelection,
  orderBy: InventoryOrder,
  first: number,
) {
  const inventory = createInventory(options);
  const keys: string[] = [];
  const counts = new Set<number>();
  let after: string | undefined;
  for (;;) {
    // Of the first page, the count begins with it.
    const page = await inventory.page({ ...selection, orderBy, first, after, counts: after === undefined });
    keys.push(
      ...page.edges.map(({ row }) =>
        keyOf({ target: row.target, restApiId: row.rest_api_id, stageName: row.stage_name }),
      ),
    );
    counts.add(await page.totalCount());
    if (!page.hasNextPage) return { keys, counts: [...counts] };
    expect(page.edges).toHaveLength(first);
    after = page.edges.at(-1)?.cursor;
  }
}

/** What holds of the inventory on both databases. */
// eslint-disable-next-line jest/no-export -- two files of tests run it, one for each database
export function describeInventory(open: () => Promise<InventoryOptions>): void {
  let options: InventoryOptions;
  beforeAll(async () => {
    options = await open();
  });

  describe('a filter selects', () => {
    beforeAll(() => store(options, Object.values(stages)));

    test.each(cases)('$title', async ({ targets = allTargets, where = {}, orderBy = 'NAME', expected }) => {
      const wanted = expected.map((name) => stages[name]);
      for (const [first, stagesAtOnce] of [
        [50, undefined],
        [1, undefined],
        [50, 2],
      ] as const) {
        const part = { ...options, stagesAtOnce };
        const { keys, counts } = await readAll(part, { targets, where }, orderBy, first);
        expect(keys).toEqual(wanted.map(keyOf));
        expect(counts).toEqual([wanted.length]);
      }
      expect(expectedStages(Object.values(stages), targets, where, orderBy)).toEqual(wanted);
    });
  });

  test('any rows, filters, orders and page sizes give what JavaScript gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyStage, { selector: keyOf, maxLength: 40 }),
        fc.array(
          fc.tuple(
            fc.subarray(allTargets),
            fc.subarray(allTargets),
            anyFilter,
            anyOrder,
            fc.integer({ min: 1, max: 12 }),
            rarely(fc.integer({ min: 1, max: 12 })),
          ),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        async (all, requests) => {
          await store(options, all);
          for (const [targets, valuesOf, where, orderBy, first, stagesAtOnce] of requests) {
            const part = { ...options, stagesAtOnce };
            const { keys, counts } = await readAll(part, { targets, valuesOf, where }, orderBy, first);
            const expected = expectedStages(all, targets, where, orderBy, valuesOf);
            expect(keys).toEqual(expected.map(keyOf));
            expect(counts).toEqual([expected.length]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  describe('paging', () => {
    const many = Array.from({ length: 7 }, (_, index) => stageOf({ stageName: `s${index}` }));
    const request = { targets: allTargets, orderBy: 'NAME', first: 3 } as const;
    beforeEach(() => store(options, many));

    test('goes on after a stage that is deleted meanwhile, and skips and repeats none', async () => {
      const inventory = createInventory(options);
      const first = await inventory.page(request);
      await options.db.deleteFrom('stages').where('stage_name', 'in', ['s1', 's2']).execute();
      const second = await inventory.page({ ...request, after: first.edges.at(-1)?.cursor });
      expect(second.edges.map(({ row }) => row.stage_name)).toEqual(['s3', 's4', 's5']);
      expect(await second.totalCount()).toBe(5);
    });

    test('counts nothing that was not asked for, and nothing that the page shows', async () => {
      const queries: string[] = [];
      const db = options.db.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult({ result }) {
          queries.push(JSON.stringify(result.rows));
          return Promise.resolve(result);
        },
      });
      const page = await createInventory({ ...options, db }).page({ ...request, first: 7 });
      expect(await page.totalCount()).toBe(7);
      expect(queries).toHaveLength(1);
    });

    test('counts beside the page where the database does both at once', async () => {
      let begun = 0;
      const db = options.db.withPlugin({
        transformQuery({ node }) {
          begun += 1;
          return node;
        },
        transformResult: ({ result }) => Promise.resolve(result),
      });
      const page = await createInventory({ ...options, db }).page({ ...request, counts: true });
      expect(begun).toBe(options.dialect === 'postgres' ? 2 : 1);
      expect(await page.totalCount()).toBe(7);
      expect(begun).toBe(2);
    });

    test.each([
      ['of another order', (cursor: string) => ({ after: cursor, orderBy: 'LAST_UPDATED_ASC' as const })],
      ['cut short', (cursor: string) => ({ after: cursor.slice(0, -9) })],
      [
        'of another list',
        () => ({ after: Buffer.from('111122223333/eu-central-1:0:').toString('base64url') }),
      ],
      [
        'with NUL, which PostgreSQL refuses',
        () => ({ after: Buffer.from('["NAME",0,["","\\u0000","",""]]').toString('base64url') }),
      ],
      [
        'beyond all numbers',
        () => ({ after: Buffer.from('["NAME",1e99,["","","",""]]').toString('base64url') }),
      ],
      ['that is empty', () => ({ after: '' })],
    ])('refuses a cursor %s', async (_, broken) => {
      const inventory = createInventory(options);
      const { edges } = await inventory.page(request);
      const refused = inventory.page({ ...request, ...broken(edges[0]?.cursor ?? '') });
      await expect(refused).rejects.toMatchObject({
        message: expect.stringContaining('after must be a cursor of stageInventory') as unknown,
        extensions: { code: 'BAD_USER_INPUT' },
      });
    });

    test('finds nothing after a cursor that was made up, beyond what the caller may read', async () => {
      const after = Buffer.from('["NAME",0,["","","",""]]').toString('base64url');
      const { edges } = await createInventory(options).page({
        ...request,
        targets: [allTargets[1] ?? ''],
        after,
      });
      expect(edges).toEqual([]);
    });
  });

  test('each target says what is known of it, and how complete and old that is', async () => {
    const [eu = '', us = '', other = ''] = allTargets;
    await store(options, [
      stageOf({ stageName: 'a', observedAt: 3000 }),
      stageOf({ stageName: 'b', observedAt: 2000 }),
      stageOf({ stageName: 'a', restApiId: 'unlisted', apiName: '' }),
      stageOf({ stageName: 'b', restApiId: 'unlisted', apiName: '' }),
      stageOf({ target: us }),
    ]);
    const api = (target: string, id: string) => ({
      target,
      rest_api_id: id,
      name: 'orders',
      observed_at: 1,
    });
    await options.db
      .insertInto('rest_apis')
      .values([api(eu, 'api1'), api(eu, 'empty'), api(us, 'api1')])
      .execute();
    const pass = { rest_apis: 2, ended_at: 9000 };
    await options.db
      .insertInto('crawled_targets')
      .values([
        { ...pass, target: eu, complete: 1, error: null },
        { ...pass, target: us, complete: 0, error: 'AWS cannot be reached.' },
      ])
      .execute();
    const unknown = '999999999999/eu-central-1';
    expect(await createInventory(options).totals([us, other, eu])).toEqual([
      {
        target: us,
        restApis: 1,
        stages: 1,
        complete: false,
        oldest: new Date(5000),
        error: 'AWS cannot be reached.',
      },
      { target: other, restApis: 0, stages: 0, complete: false, oldest: null, error: null },
      { target: eu, restApis: 3, stages: 4, complete: true, oldest: new Date(2000), error: null },
    ]);
    expect(await createInventory(options).totals([unknown])).toMatchObject([{ target: unknown, stages: 0 }]);
    expect(await createInventory(options).totals([])).toEqual([]);
  });
}
