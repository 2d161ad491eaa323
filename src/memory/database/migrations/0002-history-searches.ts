import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** What a search of the history compares. */
const compared = ['target', 'rest_api_id', 'stage_name', 'source', 'parts', 'by_subject', 'actor'];

/** PostgreSQL limits the length of what is in an index: see stored-name.ts. */
const CHARACTERS = 600;

const isPostgres = (db: Kysely<unknown>): boolean => db.getExecutor().adapter instanceof PostgresAdapter;

const list = (columns: readonly string[]) => sql.join(columns.map((column) => sql.ref(column)));

/** Searches read it alone, in its order. */
async function replaceByCovering(db: Kysely<unknown>, name: string, order: readonly string[]): Promise<void> {
  const others = compared.filter((column) => !order.includes(column));
  await db.schema.dropIndex(name).execute();
  const columns = isPostgres(db)
    ? sql`(${list(order)}) include (${list(others)})`
    : sql`(${list([...order, ...others])})`;
  await sql`create index ${sql.ref(name)} on history ${columns}`.execute(db);
}

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [column, by] of [
    ['by_subject', 'subject'],
    ['actor', 'actor'],
  ] as const) {
    const name = sql.ref(column);
    const characters = sql.lit(CHARACTERS);
    await sql`update history set ${name} = substr(${name}, 1, ${characters}) where length(${name}) > ${characters}`.execute(
      db,
    );
    await db.schema
      .createIndex(`history_by_${by}`)
      .on('history')
      .column(column)
      .where(name, 'is not', null)
      .execute();
  }
  await replaceByCovering(db, 'history_by_time', ['at', 'id']);
  await replaceByCovering(db, 'history_by_target', ['target', 'at', 'id']);
  await db.schema.createIndex('history_by_api').on('history').column('rest_api_id').execute();
}
