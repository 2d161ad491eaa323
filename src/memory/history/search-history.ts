import type { Expression, Kysely, SqlBool } from 'kysely';
import { SEARCH_MS } from '../database/backend.ts';
import type { Tables } from '../database/tables.ts';
import { SearchTooSlow } from '../database/unavailable.ts';
import {
  conditionsOf,
  isOfOneStage,
  isWithin,
  narrowConditionsOf,
  type Period,
  type EntryPosition,
  selectsNothing,
  stageConditionsOf,
} from './history-conditions.ts';
import type { HistoryFilter } from './history-entry.ts';
import type { HistoryTools } from './history-tools.ts';
import { storedPattern } from './stored-name.ts';

type Conditions = readonly Expression<SqlBool>[];

/** Indexes have what is compared, so that an entry is not read unless it is found. */
const COMPARED = [
  'id',
  'at',
  'target',
  'rest_api_id',
  'stage_name',
  'source',
  'parts',
  'by_subject',
  'actor',
] as const;

/** So many entries are looked at first: most searches need no more. */
const FIRST = 500;
/** So many each further statement looks at. */
const MOST = 20_000;
/** Entries that are compared one by one, instead of looking at all. */
const FEW = 2000;

interface Search {
  readonly db: Kysely<Tables>;
  readonly filter: HistoryFilter;
  readonly conditions: Conditions;
  readonly period: Period;
  /** How many entries are wanted. */
  readonly count: number;
}

/** Entries that are to be compared. */
const candidates = ({ db }: Search, conditions: Conditions) =>
  db
    .selectFrom('history')
    .select(COMPARED)
    .where((eb) => eb.and(conditions));

/** The newest of the entries, or of the candidates, that fulfil the conditions. */
function findNewest(
  { db, count }: Search,
  conditions: Conditions,
  among?: ReturnType<typeof candidates>,
): Promise<EntryPosition[]> {
  const from = among === undefined ? db.selectFrom('history') : db.selectFrom(among.as('history'));
  return from
    .select(['history.id', 'history.at'])
    .where((eb) => eb.and(conditions))
    .orderBy('history.at', 'desc')
    .orderBy('history.id', 'desc')
    .limit(count)
    .execute();
}

/** The position of the last of so many entries from the start of the period on, whatever they are; undefined if there are fewer. */
function lastOf({ db, filter, conditions }: Search, period: Period, entries: number) {
  // Of one target there is an index in order of time.
  const ofOneTarget = filter.targets.length === 1 ? conditions.slice(-1) : [];
  return db
    .selectFrom('history')
    .select(['id', 'at'])
    .where((eb) => eb.and([...ofOneTarget, ...isWithin(period)]))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .offset(entries - 1)
    .limit(1)
    .executeTakeFirst();
}

/** Looks at all entries, some at a time, so that what else needs the database has its turn. */
async function scan(search: Search): Promise<EntryPosition[]> {
  const { conditions, period, count } = search;
  const end = performance.now() + SEARCH_MS;
  const found: EntryPosition[] = [];
  let from = period;
  for (let entries = FIRST; ; entries = MOST) {
    const last = await lastOf(search, from, entries);
    const part = [...conditions, ...isWithin({ ...from, upTo: last })];
    found.push(...(await findNewest({ ...search, count: count - found.length }, part)));
    if (last === undefined || found.length === count) return found;
    if (performance.now() > end) throw new SearchTooSlow(`not all entries were seen within ${SEARCH_MS} ms`);
    from = { ...period, after: last };
  }
}

/** The first condition that few entries fulfil. */
async function selectiveCondition({ db, filter }: Search): Promise<Expression<SqlBool> | undefined> {
  for (const condition of narrowConditionsOf(filter)) {
    const some = db
      .selectFrom('history')
      .select('id')
      .where(condition)
      .limit(FEW + 1);
    const { entries } = await db
      .selectFrom(some.as('some'))
      .select(({ fn }) => fn.countAll<number>().as('entries'))
      .executeTakeFirstOrThrow();
    if (entries <= FEW) return condition;
  }
  return undefined;
}

async function findPositions(search: Search): Promise<EntryPosition[]> {
  const narrow = await selectiveCondition(search);
  if (narrow === undefined) return scan(search);
  const conditions = [...search.conditions, ...isWithin(search.period)];
  return findNewest(search, conditions, candidates(search, [narrow]).limit(FEW + 1));
}

/** The ids of entries after a position, newest first, and what to read them with. */
export async function findEntries(
  { db, searches, dialect }: HistoryTools,
  { by, ...others }: HistoryFilter,
  count: number,
  after: EntryPosition | undefined,
): Promise<{ readonly ids: readonly string[]; readonly db: Kysely<Tables> }> {
  const filter = { ...others, by: by?.map(storedPattern) };
  const period = { since: filter.since?.getTime(), until: filter.until?.getTime(), after };
  const search = { db: searches, filter, conditions: conditionsOf(dialect, filter), period, count };
  const idsOf = (positions: readonly EntryPosition[]) => positions.map(({ id }) => id);
  if (selectsNothing(filter)) return { ids: [], db };
  if (!isOfOneStage(filter)) return { ids: idsOf(await findPositions(search)), db: searches };
  const ofStage = [...stageConditionsOf(filter), ...isWithin(period)];
  return { ids: idsOf(await findNewest({ ...search, db }, ofStage)), db };
}
