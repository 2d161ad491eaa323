import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

const NAME = 'probe';
/** More than fits into a page that happens to have room, and it cannot be compressed. */
const PROBE_BYTES = 64 * 1024;

/** Writes and removes a value, so that what is full, locked or read-only shows. */
export async function probeWrite(db: Kysely<Tables>): Promise<void> {
  const value = randomBytes(PROBE_BYTES).toString('base64');
  await db
    .insertInto('settings')
    .values({ name: NAME, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
  await db.deleteFrom('settings').where('name', '=', NAME).execute();
}
