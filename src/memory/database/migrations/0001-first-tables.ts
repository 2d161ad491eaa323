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

async function createTable(
  db: Kysely<unknown>,
  name: string,
  columns: Readonly<Record<string, Column>>,
  key: readonly string[],
): Promise<void> {
  // PostgreSQL orders by the language of the database otherwise; SQLite orders bytes.
  const asBytes = db.getExecutor().adapter instanceof PostgresAdapter;
  let table: CreateTableBuilder<string, string> = db.schema.createTable(name);
  for (const [column, { type, optional }] of Object.entries(columns)) {
    const ownType = type === 'text' && asBytes ? sql`text collate "C"` : type;
    table = table.addColumn(column, ownType, (builder) => (optional === true ? builder : builder.notNull()));
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
    columns: {
      ...stageKey,
      document: text,
      secret_values: optionalText,
      revision: text,
      observed_at: time,
      started_at: { type: 'bigint', optional: true },
      last_updated: time,
      api_name: text,
      api_name_key: text,
      deployment_id: text,
      canary_deployment_id: optionalText,
      has_canary: integer,
      has_access_log: integer,
      has_web_acl: integer,
      has_drift: integer,
      tracing_enabled: integer,
      cache_cluster_enabled: integer,
      findings: integer,
      open_entry: optionalText,
    },
    key: Object.keys(stageKey),
  },
  stage_tags: { columns: { ...stageKey, key: text, value: text }, key: [...Object.keys(stageKey), 'key'] },
  rest_apis: {
    columns: { target: text, rest_api_id: text, name: text, document: text, observed_at: time },
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

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [name, { columns, key }] of Object.entries(tables)) await createTable(db, name, columns, key);
  const byName = ['api_name_key', 'stage_name', 'target', 'rest_api_id'];
  await createIndex(db, 'stages', 'name', byName);
  await createIndex(db, 'stages', 'update', ['last_updated', ...byName]);
  await createIndex(db, 'stage_tags', 'value', ['key', 'value']);
  await createIndex(db, 'history', 'time', ['at', 'id']);
  await createIndex(db, 'history', 'stage', [...Object.keys(stageKey), 'at', 'id']);
  await createIndex(db, 'events', 'time', ['received_at']);
}
