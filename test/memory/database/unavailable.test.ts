import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import Sqlite from 'libsql';
import type { MemoryDatabase } from '../../../src/memory/database/database.ts';
import { DatabaseUnavailable, SearchTooSlow } from '../../../src/memory/database/unavailable.ts';
import {
  availabilityLog,
  openTestDatabase,
  settingsOf,
  sqlitePath,
  unavailability,
  untilAvailable,
  writeSetting,
} from '../../support/database.ts';

const TIMEOUT_MS = 200;
/** For a busy machine. */
const LATE_MS = 1500;

const run = ({ db }: MemoryDatabase, statement: string) => sql.raw(statement).execute(db);

/** Counts as far as this: about a second for each five million. */
const countTo = (rows: number): string =>
  `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows}) select count(*) from n`;

const megabyte = 'x'.repeat(1024 * 1024);

/** How a database becomes unavailable for writes, and available again. */
const outages = {
  full: {
    begin: async (database: MemoryDatabase) => {
      const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.db);
      await run(database, `pragma max_page_count = ${rows[0]?.page_count ?? 0}`);
    },
    end: (database: MemoryDatabase) => run(database, 'pragma max_page_count = 100000'),
  },
  'read-only': {
    begin: (database: MemoryDatabase) => run(database, 'pragma query_only = on'),
    end: (database: MemoryDatabase) => run(database, 'pragma query_only = off'),
  },
};

describe('SQLite', () => {
  test.each(['full', 'read-only'] as const)(
    'that is %s fails writes, serves reads, and heals without a use',
    async (reason) => {
      const { logger, messages } = availabilityLog();
      const database = await openTestDatabase(`sqlite:${sqlitePath()}`, { logger });
      await writeSetting(database, 'before');
      await outages[reason].begin(database);
      expect(await unavailability(writeSetting(database, 'during', megabyte))).toBe(reason);
      expect(
        await unavailability(database.transaction((db) => writeSetting({ ...database, db }, 'x', megabyte))),
      ).toBe(reason);
      expect(database.status()).toMatchObject({ available: false, reason, outages: 1 });
      await expect(database.check()).rejects.toBeInstanceOf(DatabaseUnavailable);
      expect(await settingsOf(database)).toEqual(['before']);

      await outages[reason].end(database);
      await untilAvailable(database);
      await expect(database.check()).resolves.toBeUndefined();
      await writeSetting(database, 'after', megabyte);
      expect(await settingsOf(database)).toEqual(['after', 'before']);
      expect(messages()).toEqual(['The database is unavailable', 'The database is available again']);
    },
  );

  test('that another connection has locked fails writes within the bound, serves reads, and heals', async () => {
    const path = sqlitePath();
    const database = await openTestDatabase(`sqlite:${path}`);
    const other = new Sqlite(path);
    other.exec('begin immediate');
    const begun = performance.now();
    expect(await unavailability(writeSetting(database, 'a'))).toBe('locked');
    expect(performance.now() - begun).toBeLessThan(LATE_MS);
    expect(await settingsOf(database)).toEqual([]);
    other.exec('rollback');
    other.close();
    await untilAvailable(database);
    await writeSetting(database, 'b');
    expect(await settingsOf(database)).toEqual(['b']);
  });

  test('that is slow fails within the bound, then at once, and heals when it has finished', async () => {
    const { logger, messages } = availabilityLog();
    const database = await openTestDatabase(undefined, { timeoutMs: TIMEOUT_MS, logger });
    const begun = performance.now();
    const slow = unavailability(run(database, countTo(5_000_000)));
    const behind = unavailability(writeSetting(database, 'behind'));
    expect(await Promise.all([slow, behind])).toEqual(['timeout', 'timeout']);
    const waited = performance.now() - begun;
    expect(waited).toBeLessThan(TIMEOUT_MS + LATE_MS);
    expect(await unavailability(settingsOf(database))).toBe('timeout');
    expect(performance.now() - begun - waited).toBeLessThan(TIMEOUT_MS / 2);

    await untilAvailable(database);
    // What had given up while it waited was not done.
    expect(await settingsOf(database)).toEqual([]);
    expect(messages()).toEqual(['The database is unavailable', 'The database is available again']);
  });

  test('in a file lets nothing wait for a search', async () => {
    const database = await openTestDatabase(`sqlite:${sqlitePath()}`, { timeoutMs: 20_000 });
    const order: string[] = [];
    const search = sql.raw(countTo(3_000_000)).execute(database.searches);
    const ended = search.then(() => order.push('search'));
    await setImmediate();
    await writeSetting(database, 'a');
    expect(await settingsOf(database)).toEqual(['a']);
    order.push('write and read');
    await ended;
    expect(order).toEqual(['write and read', 'search']);
    // It reads only, and sees what was written.
    expect(await settingsOf({ ...database, db: database.searches })).toEqual(['a']);
    await expect(writeSetting({ ...database, db: database.searches }, 'b')).rejects.toThrow('readonly');
  });

  test('in memory lets nothing wait for more than one statement of searches', async () => {
    const database = await openTestDatabase();
    const order: string[] = [];
    const ended = (what: string) => () => void order.push(what);
    const searches = Array.from({ length: 5 }, () =>
      sql.raw(countTo(100_000)).execute(database.searches).then(ended('search')),
    );
    await writeSetting(database, 'a').then(ended('write'));
    await settingsOf(database).then(ended('read'));
    await Promise.all(searches);
    expect(order.indexOf('write')).toBeLessThanOrEqual(1);
    expect(order.indexOf('read')).toBeLessThanOrEqual(3);
  });

  test('what waits too long for a search fails alone, and is no outage', async () => {
    const database = await openTestDatabase(undefined, { timeoutMs: 50 });
    const search = sql.raw(countTo(2_000_000)).execute(database.searches);
    await setImmediate();
    expect(await unavailability(writeSetting(database, 'a'))).toBe('timeout');
    expect(database.status()).toMatchObject({ available: true, outages: 0 });
    await search;
    await database.within(20_000).insertInto('settings').values({ name: 'b', value: '' }).execute();
    expect(await settingsOf(database)).toEqual(['b']);
  });

  test('a search that is too slow ends alone', async () => {
    const database = await openTestDatabase(undefined, { searchMs: 50, timeoutMs: 20_000 });
    const slow = sql.raw(countTo(1_000_000)).execute(database.searches);
    await expect(slow).rejects.toBeInstanceOf(SearchTooSlow);
    await writeSetting(database, 'a');
    expect(database.status()).toMatchObject({ available: true, outages: 0 });
  });

  test('a longer bound can be given to work in the background', async () => {
    const database = await openTestDatabase(undefined, { timeoutMs: 50 });
    const { rows } = await sql<{ n: number }>`${sql.raw(countTo(500_000))}`.execute(database.within(10_000));
    expect(rows).toEqual([{ 'count(*)': 500_000 }]);
    expect(database.status().outages).toBe(0);
  });

  test('a transaction that waits for something else is rolled back at its bound, and keeps no other waiting', async () => {
    const database = await openTestDatabase(undefined, { timeoutMs: TIMEOUT_MS });
    let finish: () => void = () => undefined;
    const held = database.transaction(async (db) => {
      await writeSetting({ ...database, db }, 'held');
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      await writeSetting({ ...database, db }, 'late');
    });
    await database.within(10_000).insertInto('settings').values({ name: 'other', value: '' }).execute();
    finish();
    expect(await unavailability(held)).toBe('timeout');
    expect(await settingsOf(database)).toEqual(['other']);
  });

  test('a thread that ends fails what it had, and a new one serves the file', async () => {
    const { logger, messages } = availabilityLog();
    const database = await openTestDatabase(`sqlite:${sqlitePath()}`, { timeoutMs: 20_000, logger });
    await writeSetting(database, 'kept');
    // More rows than the thread's heap can hold.
    const rows =
      'with recursive n(i) as (select 1 union all select i + 1 from n) select hex(randomblob(2000)) from n';
    expect(await unavailability(run(database, rows))).toBe('away');
    await untilAvailable(database);
    expect(await settingsOf(database)).toEqual(['kept']);
    expect(messages()).toEqual(['The database is unavailable', 'The database is available again']);
  });

  test('after closing, every use fails at once', async () => {
    const database = await openTestDatabase();
    await database.close();
    expect(await unavailability(settingsOf(database))).toBe('away');
  });
});

describe('a mistake in a query', () => {
  test('is no outage: its error travels as it is', async () => {
    const database = await openTestDatabase();
    await writeSetting(database, 'a');
    await expect(writeSetting(database, 'a')).rejects.toThrow('UNIQUE constraint failed');
    await expect(run(database, 'selec')).rejects.toThrow('syntax error');
    const unsendable = sql`select ${Symbol('unsendable')}`.execute(database.db);
    await expect(unsendable).rejects.toThrow('could not be cloned');
    expect(await settingsOf(database)).toEqual(['a']);
    expect(database.status()).toMatchObject({ available: true, outages: 0 });
  });

  test('in a transaction rolls it back', async () => {
    const database = await openTestDatabase();
    const failed = database.transaction(async (db) => {
      await writeSetting({ ...database, db }, 'a');
      throw new Error('changed its mind');
    });
    await expect(failed).rejects.toThrow('changed its mind');
    expect(await settingsOf(database)).toEqual([]);
  });
});
