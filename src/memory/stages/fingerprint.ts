import { createHmac, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { DatabaseUnavailable } from '../database/unavailable.ts';
import { keyText, type StoredKey } from './stored-key.ts';

/**
 * Stands for the value of a variable: another value has another fingerprint. It depends on the stage and the name, so that
 * the database does not show which stages share a value.
 */
export type Fingerprint = (stage: StoredKey, name: string, value: string) => string;

export const createFingerprint =
  (key: () => Buffer): Fingerprint =>
  (stage, name, value) =>
    createHmac('sha256', key())
      .update(JSON.stringify([keyText(stage), name, value]))
      .digest('base64url')
      .slice(0, 22);

const SETTING = 'fingerprint-key';

/** The key of the database's fingerprints. The first process creates it. */
export function createFingerprintKey() {
  let key: Buffer | undefined;
  return {
    /** Whenever tables may be new. A database that has lost its key gets this one: what was stored with it stays right. */
    load: async (db: Kysely<Tables>): Promise<void> => {
      const stored = db.selectFrom('settings').select('value').where('name', '=', SETTING);
      // Not written without need: the database may be read-only.
      if ((await stored.executeTakeFirst()) === undefined) {
        await db
          .insertInto('settings')
          .values({ name: SETTING, value: (key ?? randomBytes(32)).toString('base64') })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      const { value } = await stored.executeTakeFirstOrThrow();
      key = Buffer.from(value, 'base64');
    },
    isKnown: (): boolean => key !== undefined,
    /** Throws DatabaseUnavailable until the database was reached. */
    get: (): Buffer => {
      if (key === undefined) throw new DatabaseUnavailable('away', 'the database was not reached yet');
      return key;
    },
  };
}
