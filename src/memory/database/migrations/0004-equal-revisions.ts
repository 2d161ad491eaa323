import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** The table of src/memory/history/equal-revisions.ts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // As all columns of text: compared by bytes, whatever the locale of the database is.
  const text = db.getExecutor().adapter instanceof PostgresAdapter ? sql`text collate "C"` : sql`text`;
  await sql`create table equal_revisions (target ${text} not null, rest_api_id ${text} not null,
    stage_name ${text} not null, revision ${text} not null, same_as ${text} not null, replaced_at bigint not null,
    primary key (target, rest_api_id, stage_name, revision))`.execute(db);
  await sql`create index equal_revisions_by_time on equal_revisions (replaced_at)`.execute(db);
}
