import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { namesOf } from '../../datasources/stages/wire/wire-enums.ts';
import type { Tables } from './tables.ts';

const NAME = 'probe';
/** More than fits into a page that happens to have room, and it cannot be compressed. */
const PROBE_BYTES = 64 * 1024;

/** A table that is missing does not compile. */
const tables: Readonly<Record<keyof Tables, true>> = {
  stages: true,
  rest_apis: true,
  stage_revisions: true,
  history: true,
  baselines: true,
  crawled_targets: true,
  leases: true,
  settings: true,
  events: true,
  equal_revisions: true,
};

/** Needs the right to write the table, and its lock. */
const writeNothing = (table: string) =>
  sql`insert into ${sql.table(table)} select * from ${sql.table(table)} where 1 = 0`;

/**
 * Writes and removes a value, and nothing into every table, so that what is full, locked or read-only shows, also if it is
 * a single table.
 */
export async function probeWrite(db: Kysely<Tables>): Promise<void> {
  const value = randomBytes(PROBE_BYTES).toString('base64');
  await db
    .insertInto('settings')
    .values({ name: NAME, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
  await db.deleteFrom('settings').where('name', '=', NAME).execute();
  for (const table of namesOf(tables)) await writeNothing(table).execute(db);
}
