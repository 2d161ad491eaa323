import { type ColumnDataType, type CreateTableBuilder, type Kysely, PostgresAdapter, sql } from 'kysely';

interface Column {
  readonly type: ColumnDataType;
  readonly optional?: true;
}

const text: Column = { type: 'text' };
const optionalText: Column = { type: 'text', optional: true };
/** Milliseconds since 1970. */
const time: Column = { type: 'bigint' };
const integer: Column = { type: 'integer' };

const stageKey = { target: text, rest_api_id: text, stage_name: text };

const isPostgres = (db: Kysely<unknown>): boolean => db.getExecutor().adapter instanceof PostgresAdapter;

async function createTable(
  db: Kysely<unknown>,
  name: string,
  columns: Readonly<Record<string, Column>>,
  key: readonly string[],
): Promise<void> {
  let table: CreateTableBuilder<string, string> = db.schema.createTable(name);
  for (const [column, { type, optional }] of Object.entries(columns)) {
    // Order and comparison by bytes, as in SQLite, whatever the locale of the database is.
    const ofDialect = type === 'text' && isPostgres(db) ? sql`text collate "C"` : type;
    table = table.addColumn(column, ofDialect, (builder) =>
      optional === true ? builder : builder.notNull(),
    );
  }
  await table.addPrimaryKeyConstraint(`${name}_key`, [...key]).execute();
}

const createIndex = (db: Kysely<unknown>, table: string, by: string, columns: readonly string[]) =>
  db.schema
    .createIndex(`${table}_by_${by}`)
    .on(table)
    .columns([...columns])
    .execute();

/** The columns of src/memory/database/tables.ts. */
const tables: Readonly<
  Record<string, { readonly columns: Readonly<Record<string, Column>>; readonly key: readonly string[] }>
> = {
  stages: {
    // What is scanned is before what is long.
    columns: {
      has_canary: integer,
      has_access_log: integer,
      has_web_acl: integer,
      has_drift: integer,
      tracing_enabled: integer,
      cache_cluster_enabled: integer,
      findings: integer,
      last_updated: time,
      observed_at: time,
      ...stageKey,
      api_name: text,
      api_name_key: text,
      tags: text,
      revision: text,
      started_at: { type: 'bigint', optional: true },
      first_seen_at: { type: 'bigint', optional: true },
      deployment_id: text,
      canary_deployment_id: optionalText,
      open_entry: optionalText,
      document: text,
      secret_values: optionalText,
    },
    key: Object.keys(stageKey),
  },
  rest_apis: {
    columns: { target: text, rest_api_id: text, name: text, observed_at: time },
    key: ['target', 'rest_api_id'],
  },
  stage_revisions: {
    columns: { ...stageKey, revision: text, document: text, secret_values: optionalText },
    key: [...Object.keys(stageKey), 'revision'],
  },
  history: {
    columns: {
      id: text,
      at: time,
      ...stageKey,
      source: text,
      outcome: text,
      by_subject: optionalText,
      client: optionalText,
      actor: optionalText,
      mutation: optionalText,
      changes: text,
      patch_operations: text,
      secret_values: optionalText,
      parts: integer,
      revision_before: optionalText,
      revision_after: optionalText,
      aws_request_id: optionalText,
      began_at: { type: 'bigint', optional: true },
      evidence: optionalText,
    },
    key: ['id'],
  },
  baselines: { columns: { ...stageKey, revision: text, since: time }, key: Object.keys(stageKey) },
  crawled_targets: {
    columns: { target: text, rest_apis: integer, ended_at: time, complete: integer, error: optionalText },
    key: ['target'],
  },
  leases: { columns: { name: text, owner: text, expires_at: time }, key: ['name'] },
  settings: { columns: { name: text, value: text }, key: ['name'] },
  events: {
    columns: {
      id: text,
      target: text,
      rest_api_id: text,
      stage_name: optionalText,
      at: time,
      received_at: time,
      actor: optionalText,
    },
    key: ['id'],
  },
};

const byName = ['api_name_key', 'stage_name', 'target', 'rest_api_id'];
/** All that the inventory filters and sorts by. */
const ofInventory = [
  ...byName,
  'last_updated',
  'api_name',
  'has_canary',
  'has_access_log',
  'has_web_acl',
  'has_drift',
  'tracing_enabled',
  'cache_cluster_enabled',
  'findings',
  'tags',
];

/**
 * For the inventory's pages and counts. SQLite has all that it scans in indexes, so that it does not read the documents
 * beside it. PostgreSQL limits the length of what is in an index: it has what a page begins with (see
 * inventory-page.ts), and scans the table to count.
 */
async function createInventoryIndexes(db: Kysely<unknown>): Promise<void> {
  if (isPostgres(db)) {
    await sql`create index stages_by_name on stages (left(api_name_key, 800))`.execute(db);
    await createIndex(db, 'stages', 'update', ['last_updated']);
    return;
  }
  await createIndex(db, 'stages', 'name', ofInventory);
  const others = ofInventory.filter((column) => column !== 'last_updated');
  await createIndex(db, 'stages', 'update', ['last_updated', ...others]);
  await createIndex(db, 'stages', 'age', ['target', 'observed_at']);
}

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [name, { columns, key }] of Object.entries(tables)) await createTable(db, name, columns, key);
  await createInventoryIndexes(db);
  await createIndex(db, 'history', 'time', ['at', 'id']);
  await createIndex(db, 'history', 'target', ['target', 'at', 'id']);
  await createIndex(db, 'history', 'stage', [...Object.keys(stageKey), 'at', 'id']);
  // What the next read of a stage settles: there is hardly any.
  await db.schema
    .createIndex('history_open')
    .on('history')
    .columns(['target', 'rest_api_id', 'stage_name', 'revision_after'])
    .where(sql.ref('revision_after'), '=', '')
    .execute();
  await createIndex(db, 'events', 'time', ['received_at']);
  await createIndex(db, 'events', 'api', ['target', 'rest_api_id', 'at']);
}
