import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { up } from '../../src/memory/database/migrations/0001-first-tables.ts';
import type { Tables } from '../../src/memory/database/tables.ts';

/** The tables in a SQLite of this thread, in memory by default: for queries, which need no worker. */
export async function sqliteTables(file = ':memory:'): Promise<Kysely<Tables>> {
  const dialect = new SqliteDialect({ database: new Database(file) });
  await up(new Kysely<unknown>({ dialect }));
  return new Kysely<Tables>({ dialect });
}
