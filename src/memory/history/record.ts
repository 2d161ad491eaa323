import { storedKey } from '../stages/index.ts';
import { withApiLock } from './api-lock.ts';
import { withKnownValues } from './entry-content.ts';
import type { ChangeColumns } from './entry-writer.ts';
import type { KnownBefore } from './evidence.ts';
import type { IdentifiedChange } from './gateway-change.ts';
import type { HistoryTools } from './history-tools.ts';
import { partsTouchedBy } from './mutation-parts.ts';
import { apiName } from './observe-stages.ts';
import { applyToStage } from './stage-history.ts';
import { selectStage } from './stage-rows.ts';
import { storedName } from './stored-name.ts';
import type { Change, Sighting, State } from './timeline-links.ts';

function stateOf(stage: IdentifiedChange['before']): State {
  if (stage === undefined) return undefined;
  return stage === null ? null : stage.details.revision;
}

function changeOf({
  id,
  beganAt,
  endedAt,
  before,
  after,
  outcome,
  mutation,
  given,
  patchOperations,
}: IdentifiedChange): Change {
  return {
    id,
    began: beganAt.getTime(),
    at: endedAt.getTime(),
    before: stateOf(before),
    after: stateOf(after),
    outcome,
    touches: partsTouchedBy(
      mutation,
      patchOperations.map(({ path }) => path),
    ),
    givesValues: given.length > 0,
  };
}

/** What a change has read, or knows, is a read before it: it may show what others have changed. */
function knownBefore({ before, after }: IdentifiedChange, { began }: Change): KnownBefore | undefined {
  if (before != null) {
    return { at: Math.min(before.observedAt.getTime(), began - 1), revision: before.details.revision };
  }
  // Of a stage that could be made there was none, whatever is stored.
  return before === null && after != null ? { at: began - 1, revision: null } : undefined;
}

const columnsOf = (change: IdentifiedChange, knew: KnownBefore | undefined): ChangeColumns => ({
  by_subject: storedName(change.by),
  client: storedName(change.client),
  mutation: change.mutation,
  aws_request_id: change.awsRequestId,
  patchOperations: withKnownValues(change.patchOperations),
  given: change.given,
  knew,
});

function sightingsOf(knew: KnownBefore | undefined, id: string): Sighting[] {
  if (knew === undefined) return [];
  const { at, revision } = knew;
  return [{ id, began: at, at, before: undefined, after: revision }];
}

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
    const knew = knownBefore(recorded, change);
    const states = [recorded.before, recorded.after].flatMap((stage) =>
      stage == null ? [] : [tools.codec.encode(stage)],
    );
    await applyToStage(
      own,
      { key, row, apiName: row?.api_name ?? (await apiName(own, { target, rest_api_id })) },
      {
        change,
        began: change.began,
        sightings: sightingsOf(knew, tools.newId()),
        states,
        columns: columnsOf(recorded, knew),
      },
    );
  });
}
