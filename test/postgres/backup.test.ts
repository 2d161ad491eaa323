import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { closeAfterwards } from '../support/closing.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

const root = join(import.meta.dirname, '../..');

/** The first block of commands of a page with these words, without the indentation of a list. */
function blockWith(page: string, words: string): string {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/^( *)```sh\n([^]*?)```/gm)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  return blocks.find((block) => block.includes(words)) ?? '';
}
const backup = blockWith('docs/database.md', 'pg_dump');
const restore = blockWith('docs/database.md', 'pg_restore --exit-on-error');

let server: PostgresServer;
let folder: string;
let url: string;
beforeAll(async () => {
  server = await startPostgres();
});

/** A database of a role without other rights, as docs/database.md makes it. */
async function createOwned(statement: string): Promise<string> {
  const operators = await server.createDatabase();
  const [, name = ''] = /([^/]+)$/.exec(operators) ?? [];
  await server.sql(operators, `create role ${name} login`);
  await server.sql(operators, statement.replaceAll('NAME', name));
  const owned = operators.replace('//stagegraph@', `//${name}@`);
  await server.sql(owned, 'create table kept (value int); insert into kept select generate_series(1, 5000)');
  return owned;
}

function shell(commands: string, environment: Readonly<Record<string, string>> = { DATABASE_URL: url }) {
  const { PATH = '' } = process.env;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', commands], {
    ...{ cwd: folder, encoding: 'utf8', env: { PATH, HOME: folder, ...environment } },
  });
  return { status, stdout, stderr };
}
const kept = async () => {
  const [row] = await server.sql(url, 'select count(*)::int as kept from kept');
  return row?.kept;
};
const tables = async () => {
  const rows = await server.sql(url, "select tablename from pg_tables where schemaname = 'public'");
  return rows.map(({ tablename }) => tablename);
};

async function createPlace(statement = 'alter database NAME owner to NAME'): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
  closeAfterwards(() => rmSync(folder, { recursive: true, force: true }));
  url = await createOwned(statement);
}

test('the commands of docs/database.md back up PostgreSQL, and restore it without the tables of a newer release', async () => {
  await createPlace();
  expect(shell(backup)).toEqual({ status: 0, stdout: '1\n', stderr: '' });
  await server.sql(url, 'delete from kept; create table newer ()');
  expect(shell(restore)).toMatchObject({ status: 0, stdout: 'DROP SCHEMA\nCREATE SCHEMA\n' });
  expect([await tables(), await kept()]).toEqual([['kept'], 5000]);
});

test('a schema in a shared database is backed up and restored with the changes that the page names', async () => {
  await createPlace('grant create on database NAME to NAME; grant create on schema public to NAME');
  const shared = url;
  await server.sql(shared, 'create schema own; create table own.kept as select 1 as value');
  const { status } = shell(backup.replace('--format', '--schema=own --format'));
  expect(status).toBe(0);
  await server.sql(shared, 'create table own.newer ()');
  const ofSchema = restore.replace('SCHEMA public', 'SCHEMA own').replace(/ -c 'CREATE SCHEMA \w+'/, '');
  expect(shell(ofSchema)).toMatchObject({ status: 0, stdout: 'DROP SCHEMA\n' });
  expect(await server.sql(shared, "select tablename from pg_tables where schemaname = 'own'")).toEqual([
    { tablename: 'kept' },
  ]);
  expect(await server.sql(shared, 'select value from own.kept')).toEqual([{ value: 1 }]);
});

test('nothing is dropped without a backup, or with one that is empty or incomplete', async () => {
  await createPlace();
  expect(shell(restore).status).not.toBe(0);
  expect(shell(backup).status).toBe(0);
  const file = join(folder, 'stagegraph.dump');
  for (const size of [Math.floor(statSync(file).size / 2), 0]) {
    truncateSync(file, size);
    expect(shell(restore)).toMatchObject({ stdout: '', status: 1 });
  }
  expect(await kept()).toBe(5000);
});

test('nothing is dropped without DATABASE_URL, whatever database this machine has', async () => {
  await createPlace();
  expect(shell(backup).status).toBe(0);
  const { status, stderr } = shell(restore, {});
  expect(status).not.toBe(0);
  expect(stderr).toContain('DATABASE_URL: parameter null or not set');
  expect(await kept()).toBe(5000);
});

test('a role that does not own the database gets the error that the page names, and drops nothing', async () => {
  await createPlace('grant create on schema public to NAME');
  expect(shell(backup).status).toBe(0);
  expect(shell(restore).stderr).toContain('must be owner of schema public');
  expect(await kept()).toBe(5000);
});

test('a backup that fails leaves a file of which the second command says that it is none', async () => {
  await createPlace();
  const { stdout, stderr, status } = shell(backup, { DATABASE_URL: `${url}_other` });
  expect({ stdout, status }).toEqual({ stdout: '0\n', status: 1 });
  expect(stderr).toContain('input file is too short');
});

test.each(['docs/first-hour.md', 'deploy/aws/README.md'])('%s has the same commands', (page) => {
  for (const line of backup.trim().split('\n')) expect(blockWith(page, 'pg_dump')).toContain(line);
  expect(['', restore]).toContain(blockWith(page, 'pg_restore --exit-on-error'));
});
