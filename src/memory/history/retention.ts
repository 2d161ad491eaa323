import { sql, type SqlBool } from 'kysely';
import type { HistoryRow } from '../database/tables.ts';
import { keyText } from '../stages/index.ts';
import { withApiLock } from './api-lock.ts';
import { removeOldEqualRevisions } from './equal-revisions.ts';
import type { HistoryTools } from './history-tools.ts';
import type { HistoryLimits } from './history.ts';
import { removeUnreferenced, statesNamedBy } from './stored-revisions.ts';

/** A write that waits for a batch waits for some milliseconds. */
const BATCH = 200;

const columns = ['id', 'target', 'rest_api_id', 'stage_name', 'revision_before', 'revision_after'] as const;
type Expired = Pick<HistoryRow, (typeof columns)[number]>;

type Group = readonly [Expired, ...(readonly Expired[])];

/** Entries with the same text, in their order. */
function groupBy(entries: Iterable<Expired>, textOf: (entry: Expired) => string): Group[] {
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const text = textOf(entry);
    const group = groups.get(text);
    groups.set(text, group === undefined ? [entry] : [...group, entry]);
  }
  return [...groups.values()];
}

/** The newest entry that is beyond the number of entries. */
const firstBeyond = ({ db }: HistoryTools, maxEntries: number) =>
  db
    .selectFrom('history')
    .select(['at', 'id'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .offset(maxEntries)
    .limit(1)
    .executeTakeFirst();

/** Removes entries of one API, with the states that only they refer to. */
const removeEntries = (tools: HistoryTools, entries: Group): Promise<void> =>
  withApiLock(tools, entries[0], async (transaction) => {
    const ids = entries.map(({ id }) => id);
    await transaction.deleteFrom('history').where('id', 'in', ids).execute();
    for (const ofStage of groupBy(entries, keyText)) {
      await removeUnreferenced(transaction, ofStage[0], statesNamedBy(ofStage));
    }
  });

async function removeWhere(tools: HistoryTools, isExpired: ReturnType<typeof sql<SqlBool>>): Promise<number> {
  let removed = 0;
  for (;;) {
    const expired = await tools.db
      .selectFrom('history')
      .select(columns)
      .where(isExpired)
      .orderBy('at')
      .orderBy('id')
      .limit(BATCH)
      .execute();
    if (expired.length === 0) return removed;
    for (const entries of groupBy(expired, ({ target, rest_api_id }) => `${target}/${rest_api_id}`)) {
      await removeEntries(tools, entries);
    }
    removed += expired.length;
  }
}

/** Removes the entries that are too old, and the oldest of those that are too many. Gives their number. */
export async function prune(tools: HistoryTools, { maxAgeMs, maxEntries }: HistoryLimits): Promise<number> {
  const oldest = tools.now() - maxAgeMs;
  while ((await removeOldEqualRevisions(tools.db, oldest, BATCH)) === BATCH);
  const byAge = await removeWhere(tools, sql<SqlBool>`at < ${oldest}`);
  const last = await firstBeyond(tools, maxEntries);
  if (last === undefined) return byAge;
  const { at, id } = last;
  return byAge + (await removeWhere(tools, sql<SqlBool>`at <= ${at} and (at < ${at} or id <= ${id})`));
}
