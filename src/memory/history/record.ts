import { storedKey } from '../stages/index.ts';
import { withApiLock } from './api-lock.ts';
import { withKnownValues } from './entry-content.ts';
import type { ChangeColumns } from './entry-writer.ts';
import type { IdentifiedChange } from './gateway-change.ts';
import type { HistoryTools } from './history-tools.ts';
import { partsTouchedBy } from './mutation-parts.ts';
import { apiName } from './observe-stages.ts';
import { applyToStage } from './stage-history.ts';
import { selectStage } from './stage-rows.ts';
import type { Change, Sighting, State } from './timeline-links.ts';

/** PostgreSQL's text cannot hold it, and a token may. */
export const withoutNul = (text: string | null): string | null => text?.replaceAll('\0', '\uFFFD') ?? null;

function stateOf(stage: IdentifiedChange['before']): State {
  if (stage === undefined) return undefined;
  return stage === null ? null : stage.details.revision;
}

function changeOf({ id, beganAt, endedAt, before, after, outcome, mutation }: IdentifiedChange): Change {
  return {
    id,
    began: beganAt.getTime(),
    at: endedAt.getTime(),
    before: stateOf(before),
    after: stateOf(after),
    outcome,
    touches: partsTouchedBy(mutation),
  };
}

/** What a change has read, or knows, is a read before it: it may show what others have changed. */
function readsOf({ before, after }: IdentifiedChange, { began }: Change, id: string): Sighting[] {
  if (before == null) {
    // Of a stage that could be made there was none, whatever is stored.
    return before === null && after != null
      ? [{ id, began: began - 1, at: began - 1, before: undefined, after: null }]
      : [];
  }
  const at = Math.min(before.observedAt.getTime(), began - 1);
  return [{ id, began: at, at, before: undefined, after: before.details.revision }];
}

const columnsOf = (change: IdentifiedChange): ChangeColumns => ({
  by_subject: withoutNul(change.by),
  client: withoutNul(change.client),
  mutation: change.mutation,
  aws_request_id: change.awsRequestId,
  patchOperations: withKnownValues(change.patchOperations),
});

/** Stores a change of this gateway, once. */
export function recordChange(tools: HistoryTools, recorded: IdentifiedChange): Promise<void> {
  const key = storedKey(recorded);
  const { target, rest_api_id } = key;
  return withApiLock(tools, { target, rest_api_id }, async (transaction) => {
    const own = { ...tools, transaction };
    const same = await transaction
      .selectFrom('history')
      .select('id')
      .where('id', '=', recorded.id)
      .executeTakeFirst();
    if (same !== undefined) return;
    const row = await selectStage(transaction, key);
    const change = changeOf(recorded);
    const states = [recorded.before, recorded.after].flatMap((stage) =>
      stage == null ? [] : [tools.codec.encode(stage)],
    );
    await applyToStage(
      own,
      { key, row, apiName: row?.api_name ?? (await apiName(own, { target, rest_api_id })) },
      {
        change,
        began: change.began,
        sightings: readsOf(recorded, change, tools.newId()),
        states,
        columns: columnsOf(recorded),
      },
    );
  });
}
