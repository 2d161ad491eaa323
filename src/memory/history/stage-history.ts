import { NO_DRIFT } from '../database/drift-kind.ts';
import type { HistoryRow, StageRow } from '../database/tables.ts';
import type { StoredKey, StoredStage } from '../stages/index.ts';
import { type StoredEvent, writeEntries } from './entry-writer.ts';
import { equalRevisions, keepEqualRevision } from './equal-revisions.ts';
import type { LockedTools } from './history-tools.ts';
import { deleteStage, insertStages, replaceStage, type SeenAt } from './stage-rows.ts';
import { loadRevisions, removeUnreferenced, type StoredRevisions } from './stored-revisions.ts';
import { revisionsOf, timelineParts, windowOf } from './stored-timeline.ts';
import type { Link, Timeline } from './timeline-links.ts';
import { mergeTimeline } from './timeline.ts';

/** What a stage has now. */
export interface StageNow {
  readonly key: StoredKey;
  readonly row: StageRow | undefined;
  /** The API's name; '' until the API was listed. */
  readonly apiName: string;
}

const RECENT_ENTRIES = 100;

/** The entries that are changes of a stage. Merging a timeline replaces them, and no others. */
const changeSources: readonly Link['source'][] = ['GATEWAY', 'OBSERVED'];

/** The last changes of a stage, oldest first. */
export async function recentEntries({ transaction }: LockedTools, key: StoredKey): Promise<HistoryRow[]> {
  const rows = await transaction
    .selectFrom('history')
    .selectAll()
    .where((eb) => eb.and(key))
    .where('source', 'in', changeSources)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(RECENT_ENTRIES)
    .execute();
  return rows.reverse();
}

const baselineRevision = async (
  { transaction }: LockedTools,
  key: StoredKey,
): Promise<string | undefined> => {
  const row = await transaction
    .selectFrom('baselines')
    .select('revision')
    .where((eb) => eb.and(key))
    .executeTakeFirst();
  return row?.revision;
};

/** Makes the stored stage what the timeline ends with. */
async function writeStage(
  tools: LockedTools,
  { key, row, apiName }: StageNow,
  { book }: StoredRevisions,
  { state, seen, open }: Timeline,
  baseline: string | undefined,
): Promise<void> {
  if (state == null) {
    if (row !== undefined) await deleteStage(tools, key);
    return;
  }
  const stored = book.get(state);
  if (stored === undefined) return;
  const before: SeenAt | undefined = row && { began: row.started_at ?? row.observed_at, at: row.observed_at };
  const isSame = row?.revision === state;
  const at = seen ?? before ?? { began: 0, at: 0 };
  const newest =
    isSame && before !== undefined
      ? { began: Math.max(at.began, before.began), at: Math.max(at.at, before.at) }
      : at;
  const stage = {
    stored,
    before: row,
    seen: newest,
    firstSeen: isSame ? row.first_seen_at : (seen?.at ?? null),
    apiName: row?.api_name ?? apiName,
    drift: baseline === undefined ? NO_DRIFT : book.driftBetween(baseline, state),
    openEntry: open.at(-1) ?? null,
  };
  await (row === undefined ? insertStages(tools, [stage]) : replaceStage(tools, key, stage));
}

/** Weaves an event into the history of a stage, and stores what the stage is now. */
export async function applyToStage(tools: LockedTools, now: StageNow, event: StoredEvent): Promise<void> {
  const { key, row } = now;
  const window = windowOf(await recentEntries(tools, key), event);
  const baseline = await baselineRevision(tools, key);
  const { entries, previous } = window;
  const named = (previous === undefined ? entries : [previous, ...entries]).flatMap(revisionsOf);
  const wanted = new Set(baseline === undefined ? named : [...named, baseline]);
  const given = row === undefined ? event.states : [storedStage(row), ...event.states];
  const revisions = await loadRevisions(tools, tools.transaction, key, wanted, given);
  const { start, changes, sightings } = timelineParts(window, row, event, {
    facts: revisions.book,
    newId: tools.newId,
  });
  const timeline = mergeTimeline(start, changes, sightings, revisions.book);
  const former = await writeEntries({ tools, key, revisions, event }, window.entries, timeline);
  await writeStage(tools, now, revisions, timeline, baseline);
  if (row !== undefined && row.revision !== timeline.state) former.push(row.revision);
  await removeUnreferenced(tools.transaction, key, former);
  const seen = given.map(({ revision }) => revision);
  for (const [revision, sameAs] of equalRevisions(timeline, seen, revisions.book)) {
    await keepEqualRevision(tools, key, revision, sameAs);
  }
}

/** The state in a row. */
export const storedStage = ({
  target,
  rest_api_id,
  stage_name,
  revision,
  document,
  secret_values,
}: StageRow): StoredStage => ({ target, rest_api_id, stage_name, revision, document, secret_values });
