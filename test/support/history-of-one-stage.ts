import { beforeAll, describe, expect, test } from '@jest/globals';
import { storedKey } from '../../src/memory/stages/index.ts';
import { blankEntry } from './history-row.ts';
import {
  address,
  author,
  changed,
  codecWith,
  historyOn,
  record,
  saw,
  stageAt,
  type TestTables,
  targetName,
} from './history-world.ts';

/** Twenty changes a day, as long as entries are kept. */
const ENTRIES = 8000;
const AT_ONCE = 200;

const stageAfter = (change: number, tags: Record<string, string> = {}) =>
  stageAt(change, { description: `change ${change}`, lastUpdatedDate: new Date(10 * change), tags });

/** What is bounded by the time of a statement, on a database that has such a bound. */
// eslint-disable-next-line jest/no-export -- two files of tests run it, one for each database
export function describeOneStage(open: () => Promise<TestTables>): void {
  let tables: TestTables;
  const last = stageAfter(ENTRIES);
  const end = 10 * ENTRIES;

  describe('a stage with thousands of entries', () => {
    beforeAll(async () => {
      tables = await open();
      await historyOn(tables).observe(saw([end + 1, end + 2], last));
      const codec = codecWith();
      const states = Array.from({ length: ENTRIES + 1 }, (_, change) => codec.encode(stageAfter(change)));
      const entries = states.slice(1).map(({ revision }, index) => ({
        ...storedKey(address),
        ...blankEntry,
        id: `e${index.toString(16).padStart(31, '0')}`,
        at: 10 * index,
        parts: 2,
        ...{ revision_before: states[index]?.revision ?? null, revision_after: revision },
      }));
      for (let start = 0; start <= ENTRIES; start += AT_ONCE) {
        const some = entries.slice(start, start + AT_ONCE);
        if (some.length > 0) await tables.db.insertInto('history').values(some).execute();
        const stored = states.slice(start, start + AT_ONCE);
        await tables.db.insertInto('stage_revisions').values(stored).execute();
      }
    });

    const count = async (table: 'history' | 'stage_revisions') => {
      const { rows } = await tables.db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as('rows'))
        .executeTakeFirstOrThrow();
      return rows;
    };

    test('settles a change by the next read', async () => {
      const history = historyOn(tables);
      await record(history, changed([end + 10, end + 12], undefined, undefined, { mutation: 'tagStage' }));
      const tagged = stageAfter(ENTRIES, { owner: 'ann' });
      await history.observe(saw([end + 20, end + 21], tagged));
      const { entries } = await history.page({ targets: [targetName] }, 1);
      expect(entries).toMatchObject([
        { source: 'GATEWAY', changes: [{ path: ['tags', 'owner'], after: 'ann' }] },
      ]);
    });

    test('gets a baseline, and another one', async () => {
      const history = historyOn(tables);
      await history.recordBaseline(stageAfter(1), author);
      await history.recordBaseline(last, author);
      expect(await history.drifts([last])).toMatchObject([{ changes: [] }]);
    });

    test('loses all that has expired, with its states', async () => {
      const own = historyOn(tables, { limits: { maxAgeMs: 0, maxEntries: 0 }, now: () => end + 1_000_000 });
      const entries = await count('history');
      expect(await own.prune()).toBe(entries);
      expect(await count('history')).toBe(0);
      // That of the baseline, and the current one.
      expect(await count('stage_revisions')).toBeLessThanOrEqual(2);
    });
  });
}
