import { stateOf } from '../../datasources/stages/desired/stage-state.ts';
import { isStorable } from '../database/storable-text.ts';
import { type StageValues, type StoredKey, type StoredStage, storedKey } from '../stages/index.ts';
import type { StageAddress } from './gateway-change.ts';
import type { HistoryTools } from './history-tools.ts';
import type { PastState } from './history.ts';
import { selectRevisions } from './stored-revisions.ts';

/** The state that a stage has now, as it is stored. */
const currentStage = (
  { db }: HistoryTools,
  key: StoredKey,
  revision: string,
): Promise<StoredStage | undefined> =>
  db
    .selectFrom('stages')
    .select(['target', 'rest_api_id', 'stage_name', 'revision', 'document', 'secret_values'])
    .where((eb) => eb.and({ ...key, revision }))
    .executeTakeFirst();

/** A stage as it was at a revision; undefined if that is not stored. Values that are as they are `now` are known. */
export async function stateAt(
  tools: HistoryTools,
  stage: StageAddress,
  revision: string,
  now?: StageValues,
): Promise<PastState | undefined> {
  if (!isStorable(revision)) return undefined;
  const key = storedKey(stage);
  const past = await selectRevisions(tools.db, key).where('revision', '=', revision).executeTakeFirst();
  const stored = past ?? (await currentStage(tools, key, revision));
  if (stored === undefined) return undefined;
  const decoded = tools.codec.decodeAnywhere(stored, now);
  return { state: stateOf(decoded.stage), unknown: decoded.unknown };
}
