import type { Transaction } from 'kysely';
import type { DriftKind } from '../database/drift-kind.ts';
import { sortKey } from '../database/sort-key.ts';
import type { NewStageRow, StageRow, Tables } from '../database/tables.ts';
import { type StoredKey, type StoredStage, stageColumns } from '../stages/index.ts';
import type { LockedTools } from './history-tools.ts';

/** When a stage was seen, or changed by this gateway. */
export interface SeenAt {
  readonly began: number;
  readonly at: number;
}

export interface StageToStore {
  readonly stored: StoredStage;
  /** What is stored of it; undefined if it is new. */
  readonly before?: StageRow | undefined;
  readonly seen: SeenAt;
  readonly firstSeen: number | null;
  readonly apiName: string;
  readonly drift: DriftKind;
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
  { stored, before, seen, firstSeen, apiName, drift, openEntry }: StageToStore,
): NewStageRow => ({
  ...stored,
  ...stageColumns(codec.decodeAnywhere(stored).stage, methodsOf, before),
  started_at: seen.began,
  observed_at: seen.at,
  first_seen_at: firstSeen,
  api_name: apiName,
  api_name_key: sortKey(apiName),
  has_drift: drift,
  open_entry: openEntry,
});

export async function insertStages(tools: LockedTools, stages: readonly StageToStore[]): Promise<void> {
  const rows = stages.map((stage) => rowOf(tools, stage));
  for (const chunk of chunksOf(rows)) await tools.transaction.insertInto('stages').values(chunk).execute();
}

export async function replaceStage(tools: LockedTools, key: StoredKey, stage: StageToStore): Promise<void> {
  await tools.transaction
    .updateTable('stages')
    .set(rowOf(tools, stage))
    .where((eb) => eb.and(key))
    .execute();
}

export async function deleteStage({ transaction }: LockedTools, key: StoredKey): Promise<void> {
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
