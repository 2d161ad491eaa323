import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { StagePart } from '../../__generated__/types.ts';
import { gatewayError } from '../../errors/gateway-error.ts';
import { targetKeyOf } from '../../fleet/target.ts';
import { quote } from '../../untrusted/quote.ts';
import { nameMatchesAny } from '../database/name-pattern.ts';
import { bitsWithoutValues, partBits } from '../database/part-bits.ts';
import { isStorable } from '../database/storable-text.ts';
import type { HistoryRow } from '../database/tables.ts';
import type { StageCodec } from '../stages/index.ts';
import { readContent } from './entry-content.ts';
import { evidenceOf } from './evidence.ts';
import { type HistoryEntry, type HistoryFilter, type HistoryPage, historySources } from './history-entry.ts';
import type { HistoryTools } from './history-tools.ts';
import { outcomeOf, stateOfColumn } from './stored-timeline.ts';

/** The place of an entry, which its reader knows. */
type Place = Pick<HistoryRow, 'at' | 'id'>;

const CURSOR = /^history:(-?\d{1,16}):([0-9a-f]{1,64})$/;

const cursorOf = ({ at, id }: Place): string => Buffer.from(`history:${at}:${id}`).toString('base64url');

function placeOf(cursor: string): Place {
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

function isIn(column: RawBuilder<unknown>, texts: readonly string[]): Expression<SqlBool> {
  const values = texts.filter(isStorable);
  if (values.length === 0) return sql<SqlBool>`1 = 0`;
  const [only, ...others] = values;
  return others.length === 0
    ? sql<SqlBool>`${column} = ${only}`
    : sql<SqlBool>`${column} in (${sql.join(values)})`;
}

/** Of one target there is an index in order of time. Of several, all entries are searched in that order: no index of targets. */
const isOfTargets = (targets: readonly string[]): Expression<SqlBool> =>
  isIn(targets.length === 1 ? sql.ref('target') : sql`(target || '')`, targets);

/** Whether the reader sees a change of one of the parts: of some targets with values of variables, of others without. */
function changesOneOf(
  parts: readonly StagePart[],
  targets: readonly string[],
  valuesOf: readonly string[],
): Expression<SqlBool> {
  const seesAll = sql<SqlBool>`(parts & ${sql.lit(partBits(parts))}) <> 0`;
  const seesNames = sql<SqlBool>`(parts & ${sql.lit(bitsWithoutValues(parts))}) <> 0`;
  const seen = targets.filter((target) => valuesOf.includes(target));
  if (seen.length === targets.length) return seesAll;
  if (seen.length === 0) return seesNames;
  return sql<SqlBool>`case when ${isIn(sql.ref('target'), seen)} then ${seesAll} else ${seesNames} end`;
}

function conditionsOf(
  { dialect }: HistoryTools,
  {
    targets,
    valuesOf = [],
    restApiIds,
    stageNames,
    by,
    seesActors = false,
    sources,
    parts,
    since,
    until,
  }: HistoryFilter,
): Expression<SqlBool>[] {
  const matches = (column: keyof HistoryRow, patterns: readonly string[]) =>
    nameMatchesAny(dialect, sql.ref<string>(column), patterns);
  const isBy = (names: readonly string[]): Expression<SqlBool> =>
    seesActors
      ? sql<SqlBool>`(${matches('by_subject', names)} or ${matches('actor', names)})`
      : matches('by_subject', names);
  return [
    isOfTargets(targets),
    ...(restApiIds == null ? [] : [isIn(sql.ref('rest_api_id'), restApiIds)]),
    ...(stageNames == null ? [] : [matches('stage_name', stageNames)]),
    ...(by == null ? [] : [isBy(by)]),
    ...(sources == null ? [] : [isIn(sql.ref('source'), sources)]),
    ...(parts == null ? [] : [changesOneOf(parts, targets, valuesOf)]),
    ...(since == null ? [] : [sql<SqlBool>`at >= ${since.getTime()}`]),
    ...(until == null ? [] : [sql<SqlBool>`at < ${until.getTime()}`]),
  ];
}

/** A page of entries, newest first. */
export async function readHistory(
  tools: HistoryTools,
  filter: HistoryFilter,
  first: number,
  after: string | null | undefined,
): Promise<HistoryPage> {
  const conditions = conditionsOf(tools, filter);
  if (after != null) {
    const { at, id } = placeOf(after);
    // The first condition bounds what the index is searched for.
    conditions.push(sql<SqlBool>`at <= ${at}`, sql<SqlBool>`(at < ${at} or id < ${id})`);
  }
  const rows = await tools.db
    .selectFrom('history')
    .selectAll()
    .where((eb) => eb.and(conditions))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(first + 1)
    .execute();
  return {
    entries: rows.slice(0, first).map((row) => entryOf(tools.codec, row)),
    hasNextPage: rows.length > first,
  };
}
