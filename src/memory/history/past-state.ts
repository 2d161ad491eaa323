import { stateOf } from '../../datasources/stages/desired/stage-state.ts';
import { isStorable } from '../database/storable-text.ts';
import { type StageValues, type StoredKey, type StoredStage, storedKey } from '../stages/index.ts';
import { equalRevision } from './equal-revisions.ts';
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

const storedState = async (
  tools: HistoryTools,
  key: StoredKey,
  revision: string,
): Promise<StoredStage | undefined> =>
  (await selectRevisions(tools.db, key).where('revision', '=', revision).executeTakeFirst()) ??
  currentStage(tools, key, revision);

async function equalState(
  tools: HistoryTools,
  key: StoredKey,
  revision: string,
): Promise<StoredStage | undefined> {
  const equal = await equalRevision(tools.db, key, revision);
  return equal === undefined ? undefined : storedState(tools, key, equal);
}

/** A stage as it was at a revision; undefined if that is not stored. Values that are as they are `now` are known. */
export async function stateAt(
  tools: HistoryTools,
  stage: StageAddress,
  revision: string,
): Promise<((now?: StageValues) => PastState) | undefined> {
  if (!isStorable(revision)) return undefined;
  const key = storedKey(stage);
  const stored = (await storedState(tools, key, revision)) ?? (await equalState(tools, key, revision));
  if (stored === undefined) return undefined;
  return (now) => {
    const decoded = tools.codec.decodeAnywhere(stored, now);
    return { state: stateOf(decoded.stage), unknown: decoded.unknown };
  };
}
