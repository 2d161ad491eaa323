import { createHmac, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { keyText, type StoredKey } from './stored-key.ts';

/**
 * Stands for the value of a variable: another value has another fingerprint. It depends on the stage and the name, so that
 * the database does not show which stages share a value.
 */
export type Fingerprint = (stage: StoredKey, name: string, value: string) => string;

export const createFingerprint =
  (key: Buffer): Fingerprint =>
  (stage, name, value) =>
    createHmac('sha256', key)
      .update(JSON.stringify([keyText(stage), name, value]))
      .digest('base64url')
      .slice(0, 22);

const SETTING = 'fingerprint-key';

/** The key of the database's fingerprints. The first process creates it. */
export async function loadFingerprintKey(db: Kysely<Tables>): Promise<Buffer> {
  const stored = db.selectFrom('settings').select('value').where('name', '=', SETTING);
  const known = await stored.executeTakeFirst();
  if (known !== undefined) return Buffer.from(known.value, 'base64');
  await db
    .insertInto('settings')
    .values({ name: SETTING, value: randomBytes(32).toString('base64') })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { value } = await stored.executeTakeFirstOrThrow();
  return Buffer.from(value, 'base64');
}
