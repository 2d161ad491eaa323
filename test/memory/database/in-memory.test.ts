import { describe, expect, test } from '@jest/globals';
import type { MemoryDatabase } from '../../../src/memory/database/database.ts';
import type { HistoryTable } from '../../../src/memory/database/tables.ts';
import { openTestDatabase, unavailability, untilAvailable, writeSetting } from '../../support/database.ts';
import { blankEntry } from '../../support/history-row.ts';

const MEMORY_BYTES = 2 * 1024 * 1024;
const stage = { target: '1/eu-west-1', rest_api_id: 'a', stage_name: 'prod' };
const text = 'x'.repeat(10_000);

const entry = (number: number): HistoryTable => ({
  ...stage,
  ...blankEntry,
  id: String(number).padStart(6, '0'),
  at: number,
  changes: text,
  revision_before: `r${number - 1}`,
  revision_after: `r${number}`,
});

const writeEntry = ({ transaction }: MemoryDatabase, number: number) =>
  transaction(async (db) => {
    await db
      .insertInto('stage_revisions')
      .values({ ...stage, revision: `r${number}`, document: text, secret_values: null })
      .execute();
    await db.insertInto('history').values(entry(number)).execute();
  });

describe('a database in memory', () => {
  test('that is nearly full gives up its oldest history, and the states that only that refers to', async () => {
    const database = await openTestDatabase(undefined, { memoryBytes: MEMORY_BYTES });
    await database.db
      .insertInto('baselines')
      .values({ ...stage, revision: 'r1', since: 0 })
      .execute();
    const entries = 300;
    for (let number = 1; number <= entries; number += 1) await writeEntry(database, number);
    expect(database.status().outages).toBe(0);
    expect(database.bytes()).toBeLessThanOrEqual(MEMORY_BYTES);

    const kept = await database.db.selectFrom('history').select('at').orderBy('at').execute();
    expect(kept.length).toBeGreaterThan(30);
    // The newest ones, without a gap.
    expect(kept.map(({ at }) => at)).toEqual(kept.map((_, index) => entries - kept.length + 1 + index));
    const revisions = await database.db.selectFrom('stage_revisions').select('revision').execute();
    const referred = new Set(['r1', ...kept.flatMap(({ at }) => [`r${at - 1}`, `r${at}`])]);
    expect(new Set(revisions.map(({ revision }) => revision))).toEqual(referred);
  });

  test('that is nearly full makes room at once, also if all is the history of one stage', async () => {
    const database = await openTestDatabase(undefined, { memoryBytes: 2 * MEMORY_BYTES });
    for (let start = 0; start < 12_000; start += 200) {
      const entries = Array.from({ length: 200 }, (_, index) => ({ ...entry(start + index), changes: '[]' }));
      const states = entries.map(({ revision_after }) => ({
        ...{ ...stage, revision: revision_after ?? '', document: '{}', secret_values: null },
      }));
      await database.transaction(async (db) => {
        await db.insertInto('stage_revisions').values(states).execute();
        await db.insertInto('history').values(entries).execute();
      });
    }
    expect(database.status().outages).toBe(0);
    const { rows } = await database.db
      .selectFrom('history')
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow();
    expect(rows).toBeGreaterThan(5000);
    expect(rows).toBeLessThan(12_000);
  });

  test('that is nearly full gives up the oldest revisions that only equal another one', async () => {
    const database = await openTestDatabase(undefined, { memoryBytes: MEMORY_BYTES });
    const batches = 100;
    for (let batch = 1; batch <= batches; batch += 1) {
      const rows = Array.from({ length: 100 }, (_, index) => ({
        ...{ ...stage, revision: `${batch}/${index}/${'x'.repeat(300)}`, same_as: 'r', replaced_at: batch },
      }));
      await database.db.insertInto('equal_revisions').values(rows).execute();
    }
    expect(database.status().outages).toBe(0);
    const kept = await database.db.selectFrom('equal_revisions').select('replaced_at').distinct().execute();
    expect(kept.length).toBeGreaterThan(10);
    expect(Math.max(...kept.map(({ replaced_at }) => replaced_at))).toBe(batches);
    expect(Math.min(...kept.map(({ replaced_at }) => replaced_at))).toBeGreaterThan(batches - kept.length);
  });

  test('that is full of what must stay fails as full, and still reads', async () => {
    const database = await openTestDatabase(undefined, { memoryBytes: MEMORY_BYTES });
    expect(await unavailability(writeSetting(database, 'large', 'x'.repeat(2 * MEMORY_BYTES)))).toBe('full');
    await untilAvailable(database);
    await writeSetting(database, 'most', 'x'.repeat(MEMORY_BYTES * 0.6));
    expect(await unavailability(writeSetting(database, 'more', 'x'.repeat(MEMORY_BYTES * 0.4)))).toBe('full');
    const { name } = await database.db.selectFrom('settings').select('name').executeTakeFirstOrThrow();
    expect(name).toBe('most');
    expect(database).toMatchObject({ inMemory: true, dialect: 'sqlite' });
  });
});
