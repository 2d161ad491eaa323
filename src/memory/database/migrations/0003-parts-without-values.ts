import { type Kysely, sql } from 'kysely';

/** Entries that were written before have the same parts for readers without values of variables: see part-bits.ts. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`update history set parts = parts | (parts << 15)`.execute(db);
};
