import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { up } from '../../src/memory/database/migrations/0001-first-tables.ts';
import type { Tables } from '../../src/memory/database/tables.ts';

/** A PostgreSQL of its own, in a folder of its own. */
export interface PostgresServer {
  /** The tables in a new database. */
  readonly tables: () => Promise<Kysely<Tables>>;
  readonly stop: () => Promise<void>;
}

/** Debian keeps the programs in a folder for each version. */
function programs(): string | undefined {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const folders = ['/usr/local/bin', ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`)];
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

export const hasPostgres = (): boolean => programs() !== undefined;

/** PostgreSQL does not run as root: Debian's package makes a user for it. */
function userOfPostgres(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Times and counts: none is beyond what a number holds. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

// One closure: the folder, the process in it, and the pools that end before it.
export async function startPostgres(): Promise<PostgresServer> {
  const folder = programs();
  if (folder === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  const directory = await mkdtemp(join(tmpdir(), 'postgres-'));
  const user = userOfPostgres();
  if (user !== undefined) await chown(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const run = { cwd: directory, stdio: 'ignore', ...user } as const;
  // A locale whose order is not that of bytes: nothing may depend on it.
  const locale = ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en'];
  const args = ['-D', data, '-U', 'test', '-A', 'trust', '--no-sync', ...locale];
  const made = spawnSync(join(folder, 'initdb'), args, run);
  if (made.status !== 0) throw new Error(`initdb ended with ${made.status}`);
  // Only a socket in the folder: no port that another server may take.
  const child = spawn(join(folder, 'postgres'), ['-D', data, '-k', directory, '-h', '', '-F'], run);
  const poolOf = (database: string) => {
    const pool = new pg.Pool({ host: directory, user: 'test', database, max: 4 });
    // A connection that ends with the server is no failure of a test.
    return pool.on('error', () => undefined);
  };
  const admin = poolOf('postgres');
  const answers = () =>
    admin.query('select 1').then(
      () => true,
      () => false,
    );
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
    await sleep(20);
  }
  const open: Kysely<Tables>[] = [];
  return {
    async tables() {
      const name = `test${open.length}`;
      await admin.query(`create database ${name}`);
      const dialect = new PostgresDialect({ pool: poolOf(name) });
      const db = new Kysely<Tables>({ dialect });
      open.push(db);
      await up(new Kysely<unknown>({ dialect }));
      return db;
    },
    async stop() {
      for (const db of open) await db.destroy();
      await admin.end();
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
