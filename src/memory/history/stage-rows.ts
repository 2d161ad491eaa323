import type { Transaction } from 'kysely';
import { sortKey } from '../database/sort-key.ts';
import type { NewStageRow, StageRow, Tables } from '../database/tables.ts';
import { type StoredKey, type StoredStage, stageColumns, tagRows } from '../stages/index.ts';
import type { LockedTools } from './history-tools.ts';

/** When a stage was seen, or changed by this gateway. */
export interface SeenAt {
  readonly began: number;
  readonly at: number;
}

export interface StageToStore {
  readonly stored: StoredStage;
  readonly seen: SeenAt;
  readonly apiName: string;
  readonly hasDrift: boolean;
  readonly openEntry: string | null;
}

/** PostgreSQL's limit of parameters is 65 535, SQLite's 32 766. */
const ROWS_AT_ONCE = 200;

function* chunksOf<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += ROWS_AT_ONCE) {
    yield items.slice(start, start + ROWS_AT_ONCE);
  }
}

const rowOf = (
  { codec, methodsOf }: LockedTools,
  { stored, seen, apiName, hasDrift, openEntry }: StageToStore,
) => {
  const { stage } = codec.decodeAnywhere(stored);
  const row: NewStageRow = {
    ...stored,
    ...stageColumns(stage, methodsOf),
    started_at: seen.began,
    observed_at: seen.at,
    api_name: apiName,
    api_name_key: sortKey(apiName),
    has_drift: hasDrift ? 1 : 0,
    open_entry: openEntry,
  };
  return { row, tags: tagRows(stage) };
};

export async function insertStages(tools: LockedTools, stages: readonly StageToStore[]): Promise<void> {
  const rows = stages.map((stage) => rowOf(tools, stage));
  for (const chunk of chunksOf(rows.map(({ row }) => row))) {
    await tools.transaction.insertInto('stages').values(chunk).execute();
  }
  for (const chunk of chunksOf(rows.flatMap(({ tags }) => tags))) {
    await tools.transaction.insertInto('stage_tags').values(chunk).execute();
  }
}

const deleteTags = (transaction: Transaction<Tables>, key: StoredKey) =>
  transaction
    .deleteFrom('stage_tags')
    .where((eb) => eb.and(key))
    .execute();

export async function replaceStage(tools: LockedTools, key: StoredKey, stage: StageToStore): Promise<void> {
  const { row, tags } = rowOf(tools, stage);
  const { transaction } = tools;
  await transaction
    .updateTable('stages')
    .set(row)
    .where((eb) => eb.and(key))
    .execute();
  await deleteTags(transaction, key);
  if (tags.length > 0) await transaction.insertInto('stage_tags').values(tags).execute();
}

export async function deleteStage({ transaction }: LockedTools, key: StoredKey): Promise<void> {
  await deleteTags(transaction, key);
  await transaction
    .deleteFrom('stages')
    .where((eb) => eb.and(key))
    .execute();
}

export const selectStage = (
  transaction: Transaction<Tables>,
  key: StoredKey,
): Promise<StageRow | undefined> =>
  transaction
    .selectFrom('stages')
    .selectAll()
    .where((eb) => eb.and(key))
    .executeTakeFirst();
