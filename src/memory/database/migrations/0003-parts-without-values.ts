import { type Kysely, sql } from 'kysely';

/** Of VARIABLES and CANARY_SETTINGS: see part-bits.ts. */
const VALUES = (1 << 4) | (1 << 7);

/** The parts of entries for readers without values of variables. Of older changes of this gateway they may tell a value. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  const withoutValues = sql`case when source = 'GATEWAY' then parts & ~${sql.lit(VALUES)} else parts end`;
  await sql`update history set parts = parts | ((${withoutValues}) << 15)`.execute(db);
};
