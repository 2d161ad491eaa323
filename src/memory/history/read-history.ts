import { gatewayError } from '../../errors/gateway-error.ts';
import { targetKeyOf } from '../../fleet/target.ts';
import { quote } from '../../untrusted/quote.ts';
import type { HistoryRow } from '../database/tables.ts';
import type { StageCodec } from '../stages/index.ts';
import { readContent } from './entry-content.ts';
import { evidenceOf } from './evidence.ts';
import type { EntryPosition } from './history-conditions.ts';
import { type HistoryEntry, type HistoryFilter, type HistoryPage, historySources } from './history-entry.ts';
import type { HistoryTools } from './history-tools.ts';
import { findEntries } from './search-history.ts';
import { outcomeOf, stateOfColumn } from './stored-timeline.ts';

const CURSOR = /^history:(-?\d{1,16}):([0-9a-f]{1,64})$/;

const cursorOf = ({ at, id }: EntryPosition): string =>
  Buffer.from(`history:${at}:${id}`).toString('base64url');

function positionOf(cursor: string): EntryPosition {
  const [, at, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined) {
    throw gatewayError(
      'BAD_USER_INPUT',
      `after must be a cursor of a history, not ${quote(cursor)}; start again without it.`,
    );
  }
  return { at: Number(at), id };
}

const knownState = (column: string | null): string | null => stateOfColumn(column) ?? null;

function entryOf(codec: StageCodec, row: HistoryRow): HistoryEntry {
  return {
    id: row.id,
    cursor: cursorOf(row),
    at: new Date(row.at),
    source: historySources.find((source) => source === row.source) ?? 'OBSERVED',
    outcome: outcomeOf(row),
    ...targetKeyOf(row.target),
    restApiId: row.rest_api_id,
    stageName: row.stage_name,
    by: row.by_subject,
    client: row.client,
    actor: row.actor,
    mutation: row.mutation,
    ...readContent(codec, row),
    given: evidenceOf(row).given,
    revisionBefore: knownState(row.revision_before),
    revisionAfter: knownState(row.revision_after),
    awsRequestId: row.aws_request_id,
  };
}

/** A page of entries, newest first. */
export async function readHistory(
  tools: HistoryTools,
  filter: HistoryFilter,
  first: number,
  after: string | null | undefined,
): Promise<HistoryPage> {
  const position = after == null ? undefined : positionOf(after);
  const { ids, db } = await findEntries(tools, filter, first + 1, position);
  if (ids.length === 0) return { entries: [], hasNextPage: false };
  const rows = await db
    .selectFrom('history')
    .selectAll()
    .where('id', 'in', ids.slice(0, first))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return { entries: rows.map((row) => entryOf(tools.codec, row)), hasNextPage: ids.length > first };
}
