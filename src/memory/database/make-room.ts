import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

/** The part of the history that goes when the memory is full. */
const PART = 0.1;

/**
 * For a database in memory that is full: the oldest entries of the history go, and the states that only they refer to.
 * Stages stay: they are what the inventory answers with, and they are bounded by what AWS has.
 */
export async function makeRoom(db: Kysely<Tables>): Promise<void> {
  await db.transaction().execute(async (transaction) => {
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
    await transaction.deleteFrom('history').where('id', 'in', oldest).execute();
    await transaction
      .deleteFrom('stage_revisions')
      .where(
        sql<boolean>`not exists (select 1 from history where history.target = stage_revisions.target
          and history.rest_api_id = stage_revisions.rest_api_id and history.stage_name = stage_revisions.stage_name
          and stage_revisions.revision in (history.revision_before, history.revision_after))`,
      )
      .where(
        sql<boolean>`not exists (select 1 from baselines where baselines.target = stage_revisions.target
          and baselines.rest_api_id = stage_revisions.rest_api_id and baselines.stage_name = stage_revisions.stage_name
          and baselines.revision = stage_revisions.revision)`,
      )
      .execute();
  });
}
