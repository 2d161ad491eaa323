import { sql, type SqlBool } from 'kysely';
import type { HistoryRow } from '../database/tables.ts';
import { keyText, type StoredKey } from '../stages/index.ts';
import { withApiLock } from './api-lock.ts';
import { removeOldEqualRevisions } from './equal-revisions.ts';
import type { HistoryTools } from './history-tools.ts';
import type { HistoryLimits } from './history.ts';
import { removeUnreferenced } from './stored-revisions.ts';

/** A write that waits for a batch waits for some milliseconds. */
const BATCH = 200;

type Expired = StoredKey & Pick<HistoryRow, 'id'>;

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
const removeEntries = (tools: HistoryTools, api: StoredKey, entries: readonly Expired[]): Promise<void> =>
  withApiLock(tools, api, async (transaction) => {
    const ids = entries.map(({ id }) => id);
    await transaction.deleteFrom('history').where('id', 'in', ids).execute();
    const stages = new Map(
      entries.map(({ target, rest_api_id, stage_name }) => {
        const key = { target, rest_api_id, stage_name };
        return [keyText(key), key];
      }),
    );
    for (const key of stages.values()) await removeUnreferenced(transaction, key);
  });

async function removeWhere(tools: HistoryTools, isExpired: ReturnType<typeof sql<SqlBool>>): Promise<number> {
  let removed = 0;
  for (;;) {
    const expired = await tools.db
      .selectFrom('history')
      .select(['id', 'target', 'rest_api_id', 'stage_name'])
      .where(isExpired)
      .orderBy('at')
      .orderBy('id')
      .limit(BATCH)
      .execute();
    if (expired.length === 0) return removed;
    const byApi = new Map<string, Expired[]>();
    for (const entry of expired) {
      const api = `${entry.target}/${entry.rest_api_id}`;
      byApi.set(api, [...(byApi.get(api) ?? []), entry]);
    }
    for (const entries of byApi.values()) {
      const [first] = entries;
      if (first !== undefined) await removeEntries(tools, first, entries);
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
