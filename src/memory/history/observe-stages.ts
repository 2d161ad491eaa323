import { sql } from 'kysely';
import type { StageModel } from '../../datasources/stages/wire/model.ts';
import { NO_DRIFT } from '../database/drift-kind.ts';
import { findingsColumn, storedKey } from '../stages/index.ts';
import type { ApiKey } from './api-lock.ts';
import type { LockedTools } from './history-tools.ts';
import { isLate, refinesHistory } from './late-reads.ts';
import { applyToStage } from './stage-history.ts';
import { insertStages, type SeenAt, selectStage } from './stage-rows.ts';
import { NOT_KNOWN } from './stored-timeline.ts';

/** What is compared of a stored stage, without its document. */
interface KnownStage {
  readonly stage_name: string;
  readonly revision: string;
  readonly observed_at: number;
  readonly last_updated: number;
  readonly open_entry: string | null;
  readonly findings: number;
  /** The beginning of its values, which names their key. */
  readonly secret_key: string | null;
}

/** Longer than the name of a key. */
const SECRET_KEY_LENGTH = 16;

const knownStages = (
  { transaction }: LockedTools,
  api: ApiKey,
  stageName?: string,
): Promise<KnownStage[]> => {
  const ofApi = transaction
    .selectFrom('stages')
    .select(['stage_name', 'revision', 'observed_at', 'last_updated', 'open_entry', 'findings'])
    .select(sql<string | null>`substr(secret_values, 1, ${SECRET_KEY_LENGTH})`.as('secret_key'))
    .where((eb) => eb.and(api));
  return (stageName === undefined ? ofApi : ofApi.where('stage_name', '=', stageName)).execute();
};

export async function apiName({ transaction }: LockedTools, api: ApiKey): Promise<string> {
  const row = await transaction
    .selectFrom('rest_apis')
    .select('name')
    .where((eb) => eb.and(api))
    .executeTakeFirst();
  return row?.name ?? '';
}

/** Stages that were seen as they are stored: what depends on more than the stage may have changed. */
async function refreshUnchanged(
  tools: LockedTools,
  api: ApiKey,
  unchanged: readonly (readonly [StageModel, KnownStage])[],
  { began, at }: SeenAt,
): Promise<void> {
  const { transaction, codec, methodsOf } = tools;
  const newer = unchanged.filter(([, known]) => known.observed_at < at).map(([, known]) => known.stage_name);
  const update = () => transaction.updateTable('stages').where((eb) => eb.and(api));
  if (newer.length > 0) {
    await update().set({ started_at: began, observed_at: at }).where('stage_name', 'in', newer).execute();
  }
  for (const [stage, known] of unchanged) {
    const findings = findingsColumn(stage, methodsOf, known.findings);
    if (findings !== known.findings) {
      await update().set({ findings }).where('stage_name', '=', known.stage_name).execute();
    }
    if (!codec.isOutdated(known.secret_key)) continue;
    const { secret_values, revision } = codec.encode(stage);
    if (secret_values === null) continue;
    await update().set({ secret_values }).where('stage_name', '=', known.stage_name).execute();
    await transaction
      .updateTable('stage_revisions')
      .set({ secret_values })
      .where((eb) => eb.and({ ...api, stage_name: known.stage_name, revision }))
      .execute();
  }
}

/** The names among these that have entries: of a stage that is not there any more, or of a change without an answer. */
async function namesWithEntries(
  { transaction }: LockedTools,
  api: ApiKey,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const rows = await transaction
    .selectFrom('history')
    .select('stage_name')
    .distinct()
    .where((eb) => eb.and(api))
    .where('stage_name', 'in', [...names])
    .execute();
  return new Set(rows.map(({ stage_name }) => stage_name));
}

async function insertFirstSights(
  tools: LockedTools,
  api: ApiKey,
  stages: readonly StageModel[],
  seen: SeenAt,
): Promise<void> {
  if (stages.length === 0) return;
  const name = await apiName(tools, api);
  const baselines = await tools.transaction
    .selectFrom('baselines')
    .select(['stage_name', 'revision'])
    .where((eb) => eb.and(api))
    .execute();
  const hasBaseline = new Set(baselines.map(({ stage_name }) => stage_name));
  const isPlain = ({ stageName }: StageModel): boolean => !hasBaseline.has(stageName);
  await insertStages(
    tools,
    stages.filter(isPlain).map((stage) => ({
      stored: tools.codec.encode(stage),
      seen,
      firstSeen: seen.at,
      apiName: name,
      drift: NO_DRIFT,
      openEntry: null,
    })),
  );
  for (const stage of stages) if (!isPlain(stage)) await mergeIntoHistory(tools, api, stage, seen);
}

/** A stage that was seen otherwise than it is stored. */
async function mergeIntoHistory(
  tools: LockedTools,
  api: ApiKey,
  stage: StageModel,
  { began, at }: SeenAt,
): Promise<void> {
  const key = storedKey(stage);
  const row = await selectStage(tools.transaction, key);
  const { revision } = stage.details;
  const sighting = { id: tools.newId(), began, at, before: undefined, after: revision };
  await applyToStage(
    tools,
    { key, row, apiName: row?.api_name ?? (await apiName(tools, api)) },
    {
      began,
      change: undefined,
      sightings: [sighting],
      states: [tools.codec.encode(stage)],
      columns: undefined,
    },
  );
}

/** A stage that a call has not found. */
export async function observeMissing(
  tools: LockedTools,
  api: ApiKey,
  stageName: string,
  seen: SeenAt,
): Promise<void> {
  const key = { ...api, stage_name: stageName };
  const row = await selectStage(tools.transaction, key);
  const hasEntries = row === undefined && (await namesWithEntries(tools, api, [stageName])).size > 0;
  if (row === undefined ? !hasEntries : seen.began < row.observed_at) return;
  const sighting = { id: tools.newId(), ...seen, before: undefined, after: null };
  await applyToStage(
    tools,
    { key, row, apiName: row?.api_name ?? '' },
    { began: seen.began, change: undefined, sightings: [sighting], states: [], columns: undefined },
  );
}

/** Stages that changes without an answer may have made. */
async function namesWithOpenEntries({ transaction }: LockedTools, api: ApiKey): Promise<string[]> {
  const rows = await transaction
    .selectFrom('history')
    .select('stage_name')
    .distinct()
    .where((eb) => eb.and(api))
    // Not a parameter: the index is of this value only.
    .where('revision_after', '=', sql.lit(NOT_KNOWN))
    .execute();
  return rows.map(({ stage_name }) => stage_name);
}

/** What is to be done for one stage, by the stage's name. */
type Steps = Map<string, () => Promise<void>>;

/** What a transaction does for single stages at most: it must end in time. */
const STEPS_AT_ONCE = 20;

/** Stages as a call has seen them; all of the API, or one of them. */
export interface SeenStages {
  readonly stages: readonly StageModel[];
  readonly isComplete: boolean;
  readonly seen: SeenAt;
}

/** Stores at once what needs no look at the history, and says what does. */
async function observeAtOnce(
  tools: LockedTools,
  api: ApiKey,
  { stages, isComplete, seen }: SeenStages,
): Promise<Steps> {
  const known = await knownStages(tools, api, isComplete ? undefined : stages[0]?.stageName);
  const byName = new Map(known.map((row) => [row.stage_name, row]));
  const steps: Steps = new Map();
  const unchanged: [StageModel, KnownStage][] = [];
  const missing: StageModel[] = [];
  for (const stage of stages) {
    const row = byName.get(stage.stageName);
    const merge = () => mergeIntoHistory(tools, api, stage, seen);
    if (row === undefined) missing.push(stage);
    else if (row.revision === stage.details.revision && row.open_entry === null) unchanged.push([stage, row]);
    else if (!isLate(row, stage, seen)) steps.set(stage.stageName, merge);
    else {
      steps.set(stage.stageName, async () => {
        if (await refinesHistory(tools, stage, seen)) await merge();
      });
    }
  }
  await refreshUnchanged(tools, api, unchanged, seen);
  const names = missing.map(({ stageName }) => stageName);
  const withEntries = await namesWithEntries(tools, api, names);
  await insertFirstSights(
    tools,
    api,
    missing.filter(({ stageName }) => !withEntries.has(stageName)),
    seen,
  );
  for (const stage of missing) {
    if (withEntries.has(stage.stageName))
      steps.set(stage.stageName, () => mergeIntoHistory(tools, api, stage, seen));
  }
  if (!isComplete) return steps;
  const listed = new Set(stages.map(({ stageName }) => stageName));
  for (const name of [...byName.keys(), ...(await namesWithOpenEntries(tools, api))]) {
    if (!listed.has(name)) steps.set(name, () => observeMissing(tools, api, name, seen));
  }
  return steps;
}

/** Stores what a call has seen, up to a number of stages. Adds their names to `done`; true: these are all. */
export async function observeStages(
  tools: LockedTools,
  api: ApiKey,
  seenStages: SeenStages,
  done: Set<string>,
): Promise<boolean> {
  const steps = [...(await observeAtOnce(tools, api, seenStages))].filter(([name]) => !done.has(name));
  for (const [name, step] of steps.slice(0, STEPS_AT_ONCE)) {
    await step();
    done.add(name);
  }
  return steps.length <= STEPS_AT_ONCE;
}
