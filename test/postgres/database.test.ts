import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { migrations } from '../../src/memory/database/migrations/index.ts';
import type { Tables } from '../../src/memory/database/tables.ts';
import { SearchTooSlow } from '../../src/memory/database/unavailable.ts';
import { closeAfterwards } from '../support/closing.ts';
import {
  availabilityLog,
  openTestDatabase,
  settingsOf,
  unavailability,
  untilAvailable,
  writeSetting,
} from '../support/database.ts';
import { startProcess } from '../support/gateway-process.ts';
import { address, stageAt, target } from '../support/history-world.ts';
import { openTestMemory } from '../support/memory.ts';
import {
  addUnknownMigration,
  appliedMigrations,
  expectCompleteMigrations,
  expectUpgrade,
} from '../support/migrations.ts';
import { startProxy } from '../support/pausable-proxy.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

const TIMEOUT_MS = 500;
/** For a busy machine. */
const LATE_MS = 1500;

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});

const writer = (url: string) => startProcess({}, [url], 'test/memory/database/fixtures/writer.ts');

const promised = (work: () => void) => () => Promise.resolve().then(work);

/** Ends the connections of a database but the one that does it. */
const cutConnections = (url: string) =>
  server.sql(
    url,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );

describe('migrations on PostgreSQL', () => {
  test('are applied once by processes that start at the same time', async () => {
    const url = await server.createDatabase();
    const processes = [1, 2, 3, 4].map(() => writer(url));
    await Promise.all(processes.map(({ said }) => said(/open\nwrote/)));
    const database = await openTestDatabase(url);
    expect(await appliedMigrations(database)).toEqual(Object.keys(migrations));
  });

  test('keep what an earlier release has stored', async () => {
    const pool = new pg.Pool({ connectionString: await server.createDatabase() });
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    closeAfterwards(() => db.destroy());
    await expectUpgrade(db);
  });

  test('are applied completely or not at all', async () => {
    await expectCompleteMigrations(await openTestDatabase(await server.createDatabase()));
  });

  test('of a newer release refuse the database', async () => {
    const url = await server.createDatabase();
    await addUnknownMigration(await openTestDatabase(url));
    await expect(openTestDatabase(url)).rejects.toThrow(
      'the database belongs to a newer release of stagegraph',
    );
  });

  test('of another program in the same database do not matter', async () => {
    const url = await server.createDatabase();
    await server.sql(url, 'create table kysely_migration (name text, timestamp text)');
    await server.sql(url, "insert into kysely_migration values ('of-another-program', '2020-01-01')");
    expect(await appliedMigrations(await openTestDatabase(url))).toEqual(Object.keys(migrations));
  });
});

describe('PostgreSQL', () => {
  test('orders texts by bytes and gives large numbers as numbers, as SQLite does', async () => {
    const url = await server.createDatabase();
    const ordered = [];
    for (const database of [await openTestDatabase(url), await openTestDatabase()]) {
      for (const name of ['b', 'B', 'a_', 'a-', 'é', 'Z']) await writeSetting(database, name);
      await database.db
        .insertInto('leases')
        .values({ name: 'a', owner: 'b', expires_at: 1_795_876_516_848 })
        .execute();
      const lease = await database.db
        .selectFrom('leases')
        .select(({ fn }) => ['expires_at', fn.countAll().as('count'), fn.sum('expires_at').as('sum')])
        .groupBy('expires_at')
        .execute();
      const like = await database.db
        .selectFrom('settings')
        .select('name')
        .where('name', 'like', 'B')
        .execute();
      ordered.push({ names: await settingsOf(database), lease, like });
    }
    expect(ordered[0]).toEqual({
      names: ['B', 'Z', 'a-', 'a_', 'b', 'é'],
      lease: [{ expires_at: 1_795_876_516_848, count: 1, sum: 1_795_876_516_848 }],
      like: [{ name: 'B' }],
    });
    expect(ordered[1]).toEqual(ordered[0]);
  });

  test('serves more uses at once than it has connections', async () => {
    const url = await server.createDatabase();
    const database = await openTestDatabase(url);
    await Promise.all(Array.from({ length: 200 }, (_, index) => writeSetting(database, String(index))));
    expect(await settingsOf(database)).toHaveLength(200);
    const [{ count = 0 } = {}] = await server.sql(
      url,
      "select count(*)::int as count from pg_stat_activity where application_name = 'stagegraph' and datname = current_database()",
    );
    expect(count).toBeLessThanOrEqual(10);
  });

  test('that is away at the start is used when it is there', async () => {
    const own = await startPostgres();
    const url = await own.createDatabase();
    await own.kill();
    const { logger, messages } = availabilityLog();
    const database = await openTestDatabase(url, { logger });
    expect(database.status()).toMatchObject({ available: false, reason: 'away' });
    expect(await unavailability(settingsOf(database))).toBe('away');
    await own.start();
    await untilAvailable(database);
    await writeSetting(database, 'a');
    expect(await appliedMigrations(database)).toEqual(Object.keys(migrations));
    // A probe may meet a server that is only starting.
    const started = messages().filter((message) => message !== 'The database cannot be used yet');
    expect(started).toEqual(['The database is unavailable', 'The database is available again']);
  });

  test('that leaves new connections without an answer is used again when it answers', async () => {
    const url = new URL(await server.createDatabase());
    const proxy = await startProxy(Number(url.port));
    closeAfterwards(() => proxy.close());
    url.port = String(proxy.port);
    const database = await openTestDatabase(url.href);
    proxy.swallowFrom('set lock_timeout');
    proxy.cut();
    // More than it has connections.
    const uses = Array.from({ length: 20 }, () => unavailability(settingsOf(database)));
    expect(new Set(await Promise.all(uses))).not.toContain(undefined);
    proxy.swallowFrom(undefined);
    await untilAvailable(database);
    await writeSetting(database, 'a');
    expect(await settingsOf(database)).toEqual(['a']);
  });

  test('that is killed or paused fails each use within its bound, then at once, and heals without a use', async () => {
    const own = await startPostgres();
    const { logger, messages } = availabilityLog();
    const database = await openTestDatabase(await own.createDatabase(), { logger, timeoutMs: TIMEOUT_MS });
    await writeSetting(database, 'a');
    const outages = [
      { reason: 'away', begin: () => own.kill(), end: () => own.start() },
      { reason: 'timeout', begin: promised(() => own.pause()), end: promised(() => own.resume()) },
    ];
    for (const { reason, begin, end } of outages) {
      await begin();
      const begun = performance.now();
      const uses = Array.from({ length: 30 }, () => unavailability(settingsOf(database)));
      const changed = unavailability(database.transaction((db) => writeSetting({ ...database, db }, 'b')));
      expect(new Set(await Promise.all([...uses, changed]))).toEqual(new Set([reason]));
      expect(performance.now() - begun).toBeLessThan(TIMEOUT_MS + LATE_MS);
      const again = performance.now();
      expect(await unavailability(settingsOf(database))).toBe(reason);
      expect(performance.now() - again).toBeLessThan(TIMEOUT_MS / 2);

      await end();
      await untilAvailable(database);
      expect(await settingsOf(database)).toContain('a');
    }
    const once = ['The database is unavailable', 'The database is available again'];
    expect(messages().filter((message) => once.includes(message))).toEqual([...once, ...once]);
  });

  test('that has lost its tables gets them again', async () => {
    const url = await server.createDatabase();
    const database = await openTestDatabase(url);
    await server.sql(url, 'drop schema public cascade; create schema public');
    expect(await unavailability(settingsOf(database))).toBe('away');
    await untilAvailable(database);
    expect(await appliedMigrations(database)).toEqual(Object.keys(migrations));
    expect(await settingsOf(database)).toEqual([]);
  });

  test('that has lost its tables keeps the key of its fingerprints: a restart sees no drift', async () => {
    const url = await server.createDatabase();
    const open = async () => {
      const memory = await openTestMemory(url);
      return { ...memory, drift: () => memory.memory.drift(stage) };
    };
    const stage = stageAt(1, { variables: { backend: 'one' } });
    const author = { by: 'ann', client: null, mutation: 'recordStageBaseline' } as const;
    const before = await open();
    await server.sql(url, 'drop schema public cascade; create schema public');
    await unavailability(settingsOf(before.database));
    await untilAvailable(before.database);
    await before.memory.recordBaseline({ target, key: address, stage, ...author });
    const restarted = await open();
    for (const { drift } of [before, restarted]) expect(await drift()).toMatchObject({ changes: [] });
  });

  test('survives the end of its idle connections', async () => {
    const url = await server.createDatabase();
    const database = await openTestDatabase(url);
    await Promise.all([settingsOf(database), settingsOf(database)]);
    await cutConnections(url);
    while ((await unavailability(settingsOf(database))) !== undefined) await sleep(20);
    await untilAvailable(database);
    await writeSetting(database, 'a');
    expect(await settingsOf(database)).toEqual(['a']);
  });

  test('signs in with a new user and password where it connects again, in the same database', async () => {
    const url = await server.createDatabase();
    const database = await openTestDatabase(url);
    await server.sql(url, 'create role rotated login superuser');
    const userNow = async () => {
      const { rows } = await sql<{
        name: string;
        place: string;
      }>`select current_user as name, current_database() as place`.execute(database.db);
      return rows[0];
    };
    const place = new URL(url).pathname.slice(1);
    const other = new URL(url);
    other.username = 'rotated';
    other.pathname = '/another';
    expect(await userNow()).toEqual({ name: 'stagegraph', place });
    database.signInAs({ kind: 'postgres', url: other.href });
    expect(await userNow()).toEqual({ name: 'stagegraph', place });
    await cutConnections(url);
    while ((await unavailability(settingsOf(database))) !== undefined) await sleep(20);
    expect(await userNow()).toEqual({ name: 'rotated', place });
  });

  test('ends searches that are too slow, and serves everything else meanwhile', async () => {
    const database = await openTestDatabase(await server.createDatabase(), { searchMs: TIMEOUT_MS });
    const searches = Array.from({ length: 15 }, () => sql`select pg_sleep(60)`.execute(database.searches));
    const ended = Promise.allSettled(searches);
    await Promise.all(Array.from({ length: 30 }, (_, index) => writeSetting(database, String(index))));
    expect(await settingsOf(database)).toHaveLength(30);
    const isTooSlow = (each: PromiseSettledResult<unknown>) =>
      each.status === 'rejected' && each.reason instanceof SearchTooSlow;
    expect((await ended).filter(isTooSlow)).toHaveLength(15);
    await writeSetting(database, 'after');
    expect(database.status()).toMatchObject({ available: true, outages: 0 });
  });

  test('that does not answer is unavailable, also if only searches have asked it', async () => {
    const own = await startPostgres();
    const options = { searchMs: TIMEOUT_MS, timeoutMs: TIMEOUT_MS };
    const database = await openTestDatabase(await own.createDatabase(), options);
    own.pause();
    await expect(sql`select 1`.execute(database.searches)).rejects.toBeInstanceOf(SearchTooSlow);
    await untilAvailable(database, false);
    expect(await unavailability(sql`select 1`.execute(database.searches))).toBe('timeout');
    own.resume();
    await untilAvailable(database);
    await sql`select 1`.execute(database.searches);
  });

  test('ends what has been given up', async () => {
    const url = await server.createDatabase();
    const database = await openTestDatabase(url, { timeoutMs: TIMEOUT_MS });
    const slow = database.transaction(async (db) => {
      await writeSetting({ ...database, db }, 'never');
      await sql`select pg_sleep(2)`.execute(db);
    });
    expect(await unavailability(slow)).toBe('timeout');
    const idle = database.transaction(async (db) => {
      await writeSetting({ ...database, db }, 'never');
      await sleep(2 * TIMEOUT_MS);
      await writeSetting({ ...database, db }, 'never either');
    });
    expect(await unavailability(idle)).toBe('timeout');
    await untilAvailable(database);
    expect(await settingsOf(database)).toEqual([]);
    const locks = () =>
      server.sql(
        url,
        "select 1 from pg_locks join pg_class on pg_class.oid = relation where relname = 'settings' and mode = 'RowExclusiveLock'",
      );
    while ((await locks()).length > 0) await sleep(20);
    expect(await settingsOf(database)).toEqual([]);
  });

  test('that is read-only fails writes, serves reads, and heals with other connections', async () => {
    const url = await server.createDatabase();
    const database = await openTestDatabase(url);
    await writeSetting(database, 'a');
    const name = new URL(url).pathname.slice(1);
    await server.sql(url, `alter database ${name} set default_transaction_read_only = on`);
    await cutConnections(url);
    while ((await unavailability(writeSetting(database, 'b'))) !== 'read-only') await sleep(20);
    expect(database.status()).toMatchObject({ available: false });
    while ((await unavailability(settingsOf(database))) !== undefined) await sleep(20);
    expect(await settingsOf(database)).toEqual(['a']);
    const otherDatabase = await server.createDatabase();
    await server.sql(otherDatabase, `alter database ${name} reset default_transaction_read_only`);
    await untilAvailable(database);
    await writeSetting(database, 'c');
    expect(await settingsOf(database)).toEqual(['a', 'c']);
  });

  test('that is locked or out of space fails writes with the reason, and heals', async () => {
    const url = await server.createDatabase();
    const database = await openTestDatabase(url);
    const locked = server.sql(url, 'begin; lock table settings; select pg_sleep(2); commit');
    await sleep(200);
    const begun = performance.now();
    expect(await unavailability(writeSetting(database, 'a'))).toBe('locked');
    expect(performance.now() - begun).toBeLessThan(1000 + LATE_MS);
    await locked;
    await untilAvailable(database);

    // What PostgreSQL says of a full disk.
    await server.sql(
      url,
      `create function fail() returns trigger language plpgsql as $$ begin
         raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
       create trigger full_disk before insert on settings for each row execute function fail()`,
    );
    expect(await unavailability(writeSetting(database, 'b'))).toBe('full');
    expect(await settingsOf(database)).toEqual([]);
    await server.sql(url, 'drop trigger full_disk on settings');
    await untilAvailable(database);
    await writeSetting(database, 'c');
    expect(await settingsOf(database)).toEqual(['c']);
  });

  test('of which one table is locked is unavailable until that ends', async () => {
    const url = await server.createDatabase();
    const { logger, messages } = availabilityLog();
    const database = await openTestDatabase(url, { logger });
    const operator = new pg.Client({ connectionString: url });
    await operator.connect();
    closeAfterwards(() => operator.end());
    await operator.query('begin; lock table history in exclusive mode');
    const write = () => database.db.deleteFrom('history').execute();
    expect(await unavailability(write())).toBe('locked');
    const waiting = "select 1 from pg_locks where relation = 'history'::regclass and not granted";
    // The probe waits for the table.
    while ((await server.sql(url, waiting)).length === 0) await sleep(20);
    await operator.query('commit');
    await untilAvailable(database);
    await write();
    expect(messages()).toEqual(['The database is unavailable', 'The database is available again']);
  });

  test('a mistake in a query is no outage, also where a transaction goes on after it', async () => {
    const database = await openTestDatabase(await server.createDatabase());
    await writeSetting(database, 'a');
    await expect(writeSetting(database, 'a')).rejects.toThrow('duplicate key');
    const careless = database.transaction(async (db) => {
      await writeSetting({ ...database, db }, 'b');
      await writeSetting({ ...database, db }, 'a').catch(() => undefined);
    });
    await expect(careless).rejects.toThrow('the transaction was rolled back');
    expect(await settingsOf(database)).toEqual(['a']);
    expect(database.status()).toMatchObject({ available: true, outages: 0 });
  });

  test('the start fails with a sentence where the URL is wrong', async () => {
    const url = await server.createDatabase();
    await expect(openTestDatabase(`${url}_missing`)).rejects.toThrow(
      'PostgreSQL refuses the connection: database "memory_',
    );
  });

  test('a process that is killed loses nothing that was acknowledged', async () => {
    const url = await server.createDatabase();
    const killed = writer(url);
    await killed.said(/(wrote .*\n){20}/);
    killed.process.kill('SIGKILL');
    await killed.exited;
    const acknowledged = [...killed.output().matchAll(/^wrote (.*)$/gm)].map(([, name]) => name);
    expect(await settingsOf(await openTestDatabase(url))).toEqual(expect.arrayContaining(acknowledged));
  });
});
