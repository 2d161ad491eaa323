import type { Transaction } from 'kysely';
import type { HistoryRow, Tables } from '../database/tables.ts';
import type { StoredKey, StoredStage } from '../stages/index.ts';
import type { HistoryTools } from './history-tools.ts';
import { createRevisionBook, type RevisionBook } from './revision-book.ts';
import { isRevision } from './stored-timeline.ts';

const revisionColumns = [
  'target',
  'rest_api_id',
  'stage_name',
  'revision',
  'document',
  'secret_values',
] as const;

type Db = Pick<Transaction<Tables>, 'selectFrom'>;

export const selectRevisions = (db: Db, { target, rest_api_id, stage_name }: StoredKey) =>
  db
    .selectFrom('stage_revisions')
    .select(revisionColumns)
    .where((eb) => eb.and({ target, rest_api_id, stage_name }));

/** The states of a stage that a transaction deals with, and which of them are stored for entries and baselines. */
export interface StoredRevisions {
  readonly book: RevisionBook;
  /** Makes sure that states are stored, with the values that can be read for longest. */
  readonly keep: (revisions: Iterable<string>) => Promise<void>;
}

/** Reads states of a stage; `given` are those that are at hand. */
export async function loadRevisions(
  { codec }: Pick<HistoryTools, 'codec'>,
  transaction: Transaction<Tables>,
  key: StoredKey,
  revisions: ReadonlySet<string>,
  given: readonly StoredStage[],
): Promise<StoredRevisions> {
  const book = createRevisionBook(codec);
  const stored = new Map<string, string | null>();
  if (revisions.size > 0) {
    const rows = await selectRevisions(transaction, key)
      .where('revision', 'in', [...revisions])
      .execute();
    for (const row of rows) {
      stored.set(row.revision, row.secret_values);
      book.add(row);
    }
  }
  for (const stage of given) book.add(stage);

  async function keepOne(revision: string): Promise<void> {
    const stage = book.get(revision);
    if (stage === undefined || stored.get(revision) === stage.secret_values) return;
    const { secret_values } = stage;
    await transaction
      .insertInto('stage_revisions')
      .values(stage)
      .onConflict((conflict) =>
        conflict.columns(['target', 'rest_api_id', 'stage_name', 'revision']).doUpdateSet({ secret_values }),
      )
      .execute();
    stored.set(revision, secret_values);
  }

  return {
    book,
    async keep(wanted) {
      for (const revision of new Set(wanted)) await keepOne(revision);
    },
  };
}

/** The states that entries refer to. */
export const statesNamedBy = (
  entries: readonly Pick<HistoryRow, 'revision_before' | 'revision_after'>[],
): (string | null)[] =>
  entries.flatMap(({ revision_before, revision_after }) => [revision_before, revision_after]);

/** Of states that something of a stage has referred to, removes those that nothing refers to any more. */
export async function removeUnreferenced(
  transaction: Transaction<Tables>,
  { target, rest_api_id, stage_name }: StoredKey,
  states: Iterable<string | null | undefined>,
): Promise<void> {
  const revisions = [...new Set(states)].filter(isRevision);
  if (revisions.length === 0) return;
  const ofStage = { target, rest_api_id, stage_name };
  await transaction
    .deleteFrom('stage_revisions')
    .where((eb) => eb.and(ofStage))
    .where('revision', 'in', revisions)
    .where((eb) => {
      const revision = eb.ref('stage_revisions.revision');
      const isCurrent = eb
        .selectFrom('stages')
        .select('stages.revision')
        .where((stage) => stage.and(ofStage))
        .where('stages.revision', '=', revision);
      const isBaseline = eb
        .selectFrom('baselines')
        .select('baselines.revision')
        .where((baseline) => baseline.and(ofStage))
        .where('baselines.revision', '=', revision);
      // Each has an index of its own, which an `or` would not find.
      const isIn = (column: 'revision_before' | 'revision_after') =>
        eb
          .selectFrom('history')
          .select('history.id')
          .where((entry) => entry.and(ofStage))
          .where(column, '=', revision);
      const references = [isCurrent, isBaseline, isIn('revision_before'), isIn('revision_after')];
      return eb.and(references.map((reference) => eb.not(eb.exists(reference))));
    })
    .execute();
}
