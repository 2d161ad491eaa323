import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findingBits } from '../../src/memory/database/finding-bits.ts';
import type { History } from '../../src/memory/history/index.ts';
import type { MethodsOf } from '../../src/memory/stages/index.ts';
import { describeReads } from './history-reads.ts';
import {
  address,
  allEntries,
  changed,
  clearTables,
  historyOn,
  listed,
  rawRows,
  record,
  saw,
  sawAllApis,
  sawApis,
  sawNoApi,
  sawNone,
  stageAt,
  storedDescription,
  story,
  targetName,
  type TestTables,
} from './history-world.ts';

/** Descriptions at AWS's times: what the tests change. */
const state = (description: string, at: number, more: Parameters<typeof stageAt>[1] = {}) =>
  stageAt(at, { description, lastUpdatedDate: new Date(at), ...more });

const [one, two, three] = [state('one', 1), state('two', 11), state('three', 21)] as const;
const tagged = (tags: Record<string, string>, at: number) =>
  stageAt(at, { description: 'one', lastUpdatedDate: new Date(1), tags });

/** Of each deployment, one method that everybody can call. */
const openMethod: MethodsOf = (_, __, deploymentId) => ({
  deploymentId,
  createdDate: new Date(0),
  methods: [
    {
      resourcePath: '/',
      httpMethod: 'GET',
      declaredAsAny: false,
      authorizationType: 'NONE',
      apiKeyRequired: false,
    },
  ],
});

/** What history is, on either database. */
// eslint-disable-next-line jest/no-export -- two files of tests run it, one for each database
export function describeHistory(open: () => Promise<TestTables>): void {
  let tables: TestTables;
  /** Two processes on one database. */
  let history: History;
  let other: History;
  beforeAll(async () => {
    tables = await open();
  });
  beforeEach(async () => {
    await clearTables(tables);
    history = historyOn(tables);
    other = historyOn(tables);
  });

  describe('what reads see', () => {
    test('a first sight is no entry', async () => {
      await history.observe(listed([1, 2], [one, stageAt(1, { stageName: 'dev' })]));
      expect(await story(history)).toEqual([]);
      expect(await tables.db.selectFrom('stages').select('stage_name').execute()).toHaveLength(2);
    });

    test('a difference is an entry, at the time of the read that found it', async () => {
      await history.observe(saw([1, 2], one));
      await history.observe(saw([12, 13], two));
      expect(await allEntries(history)).toMatchObject([
        {
          source: 'OBSERVED',
          outcome: 'APPLIED',
          at: new Date(13),
          ...address,
          by: null,
          mutation: null,
          changes: [
            { part: 'DESCRIPTION', path: ['description'], before: 'one', after: 'two', redacted: false },
          ],
          revisionBefore: one.details.revision,
          revisionAfter: two.details.revision,
        },
      ]);
    });

    test('the same stage again is none, nor is a status that AWS alone sets', async () => {
      const busy = stageAt(1, {
        description: 'one',
        lastUpdatedDate: new Date(1),
        cacheClusterStatus: 'AVAILABLE',
      });
      await history.observe(saw([1, 2], one));
      await history.observe(listed([3, 4], [one]));
      await history.observe(saw([5, 6], busy));
      expect(await story(history)).toEqual([]);
      const row = await tables.db.selectFrom('stages').selectAll().executeTakeFirstOrThrow();
      expect(row).toMatchObject({ revision: busy.details.revision, started_at: 5, observed_at: 6 });
    });

    test.each([
      ['whose date is older than the stored one', saw([20, 21], one)],
      [
        'that was sent before the stored one was answered, with the same date',
        saw([12, 30], stageAt(30, { description: 'other', lastUpdatedDate: new Date(11) })),
      ],
    ])('a read is ignored %s', async (_, late) => {
      await history.observe(saw([14, 15], two));
      await history.observe(late);
      expect(await story(history)).toEqual([]);
      expect(await storedDescription(tables)).toBe('two');
    });

    test('a late read does not even count as another date of the same stage', async () => {
      await history.observe(saw([14, 15], two));
      await history.observe(saw([1, 2], two));
      expect(await tables.db.selectFrom('stages').select('observed_at').execute()).toEqual([
        { observed_at: 15 },
      ]);
    });

    test('a stage that a complete list does not have is deleted', async () => {
      await history.observe(listed([1, 2], [one, stageAt(1, { stageName: 'dev' })]));
      await history.observe(listed([3, 4], [stageAt(1, { stageName: 'dev' })]));
      expect(await story(history)).toEqual(['OBSERVED | deploymentId dep001 > - | description one > -']);
      expect(await tables.db.selectFrom('stages').select('stage_name').execute()).toEqual([
        { stage_name: 'dev' },
      ]);
    });

    test('a single stage says nothing of the others', async () => {
      await history.observe(listed([1, 2], [one, stageAt(1, { stageName: 'dev' })]));
      await history.observe(saw([3, 4], one));
      expect(await tables.db.selectFrom('stages').select('stage_name').execute()).toHaveLength(2);
    });

    test('a list that was sent before a stage was seen does not delete it', async () => {
      await history.observe(saw([5, 6], one));
      await history.observe(listed([4, 7], []));
      await history.observe(sawNone([4, 7]));
      await history.observe(sawNoApi([4, 7]));
      expect(await storedDescription(tables)).toBe('one');
    });

    test.each([
      ['by its name', sawNone([3, 4])],
      ['with its API', sawNoApi([3, 4])],
      ['with an API that the target does not have any more', sawAllApis([3, 4], 'other00001')],
    ])('a stage that is missing %s is deleted', async (_, missing) => {
      await history.observe(saw([1, 2], one));
      await history.observe(missing);
      expect(await story(history)).toEqual(['OBSERVED | deploymentId dep001 > - | description one > -']);
      expect(await storedDescription(tables)).toBeUndefined();
    });

    test('a read that was sent before a deletion does not bring the stage back, a later one does', async () => {
      await history.observe(saw([1, 2], one));
      await history.observe(sawNone([5, 6]));
      await history.observe(saw([4, 7], two));
      expect(await storedDescription(tables)).toBeUndefined();
      await history.observe(saw([12, 13], two));
      expect(await storedDescription(tables)).toBe('two');
      expect((await story(history)).at(-1)).toBe('OBSERVED | deploymentId - > dep001 | description - > two');
    });

    test('stages have the name of their API, whichever was seen first', async () => {
      const names = () => tables.db.selectFrom('stages').select('api_name').execute();
      await history.observe(saw([1, 2], one));
      expect(await names()).toEqual([{ api_name: '' }]);
      await history.observe(sawApis([3, 4], { petstore01: 'Petstore', other00001: 'Other' }));
      expect(await names()).toEqual([{ api_name: 'Petstore' }]);
      await history.observe(sawApis([5, 6], { petstore01: 'Shop' }));
      await history.observe(sawApis([3, 4], { petstore01: 'Petstore' }));
      expect(await names()).toEqual([{ api_name: 'Shop' }]);
      await history.observe(sawNone([7, 8]));
      await history.observe(saw([9, 10], one));
      expect(await names()).toEqual([{ api_name: 'Shop' }]);
      await history.observe(sawAllApis([11, 12], 'petstore01'));
      expect(await tables.db.selectFrom('rest_apis').select('rest_api_id').execute()).toEqual([
        { rest_api_id: 'petstore01' },
      ]);
    });

    test('what depends on deployments is found once they are known', async () => {
      await history.observe(saw([1, 2], one));
      const findings = () => tables.db.selectFrom('stages').select('findings').execute();
      const [before] = await findings();
      const knowing = historyOn(tables, { methodsOf: openMethod });
      await knowing.observe(saw([3, 4], one));
      const [after] = await findings();
      expect(after?.findings).toBeGreaterThan(before?.findings ?? 0);
      expect(await story(history)).toEqual([]);
    });

    test('a change keeps what was found of its methods, in a process that does not know them', async () => {
      const known = historyOn(tables, { methodsOf: openMethod });
      const foundNow = async () => {
        const [row] = await tables.db.selectFrom('stages').select('findings').execute();
        return (row?.findings ?? 0) & findingBits(['NO_AUTHORIZATION']);
      };
      await known.observe(saw([1, 2], one));
      expect(await foundNow()).not.toBe(0);

      await history.observe(saw([12, 13], two));
      expect(await foundNow()).not.toBe(0);

      await history.observe(saw([22, 23], state('three', 21, { deploymentId: 'dep009' })));
      expect(await foundNow()).toBe(0);
    });

    test('hundreds of stages are stored at once', async () => {
      const many = Array.from({ length: 450 }, (_, index) => stageAt(1, { stageName: `stage${index}` }));
      await history.observe(listed([1, 2], many));
      await history.observe(listed([3, 4], many.slice(0, 449)));
      const { count } = await tables.db
        .selectFrom('stages')
        .select(({ fn }) => fn.countAll<number | string>().as('count'))
        .where('observed_at', '=', 4)
        .executeTakeFirstOrThrow();
      expect(Number(count)).toBe(449);
      expect(await story(history)).toHaveLength(1);
    });
  });

  describe('what this gateway changes', () => {
    test('a change is an entry with all that is known of it', async () => {
      await history.observe(saw([1, 2], one));
      await record(
        history,
        changed([10, 12], one, two, {
          patchOperations: [{ op: 'replace', path: '/description', value: 'two', from: null }],
        }),
      );
      expect(await allEntries(history)).toMatchObject([
        {
          source: 'GATEWAY',
          at: new Date(12),
          by: 'ann',
          client: 'pipeline',
          mutation: 'updateStage',
          awsRequestId: 'request-1',
          changes: [{ path: ['description'], before: 'one', after: 'two' }],
          patchOperations: [
            { op: 'replace', path: '/description', value: 'two', from: null, redacted: false },
          ],
          revisionBefore: one.details.revision,
          revisionAfter: two.details.revision,
        },
      ]);
      expect(await storedDescription(tables)).toBe('two');
    });

    test('a change that is written twice is one entry', async () => {
      const change = { ...changed([10, 12], one, two), id: 'a'.repeat(32) };
      await history.record(change);
      await other.record(change);
      expect(await story(history)).toEqual(['GATEWAY | description one > two']);
    });

    test('what others have changed before it, which it has read, is an entry before it', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, changed([20, 25], state('two', 11), three));
      expect(await story(history)).toEqual([
        'OBSERVED | description one > two',
        'GATEWAY | description two > three',
      ]);
    });

    test('what it knew only from a cache does not undo what was seen since', async () => {
      await history.observe(saw([1, 2], one));
      await history.observe(saw([12, 13], two));
      await record(history, changed([20, 25], state('one', 1), three));
      expect(await story(history)).toEqual([
        'OBSERVED | description one > two',
        'GATEWAY | description two > three',
      ]);
    });

    test('a late read of what it has overwritten without reading is an entry before it', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, changed([20, 25], one, three));
      expect(await story(history)).toEqual(['GATEWAY | description one > three']);
      await other.observe(saw([12, 13], two));
      expect(await story(history)).toEqual([
        'OBSERVED | description one > two',
        'GATEWAY | description two > three',
      ]);
      expect(await storedDescription(tables)).toBe('three');
    });

    test('a change of a process whose clock is ahead is one entry', async () => {
      await history.observe(saw([1, 2], one));
      await other.observe(saw([12, 13], two));
      await record(history, changed([5000, 5002], one, two));
      expect(await story(history)).toEqual(['GATEWAY | description one > two']);
    });

    test('what AWS dates later comes later, whatever the clocks of the processes are', async () => {
      await history.observe(saw([1, 2], one));
      await other.observe(saw([22, 23], three));
      await record(history, changed([5000, 5002], one, two));
      expect(await story(history)).toEqual([
        'GATEWAY | description one > two',
        'OBSERVED | description two > three',
      ]);
      expect(await storedDescription(tables)).toBe('three');
    });

    test('a stage that it makes has its values as added', async () => {
      await record(history, changed([10, 12], null, two, { mutation: 'createStage' }));
      expect(await story(history)).toEqual(['GATEWAY | deploymentId - > dep001 | description - > two']);
      await other.observe(listed([13, 14], [two]));
      expect(await story(history)).toHaveLength(1);
    });

    test('a stage that it deletes has its values as removed, and stays away', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, changed([10, 12], one, null, { mutation: 'deleteStage' }));
      expect(await story(history)).toEqual(['GATEWAY | deploymentId dep001 > - | description one > -']);
      await other.observe(saw([9, 14], one));
      await other.observe(sawNone([15, 16]));
      expect(await storedDescription(tables)).toBeUndefined();
      expect(await story(history)).toHaveLength(1);
    });

    test('a deletion that another process has seen already is one entry', async () => {
      await history.observe(saw([1, 2], one));
      await other.observe(listed([11, 13], []));
      await record(history, changed([10, 12], one, null, { mutation: 'deleteStage' }));
      expect(await story(history)).toEqual(['GATEWAY | deploymentId dep001 > - | description one > -']);
    });

    test('a part of it that was seen meanwhile is no entry', async () => {
      await history.observe(saw([1, 2], one));
      await other.observe(saw([10, 11], state('half', 9)));
      expect(await story(history)).toEqual(['OBSERVED | description one > half']);
      await record(history, changed([8, 12], one, two));
      expect(await story(history)).toEqual(['GATEWAY | description one > two']);
    });

    test('a change of which only the result is known is shown from the stage that was seen before', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, changed([10, 12], undefined, two));
      expect(await story(history)).toEqual(['GATEWAY | description one > two']);
    });

    test('a change of a stage that was never seen says what is known', async () => {
      await record(history, changed([10, 12], undefined, two));
      expect(await allEntries(history)).toMatchObject([
        { changes: [], revisionBefore: null, revisionAfter: two.details.revision },
      ]);
      await record(history, changed([14, 16], undefined, undefined, { mutation: 'flushStageCache' }));
      await history.observe(saw([22, 23], three));
      expect(await story(history)).toEqual(['GATEWAY', 'GATEWAY', 'OBSERVED | description two > three']);
    });
  });

  describe('a change without an answer', () => {
    const unknown = (
      ...[times, before, more]: [[number, number], typeof one, Parameters<typeof changed>[3]?]
    ) => changed(times, before, undefined, { outcome: 'UNKNOWN', awsRequestId: null, ...more });

    test.each([
      ['is APPLIED if the next read shows a difference', two, ['GATEWAY | description one > two']],
      ['goes if the next read shows none', one, []],
    ])('%s', async (_, seen, expected) => {
      await history.observe(saw([1, 2], one));
      await record(history, unknown([10, 12], one));
      expect(await story(history)).toEqual(['GATEWAY | UNKNOWN']);
      await other.observe(saw([13, 14], seen));
      expect(await story(history)).toEqual(expected);
      await other.observe(saw([22, 23], three));
      expect(await story(history)).toHaveLength(expected.length + 1);
    });

    test.each([
      ['a difference', two, ['GATEWAY | description one > two']],
      ['none', one, []],
    ])('is settled by a read that came before its entry: %s', async (_, seen, expected) => {
      await history.observe(saw([1, 2], one));
      await other.observe(saw([13, 14], seen));
      await record(history, unknown([10, 12], one));
      expect(await story(history)).toEqual(expected);
      expect(await tables.db.selectFrom('stages').select('open_entry').execute()).toEqual([
        { open_entry: null },
      ]);
    });

    test('goes if nothing was known but that reads before and after it saw the same', async () => {
      await history.observe(saw([1, 2], one));
      await other.observe(saw([13, 14], one));
      await record(history, changed([10, 12], undefined, undefined, { outcome: 'UNKNOWN' }));
      expect(await story(history)).toEqual([]);
    });

    test('is not settled by a read that was sent before it ended', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, unknown([10, 12], one));
      await other.observe(saw([11, 13], one));
      expect(await story(history)).toEqual(['GATEWAY | UNKNOWN']);
    });

    test('is settled by what the next change reads', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, unknown([10, 12], one));
      await record(history, changed([20, 24], state('two', 15), three));
      expect(await story(history)).toEqual([
        'GATEWAY | description one > two',
        'GATEWAY | description two > three',
      ]);
    });

    test('that gave a variable the value it had is APPLIED all the same, if AWS says that the stage was changed', async () => {
      const same = state('one', 13);
      const given = [['variables', 'backend']];
      for (const [more, expected] of [
        [{ given }, ['GATEWAY']],
        [{}, []],
      ] as const) {
        await clearTables(tables);
        await history.observe(saw([1, 2], one));
        await record(history, unknown([10, 12], one, more));
        await other.observe(saw([13, 14], same));
        await other.observe(saw([15, 16], same));
        expect(await story(history)).toEqual(expected);
      }
      await record(history, unknown([20, 22], same, { given }));
      await other.observe(saw([23, 24], same));
      expect(await story(history)).toEqual([]);
    });

    test('stays UNKNOWN if the next change overwrites it unread', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, unknown([10, 12], one));
      await record(history, changed([20, 24], undefined, three));
      await other.observe(saw([25, 26], three));
      expect(await story(history)).toEqual(['GATEWAY | UNKNOWN', 'GATEWAY | description one > three']);
    });

    test('has made what the next change, which overwrites it unread, has not sent', async () => {
      const sent = {
        patchOperations: [{ op: 'replace', path: '/description', value: 'three', from: null }],
      } as const;
      const after = stageAt(21, {
        ...{ description: 'three', lastUpdatedDate: new Date(21) },
        ...{ tags: { owner: 'ann' }, tracingEnabled: true },
      });
      const tagging = changed([10, 12], undefined, undefined, { mutation: 'tagStage' });
      const applying = unknown([14, 16], one, {
        mutation: 'applyStage',
        patchOperations: [
          { op: 'replace', path: '/description', value: 'two', from: null },
          { op: 'replace', path: '/tracingEnabled', value: 'true', from: null },
        ],
      });
      await history.observe(saw([1, 2], one));
      await record(history, tagging);
      await record(history, applying);
      await record(history, changed([20, 24], undefined, after, sent));
      await other.observe(saw([25, 26], after));
      expect(await story(history)).toEqual([
        'GATEWAY',
        'GATEWAY | tracingEnabled false > true | tags.owner - > ann',
        'GATEWAY | description one > three',
      ]);
      const { entries } = await history.page({ targets: [targetName], parts: ['TAGS'] }, 10);
      expect(entries).toMatchObject([{ mutation: 'applyStage', outcome: 'APPLIED' }]);
    });

    test('a deletion is APPLIED if the stage is missing, and goes if it is there', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, unknown([10, 12], one, { mutation: 'deleteStage' }));
      await other.observe(saw([13, 14], one));
      expect(await story(history)).toEqual([]);
      await record(history, unknown([20, 22], one, { mutation: 'deleteStage' }));
      await other.observe(sawNone([23, 24]));
      expect(await story(history)).toEqual(['GATEWAY | deploymentId dep001 > - | description one > -']);
    });

    test('a creation is APPLIED if the stage is there, and goes if it is missing', async () => {
      const creation = (times: [number, number]) =>
        changed(times, null, undefined, { outcome: 'UNKNOWN', mutation: 'createStage' });
      for (const missing of [sawNone([13, 14]), listed([13, 14], [])]) {
        await record(history, creation([10, 12]));
        await other.observe(missing);
        expect(await story(history)).toEqual([]);
      }
      await record(history, creation([20, 22]));
      await other.observe(listed([23, 24], [state('made', 21)]));
      expect(await story(history)).toEqual(['GATEWAY | deploymentId - > dep001 | description - > made']);
    });

    test('what a deletion cannot have done is what others have done', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, unknown([10, 12], one, { mutation: 'deleteStage' }));
      await other.observe(saw([13, 14], two));
      expect(await story(history)).toEqual(['OBSERVED | description one > two']);
    });

    test('tags are filled in by the next read', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, changed([10, 12], undefined, undefined, { mutation: 'tagStage' }));
      expect(await story(history)).toEqual(['GATEWAY']);
      await other.observe(saw([13, 14], tagged({ team: 'pets' }, 14)));
      expect(await story(history)).toEqual(['GATEWAY | tags.team - > pets']);
    });

    test('a flush changes nothing: a difference that the next read shows is of others', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, changed([10, 12], undefined, undefined, { mutation: 'flushStageCache' }));
      await other.observe(saw([13, 14], two));
      expect(await story(history)).toEqual(['GATEWAY', 'OBSERVED | description one > two']);
    });

    test('each of several gets what it can have changed', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, unknown([10, 12], one));
      await record(history, changed([14, 16], undefined, undefined, { mutation: 'tagStage' }));
      await record(history, changed([18, 20], undefined, undefined, { mutation: 'flushStageCache' }));
      await other.observe(saw([22, 23], state('two', 11, { tags: { team: 'pets' } })));
      expect(await story(history)).toEqual([
        'GATEWAY | description one > two',
        'GATEWAY | tags.team - > pets',
        'GATEWAY',
      ]);
    });

    test('a change that was applied in part stays PARTIAL', async () => {
      await history.observe(saw([1, 2], one));
      await record(history, changed([10, 12], one, undefined, { outcome: 'PARTIAL' }));
      await other.observe(saw([13, 14], two));
      expect(await story(history)).toEqual(['GATEWAY | PARTIAL | description one > two']);
    });
  });

  test('texts that only one of the databases could store are stored', async () => {
    await record(history, changed([10, 12], undefined, two, { by: 'nul\0\ud800', client: '\0' }));
    expect(await allEntries(history)).toMatchObject([{ client: '\uFFFD' }]);
    expect(await rawRows(tables)).not.toContain('\0');
    expect(targetName).toBe('111122223333/eu-central-1');
  });

  test('of a name that is too long for an index, the beginning is stored', async () => {
    const by = randomBytes(5000).toString('base64');
    await record(history, changed([10, 12], undefined, two, { by }));
    expect((await allEntries(history)).map((entry) => entry.by)).toEqual([by.slice(0, 600)]);
    for (const name of [by, `${by.slice(0, 100)}*`]) {
      const { entries } = await history.page({ targets: [targetName], by: [name] }, 1);
      expect(entries).toHaveLength(1);
    }
  });

  describeReads(() => tables);
}
