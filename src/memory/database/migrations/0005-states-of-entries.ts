import type { Kysely } from 'kysely';

/** Finds the entries of a stage that refer to a state: a stage may have many thousands. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of ['revision_before', 'revision_after']) {
    await db.schema
      .createIndex(`history_by_${column}`)
      .on('history')
      .columns(['target', 'rest_api_id', 'stage_name', column])
      .execute();
  }
}
