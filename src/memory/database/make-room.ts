import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

/** The part of the history that goes when the memory is full. */
const PART = 0.1;

/** Room is made when so much of the memory is used. */
const HIGH_WATER = 0.9;
/** If there is no history to give up, it is not looked for with each write. */
const PAUSE_MS = 60_000;

/** Makes room in the background whenever a bounded database is nearly full. */
export function createRoomKeeper(maxBytes: number, makeRoom: () => Promise<number>) {
  let working = false;
  let pausedUntil = -Infinity;
  async function work(): Promise<void> {
    working = true;
    try {
      if ((await makeRoom()) === 0) pausedUntil = performance.now() + PAUSE_MS;
    } catch {
      // The database is unavailable, which its next use reports.
    } finally {
      working = false;
    }
  }
  return (usedBytes: number): void => {
    if (usedBytes < maxBytes * HIGH_WATER || working || performance.now() < pausedUntil) return;
    void work();
  };
}

/** The entries of the stage of a stored revision that refer to it. */
const entriesWith = (column: 'revision_before' | 'revision_after') =>
  sql`(select 1 from history where history.target = stage_revisions.target
    and history.rest_api_id = stage_revisions.rest_api_id and history.stage_name = stage_revisions.stage_name
    and ${sql.ref(`history.${column}`)} = stage_revisions.revision)`;

/**
 * For a database in memory that is nearly full: the oldest entries of the history go, and the states that only they refer to.
 * Revisions that only equal another one go by the same part. Stages stay: they are what the inventory answers with, and they
 * are bounded by what AWS has. Gives the number of what has gone.
 */
export async function makeRoom(db: Kysely<Tables>): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const { entries } = await transaction
      .selectFrom('history')
      .select(({ fn }) => fn.countAll<number>().as('entries'))
      .executeTakeFirstOrThrow();
    const oldest = transaction
      .selectFrom('history')
      .select('id')
      .orderBy('at')
      .orderBy('id')
      .limit(Math.ceil(entries * PART));
    const { numDeletedRows } = await transaction
      .deleteFrom('history')
      .where('id', 'in', oldest)
      .executeTakeFirstOrThrow();
    await transaction
      .deleteFrom('stage_revisions')
      .where(
        // Each has an index of its own.
        sql<boolean>`not exists ${entriesWith('revision_before')} and not exists ${entriesWith('revision_after')}`,
      )
      .where(
        sql<boolean>`not exists (select 1 from baselines where baselines.target = stage_revisions.target
          and baselines.rest_api_id = stage_revisions.rest_api_id and baselines.stage_name = stage_revisions.stage_name
          and baselines.revision = stage_revisions.revision)`,
      )
      .execute();
    const removed = await sql`delete from equal_revisions where rowid in (select rowid from equal_revisions
      order by replaced_at limit (select ceil(count(*) * ${PART}) from equal_revisions))`.execute(
      transaction,
    );
    return Number(numDeletedRows) + Number(removed.numAffectedRows ?? 0);
  });
}
