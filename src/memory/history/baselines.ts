import { sql, type SqlBool } from 'kysely';
import type { StageModel } from '../../datasources/stages/wire/model.ts';
import { type DriftKind, NO_DRIFT } from '../database/drift-kind.ts';
import type { HistoryTable } from '../database/tables.ts';
import { keyText, type StoredKey, storedKey } from '../stages/index.ts';
import { withApiLock } from './api-lock.ts';
import { contentColumns } from './entry-content.ts';
import { changesBetween } from './field-changes.ts';
import type { Author, StageAddress } from './gateway-change.ts';
import type { HistoryTools, LockedTools } from './history-tools.ts';
import type { Baseline, Drift } from './history.ts';
import { createRevisionBook } from './revision-book.ts';
import { storedStage } from './stage-history.ts';
import { selectStage } from './stage-rows.ts';
import { storedName } from './stored-name.ts';
import { loadRevisions, removeUnreferenced } from './stored-revisions.ts';

const isOneOf = (table: string, keys: readonly StoredKey[]) => {
  const column = (name: keyof StoredKey) => sql.ref(`${table}.${name}`);
  const rows = keys.map(
    ({ target, rest_api_id, stage_name }) => sql`(${target}, ${rest_api_id}, ${stage_name})`,
  );
  return sql<SqlBool>`(${column('target')}, ${column('rest_api_id')}, ${column('stage_name')}) in (values ${sql.join(rows)})`;
};

export async function readBaselines(
  { db }: HistoryTools,
  stages: readonly StageAddress[],
): Promise<(Baseline | undefined)[]> {
  if (stages.length === 0) return [];
  const keys = stages.map(storedKey);
  const rows = await db.selectFrom('baselines').selectAll().where(isOneOf('baselines', keys)).execute();
  const byKey = new Map(
    rows.map((row) => [keyText(row), { since: new Date(row.since), revision: row.revision }]),
  );
  return keys.map((key) => byKey.get(keyText(key)));
}

/** What differs between stages and their baselines. Costs no call. */
export async function readDrifts(
  { db, codec }: HistoryTools,
  stages: readonly StageModel[],
): Promise<(Drift | undefined)[]> {
  if (stages.length === 0) return [];
  const keys = stages.map(storedKey);
  const rows = await db
    .selectFrom('baselines')
    .innerJoin('stage_revisions', (join) =>
      join
        .onRef('stage_revisions.target', '=', 'baselines.target')
        .onRef('stage_revisions.rest_api_id', '=', 'baselines.rest_api_id')
        .onRef('stage_revisions.stage_name', '=', 'baselines.stage_name')
        .onRef('stage_revisions.revision', '=', 'baselines.revision'),
    )
    .selectAll('stage_revisions')
    .select('baselines.since')
    .where(isOneOf('baselines', keys))
    .execute();
  const byKey = new Map(rows.map((row) => [keyText(row), row]));
  return stages.map((stage) => {
    const row = byKey.get(keyText(storedKey(stage)));
    if (row === undefined) return undefined;
    const { since, ...baseline } = row;
    const book = createRevisionBook(codec);
    book.add(baseline);
    book.add(codec.encode(stage));
    const changes = changesBetween({ book, codec }, baseline.revision, stage.details.revision);
    return { since: new Date(since), changes };
  });
}

async function addEntry(
  { transaction, codec, newId }: LockedTools,
  key: StoredKey,
  author: Author,
  values: Pick<HistoryTable, 'at' | 'revision_before' | 'revision_after'>,
): Promise<void> {
  const id = newId();
  await transaction
    .insertInto('history')
    .values({
      ...key,
      ...values,
      ...contentColumns(
        codec,
        { ...key, id, source: 'BASELINE' },
        { changes: [], patchOperations: [], given: [] },
      ),
      id,
      source: 'BASELINE',
      outcome: 'APPLIED',
      by_subject: storedName(author.by),
      client: storedName(author.client),
      actor: null,
      mutation: author.mutation,
      aws_request_id: null,
      began_at: null,
      evidence: null,
    })
    .execute();
}

const setDrift = ({ transaction }: LockedTools, key: StoredKey, has_drift: DriftKind) =>
  transaction
    .updateTable('stages')
    .set({ has_drift })
    .where((eb) => eb.and(key))
    .execute();

const removeRow = ({ transaction }: LockedTools, key: StoredKey) =>
  transaction
    .deleteFrom('baselines')
    .where((eb) => eb.and(key))
    .returning('revision')
    .executeTakeFirst();

/** Makes a stage, as it was read, what drift is measured against. */
export function recordBaseline(tools: HistoryTools, stage: StageModel, author: Author): Promise<Baseline> {
  const key = storedKey(stage);
  const stored = tools.codec.encode(stage);
  const { revision } = stored;
  return withApiLock(tools, key, async (transaction) => {
    const own = { ...tools, transaction };
    const since = tools.now();
    const row = await selectStage(transaction, key);
    const given = row === undefined ? [stored] : [stored, storedStage(row)];
    const { book, keep } = await loadRevisions(own, transaction, key, new Set([revision]), given);
    await keep([revision]);
    const before = await removeRow(own, key);
    await transaction
      .insertInto('baselines')
      .values({ ...key, revision, since })
      .execute();
    const revisions = { revision_before: before?.revision ?? null, revision_after: revision };
    await addEntry(own, key, author, { at: since, ...revisions });
    await removeUnreferenced(transaction, key, [before?.revision]);
    if (row !== undefined) await setDrift(own, key, book.driftBetween(revision, row.revision));
    return { since: new Date(since), revision };
  });
}

/** False: the stage had no baseline. */
export function removeBaseline(tools: HistoryTools, stage: StageAddress, author: Author): Promise<boolean> {
  const key = storedKey(stage);
  return withApiLock(tools, key, async (transaction) => {
    const own = { ...tools, transaction };
    const removed = await removeRow(own, key);
    if (removed === undefined) return false;
    const revisions = { revision_before: removed.revision, revision_after: null };
    await addEntry(own, key, author, { at: tools.now(), ...revisions });
    await setDrift(own, key, NO_DRIFT);
    await removeUnreferenced(transaction, key, [removed.revision]);
    return true;
  });
}
