import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { StagePart } from '../../__generated__/types.ts';
import type { SqlDialect } from '../database/dialect.ts';
import { nameMatchesAny } from '../database/name-pattern.ts';
import { bitsWithoutValues, partBits } from '../database/part-bits.ts';
import { isStorable } from '../database/storable-text.ts';
import type { HistoryRow } from '../database/tables.ts';
import type { HistoryFilter } from './history-entry.ts';

type Condition = Expression<SqlBool>;

/** The position of an entry in the order of time, which its reader knows. */
export type EntryPosition = Pick<HistoryRow, 'at' | 'id'>;

const column = (name: keyof HistoryRow) => sql.ref<string>(name);

/**
 * SQLite would take the index of such a column, and read each entry that it finds. `+` keeps it from that: conditions are
 * tested where the entries are looked at in order of time.
 */
const withoutIndex = (dialect: SqlDialect) => (name: keyof HistoryRow) =>
  dialect === 'sqlite' ? sql<string>`+${column(name)}` : column(name);

function isIn(name: RawBuilder<unknown>, texts: readonly string[]): Condition {
  const values = texts.filter(isStorable);
  if (values.length === 0) return sql<SqlBool>`1 = 0`;
  const [only, ...others] = values;
  return others.length === 0
    ? sql<SqlBool>`${name} = ${only}`
    : sql<SqlBool>`${name} in (${sql.join(values)})`;
}

function isBy(dialect: SqlDialect, names: readonly string[], seesActors = false): Condition {
  const matches = (name: 'by_subject' | 'actor') =>
    nameMatchesAny(dialect, withoutIndex(dialect)(name), names);
  const bySubject = matches('by_subject');
  return seesActors ? sql<SqlBool>`(${bySubject} or ${matches('actor')})` : bySubject;
}

/** Whether the reader sees a change of one of the parts: of some targets with values of variables, of others without. */
function changesOneOf(
  dialect: SqlDialect,
  parts: readonly StagePart[],
  targets: readonly string[],
  valuesOf: readonly string[],
): Condition {
  const seesAll = sql<SqlBool>`(parts & ${sql.lit(partBits(parts))}) <> 0`;
  const seesNames = sql<SqlBool>`(parts & ${sql.lit(bitsWithoutValues(parts))}) <> 0`;
  const seen = targets.filter((target) => valuesOf.includes(target));
  if (seen.length === targets.length) return seesAll;
  if (seen.length === 0) return seesNames;
  return sql<SqlBool>`case when ${isIn(withoutIndex(dialect)('target'), seen)} then ${seesAll} else ${seesNames} end`;
}

/** Whether a list is empty, which selects nothing. */
export const selectsNothing = ({ targets, restApiIds, stageNames, by, sources, parts }: HistoryFilter) =>
  [targets, restApiIds, stageNames, by, sources, parts].some((list) => list?.length === 0);

/** What an entry must be, but for its time. What costs more is tested later. */
export function conditionsOf(dialect: SqlDialect, filter: HistoryFilter): Condition[] {
  const { targets, valuesOf = [], restApiIds, stageNames, by, seesActors, sources, parts } = filter;
  const tested = withoutIndex(dialect);
  return [
    ...(parts == null ? [] : [changesOneOf(dialect, parts, targets, valuesOf)]),
    ...(sources == null ? [] : [isIn(tested('source'), sources)]),
    ...(restApiIds == null ? [] : [isIn(tested('rest_api_id'), restApiIds)]),
    ...(stageNames == null ? [] : [nameMatchesAny(dialect, tested('stage_name'), stageNames)]),
    ...(by == null ? [] : [isBy(dialect, by, seesActors)]),
    // Of one target there is an index in order of time.
    isIn(targets.length === 1 ? column('target') : tested('target'), targets),
  ];
}

/** Whether it is the history of one stage. */
export const isOfOneStage = ({ targets, restApiIds, stageNames, ...others }: HistoryFilter): boolean =>
  targets.length === 1 &&
  restApiIds?.length === 1 &&
  stageNames?.length === 1 &&
  stageNames[0]?.includes('*') === false &&
  [others.by, others.sources, others.parts].every((other) => other == null);

/** What all entries of one stage are: an index has them in order of time. */
export const stageConditionsOf = ({ targets, restApiIds, stageNames }: HistoryFilter): Condition[] => [
  isIn(column('target'), targets),
  isIn(column('rest_api_id'), restApiIds ?? []),
  isIn(column('stage_name'), stageNames ?? []),
];

/** Where to look: from `since` on, before `until`, after a position, which is older than it, and up to and with another one. */
export interface Period {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly after?: EntryPosition | undefined;
  readonly upTo?: EntryPosition | undefined;
}

/** Of two bounds, SQLite searches an index for either: only the narrower one is given. */
export const isWithin = ({ since, until, after, upTo }: Period): Condition[] => [
  ...(since === undefined || (upTo !== undefined && upTo.at >= since) ? [] : [sql<SqlBool>`at >= ${since}`]),
  ...(until === undefined || (after !== undefined && after.at < until) ? [] : [sql<SqlBool>`at < ${until}`]),
  // The first condition bounds what an index is searched for.
  ...(after === undefined
    ? []
    : [sql<SqlBool>`at <= ${after.at}`, sql<SqlBool>`(at < ${after.at} or id < ${after.id})`]),
  ...(upTo === undefined
    ? []
    : [sql<SqlBool>`at >= ${upTo.at}`, sql<SqlBool>`(at > ${upTo.at} or id >= ${upTo.id})`]),
];

/** Conditions that an index of their own serves, and that few entries may fulfil. */
export function narrowConditionsOf(filter: HistoryFilter): Condition[] {
  const { restApiIds, by, seesActors = false } = filter;
  const narrow = restApiIds == null ? [] : [isIn(column('rest_api_id'), restApiIds)];
  if (by == null || by.some((name) => name.includes('*'))) return narrow;
  const bySubject = isIn(column('by_subject'), by);
  return [...narrow, seesActors ? sql<SqlBool>`(${bySubject} or ${isIn(column('actor'), by)})` : bySubject];
}
