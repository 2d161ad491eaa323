import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { migrations } from '../../src/memory/database/migrations/index.ts';
import type { Tables } from '../../src/memory/database/tables.ts';

const dialectOf = (file: string) => new SqliteDialect({ database: new Database(file) });

/** The tables in a SQLite of this thread, in memory by default: for queries, which need no worker. */
export async function sqliteTables(file = ':memory:'): Promise<Kysely<Tables>> {
  const dialect = dialectOf(file);
  const db = new Kysely<unknown>({ dialect });
  for (const migration of Object.values(migrations)) await migration.up(db);
  return new Kysely<Tables>({ dialect });
}

/** Another connection to a file that has the tables. */
export const reopenTables = (file: string): Kysely<Tables> =>
  new Kysely<Tables>({ dialect: dialectOf(file) });
