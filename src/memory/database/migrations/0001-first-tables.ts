import type { ColumnDataType, CreateTableBuilder, Kysely } from 'kysely';

const stageKey = ['target', 'rest_api_id', 'stage_name'] as const;

/** Adds columns that must have a value. */
const required = <Name extends string>(
  table: CreateTableBuilder<Name>,
  type: ColumnDataType,
  ...names: readonly string[]
): CreateTableBuilder<Name> =>
  names.reduce((builder, name) => builder.addColumn(name, type, (column) => column.notNull()), table);

const optional = <Name extends string>(
  table: CreateTableBuilder<Name>,
  type: ColumnDataType,
  ...names: readonly string[]
): CreateTableBuilder<Name> => names.reduce((builder, name) => builder.addColumn(name, type), table);

async function createStages(db: Kysely<unknown>): Promise<void> {
  let stages = required(db.schema.createTable('stages'), 'text', ...stageKey, 'document', 'revision');
  stages = required(stages, 'text', 'api_name', 'api_name_key', 'deployment_id');
  stages = optional(stages, 'text', 'secret_values', 'canary_deployment_id', 'open_entry');
  stages = required(stages, 'bigint', 'observed_at', 'last_updated');
  stages = required(stages, 'integer', 'has_canary', 'has_access_log', 'has_web_acl', 'has_drift');
  stages = required(stages, 'integer', 'tracing_enabled', 'cache_cluster_enabled', 'findings');
  await stages.addPrimaryKeyConstraint('stages_key', [...stageKey]).execute();
  const byName = ['api_name_key', 'stage_name', 'target', 'rest_api_id'];
  await db.schema.createIndex('stages_by_name').on('stages').columns(byName).execute();
  await db.schema
    .createIndex('stages_by_update')
    .on('stages')
    .columns(['last_updated', ...byName])
    .execute();

  await required(db.schema.createTable('stage_tags'), 'text', ...stageKey, 'key', 'value')
    .addPrimaryKeyConstraint('stage_tags_key', [...stageKey, 'key'])
    .execute();
  await db.schema.createIndex('stage_tags_by_value').on('stage_tags').columns(['key', 'value']).execute();

  let apis = required(
    db.schema.createTable('rest_apis'),
    'text',
    'target',
    'rest_api_id',
    'name',
    'document',
  );
  apis = required(apis, 'bigint', 'observed_at');
  await apis.addPrimaryKeyConstraint('rest_apis_key', ['target', 'rest_api_id']).execute();
}

async function createHistory(db: Kysely<unknown>): Promise<void> {
  const revisions = required(
    db.schema.createTable('stage_revisions'),
    'text',
    ...stageKey,
    'revision',
    'document',
  );
  await optional(revisions, 'text', 'secret_values')
    .addPrimaryKeyConstraint('stage_revisions_key', [...stageKey, 'revision'])
    .execute();

  let history = required(db.schema.createTable('history'), 'text', 'id', ...stageKey, 'source', 'outcome');
  history = required(history, 'text', 'changes', 'patch_operations');
  history = optional(history, 'text', 'by_subject', 'client', 'actor', 'mutation', 'secret_values');
  history = optional(history, 'text', 'revision_before', 'revision_after', 'aws_request_id');
  history = required(history, 'bigint', 'at');
  history = optional(required(history, 'integer', 'parts'), 'bigint', 'began_at');
  await history.addPrimaryKeyConstraint('history_key', ['id']).execute();
  await db.schema.createIndex('history_by_time').on('history').columns(['at', 'id']).execute();
  await db.schema
    .createIndex('history_by_stage')
    .on('history')
    .columns([...stageKey, 'at', 'id'])
    .execute();

  const baselines = required(db.schema.createTable('baselines'), 'text', ...stageKey, 'revision');
  await required(baselines, 'bigint', 'since')
    .addPrimaryKeyConstraint('baselines_key', [...stageKey])
    .execute();
}

async function createCoordination(db: Kysely<unknown>): Promise<void> {
  let crawled = required(db.schema.createTable('crawled_targets'), 'text', 'target');
  crawled = required(required(crawled, 'integer', 'rest_apis', 'complete'), 'bigint', 'ended_at');
  await optional(crawled, 'text', 'error')
    .addPrimaryKeyConstraint('crawled_targets_key', ['target'])
    .execute();

  const leases = required(db.schema.createTable('leases'), 'text', 'name', 'owner');
  await required(leases, 'bigint', 'expires_at').addPrimaryKeyConstraint('leases_key', ['name']).execute();

  await required(db.schema.createTable('settings'), 'text', 'name', 'value')
    .addPrimaryKeyConstraint('settings_key', ['name'])
    .execute();

  let events = required(db.schema.createTable('events'), 'text', 'id', 'target', 'rest_api_id');
  events = optional(required(events, 'bigint', 'at', 'received_at'), 'text', 'stage_name', 'actor');
  await events.addPrimaryKeyConstraint('events_key', ['id']).execute();
}

export async function up(db: Kysely<unknown>): Promise<void> {
  await createStages(db);
  await createHistory(db);
  await createCoordination(db);
}
