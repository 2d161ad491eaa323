import type { GivenVariable } from '../../datasources/stages/desired/hidden-values.ts';
import type { HistoryRow, HistoryTable } from '../database/tables.ts';
import type { StoredKey, StoredStage } from '../stages/index.ts';
import { nameActors } from './actors.ts';
import { type ContentColumns, contentColumns, readContent } from './entry-content.ts';
import { evidenceColumn, evidenceOf, type KnownBefore } from './evidence.ts';
import { changesBetween } from './field-changes.ts';
import type { HistoryPatchOperation } from './history-entry.ts';
import type { LockedTools } from './history-tools.ts';
import { statesNamedBy, type StoredRevisions } from './stored-revisions.ts';
import { columnOfState, isRevision, isRecorded, type StageEvent } from './stored-timeline.ts';
import type { Link, Timeline } from './timeline-links.ts';

/** The columns of a change of this gateway that no state has. */
export type ChangeColumns = Pick<HistoryTable, 'by_subject' | 'client' | 'mutation' | 'aws_request_id'> & {
  readonly patchOperations: readonly HistoryPatchOperation[];
  readonly knew: KnownBefore | undefined;
  readonly given: readonly GivenVariable[];
};

/** An event with the states that it brings, and what its entry says beyond them. */
export interface StoredEvent extends StageEvent {
  readonly states: readonly StoredStage[];
  readonly columns: ChangeColumns | undefined;
}

/** What entries are written with. */
export interface EntryWriter {
  readonly tools: LockedTools;
  readonly key: StoredKey;
  readonly revisions: StoredRevisions;
  readonly event: StoredEvent;
}

function contentOf(
  { tools, key, revisions, event }: EntryWriter,
  link: Link,
  row?: HistoryRow,
): ContentColumns {
  const { codec } = tools;
  const { from, to, parts } = link.share ?? { from: link.before, to: link.after, parts: undefined };
  const changes = changesBetween({ book: revisions.book, codec }, from, to, parts);
  const columns = link.id === event.change?.id ? event.columns : undefined;
  const { patchOperations, given } =
    row === undefined
      ? (columns ?? { patchOperations: [], given: [] })
      : { ...readContent(codec, row), ...evidenceOf(row) };
  const { id, source } = link;
  return contentColumns(codec, { ...key, id, source }, { changes, patchOperations, given });
}

const linkColumns = (link: Link) => ({
  at: link.at,
  began_at: link.began,
  outcome: link.outcome,
  revision_before: columnOfState(link.before),
  revision_after: columnOfState(link.after),
});

/** An entry that is written anew keeps the actor of the one that said the same. */
const formerActor = ({ source, after }: Link, gone: readonly HistoryRow[]): string | null =>
  gone.find((row) => source === 'OBSERVED' && row.source === source && row.revision_after === after)?.actor ??
  null;

async function insertEntry(writer: EntryWriter, link: Link, actor: string | null): Promise<void> {
  const { tools, key, event } = writer;
  const isChange = link.id === event.change?.id;
  const { patchOperations, knew, given, ...columns } = (isChange ? event.columns : undefined) ?? {
    by_subject: null,
    client: null,
    mutation: null,
    aws_request_id: null,
    patchOperations: [],
    knew: undefined,
    given: [],
  };
  await tools.transaction
    .insertInto('history')
    .values({
      ...key,
      ...columns,
      ...linkColumns(link),
      ...contentOf(writer, link),
      id: link.id,
      evidence: evidenceColumn({ settled: link.settled, knew, given }),
      source: link.source,
      actor,
    })
    .execute();
}

/** Changes of an entry are computed again if its states are others. */
async function updateEntry(writer: EntryWriter, link: Link, row: HistoryRow): Promise<void> {
  const { before, after } = link;
  const isOtherChange =
    row.revision_before !== columnOfState(before) || row.revision_after !== columnOfState(after);
  await writer.tools.transaction
    .updateTable('history')
    .set({
      ...linkColumns(link),
      evidence: evidenceColumn({ ...evidenceOf(row), settled: link.settled }),
      ...(isOtherChange ? contentOf(writer, link, row) : {}),
    })
    .where('id', '=', link.id)
    .execute();
}

/** Makes the entries of a window those of its timeline. Gives the states that entries referred to which are others now. */
export async function writeEntries(
  writer: EntryWriter,
  rows: readonly HistoryRow[],
  { links }: Timeline,
): Promise<(string | null)[]> {
  const { tools, key, revisions } = writer;
  const stored = new Map(rows.map((row) => [row.id, row]));
  const gone = rows.filter(({ id }) => !links.some((link) => link.id === id));
  const goneIds = gone.map(({ id }) => id);
  if (gone.length > 0) await tools.transaction.deleteFrom('history').where('id', 'in', goneIds).execute();
  let observedFrom = Infinity;
  const former = [...gone];
  for (const link of links) {
    const row = stored.get(link.id);
    if (row !== undefined && isRecorded(row, link)) continue;
    await revisions.keep([link.before, link.after].filter(isRevision));
    if (row === undefined) await insertEntry(writer, link, formerActor(link, gone));
    if (row === undefined && link.source === 'OBSERVED') observedFrom = Math.min(observedFrom, link.at);
    if (row !== undefined) await updateEntry(writer, link, row);
    if (row !== undefined) former.push(row);
  }
  if (observedFrom !== Infinity) await nameActors(tools.transaction, key, observedFrom);
  return statesNamedBy(former);
}
