import type { StageModel } from '../../datasources/stages/wire/model.ts';
import { storedKey } from '../stages/index.ts';
import type { LockedTools } from './history-tools.ts';
import { recentEntries } from './stage-history.ts';
import type { SeenAt } from './stage-rows.ts';
import { loadRevisions } from './stored-revisions.ts';
import { isRevision } from './stored-timeline.ts';

/** Whether a read says nothing of what the stage is now: AWS's date is older, or it was sent before the stored one came. */
export function isLate(
  stored: { readonly revision: string; readonly last_updated: number; readonly observed_at: number },
  { lastUpdatedDate, details }: StageModel,
  { began }: SeenAt,
): boolean {
  if (details.revision === stored.revision) return false;
  const order = lastUpdatedDate.getTime() - stored.last_updated;
  return order < 0 || (order === 0 && began < stored.observed_at);
}

/**
 * Late reads are ignored, but for one that saw what a change of this gateway has overwritten without reading it: it shows
 * what of the entry others have changed.
 */
export async function refinesHistory(
  tools: LockedTools,
  stage: StageModel,
  { at }: SeenAt,
): Promise<boolean> {
  const key = storedKey(stage);
  const entries = await recentEntries(tools, key);
  const next = entries.find((entry) => entry.at >= at);
  if (next?.source !== 'GATEWAY') return false;
  const { revision_before: before, revision_after: after } = next;
  if (!isRevision(before) || !isRevision(after)) return false;
  const { book } = await loadRevisions(tools, tools.transaction, key, new Set([before, after]), []);
  const date = stage.lastUpdatedDate.getTime();
  return book.lastUpdated(before) < date && date < book.lastUpdated(after);
}
