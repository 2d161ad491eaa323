import { targetId } from '../../fleet/target.ts';
import { sortKey } from '../database/sort-key.ts';
import { type ApiKey, withApiLock } from './api-lock.ts';
import type { HistoryTools, LockedTools } from './history-tools.ts';
import type { Observation, ObservedApi } from './observations.ts';
import { observeMissing, observeStages, type SeenStages } from './observe-stages.ts';
import type { SeenAt } from './stage-rows.ts';

const locked = <Result>(
  tools: HistoryTools,
  api: ApiKey,
  work: (tools: LockedTools) => Promise<Result>,
): Promise<Result> => withApiLock(tools, api, (transaction) => work({ ...tools, transaction }));

/** Several transactions, if there is much to do: what is known in between is right as well. */
async function storeStages(tools: HistoryTools, api: ApiKey, stages: SeenStages): Promise<void> {
  const done = new Set<string>();
  while (!(await locked(tools, api, (own) => observeStages(own, api, stages, done)))) {
    // The next ones.
  }
}

/** An API that is gone: its stages are deleted, unless a later call saw them. */
async function removeApi(tools: HistoryTools, api: ApiKey, seen: SeenAt): Promise<void> {
  await storeStages(tools, api, { stages: [], isComplete: true, seen });
  await tools.db
    .deleteFrom('rest_apis')
    .where((eb) => eb.and(api))
    .where('observed_at', '<=', seen.began)
    .execute();
}

async function storeApi(
  { transaction }: LockedTools,
  target: string,
  { restApiId, name }: ObservedApi,
  observed_at: number,
): Promise<void> {
  const api = { target, rest_api_id: restApiId };
  await transaction
    .insertInto('rest_apis')
    .values({ ...api, name, observed_at })
    .onConflict((conflict) => conflict.columns(['target', 'rest_api_id']).doUpdateSet({ name, observed_at }))
    .execute();
  await transaction
    .updateTable('stages')
    .set({ api_name: name, api_name_key: sortKey(name) })
    .where((eb) => eb.and(api))
    .where('api_name', '<>', name)
    .execute();
}

/** A page of a target's APIs. */
const observeApis = (
  tools: HistoryTools,
  target: string,
  apis: readonly ObservedApi[],
  { at }: SeenAt,
): Promise<void> =>
  // The lock of a name that no API has: pages of a target are written one after the other.
  locked(tools, { target, rest_api_id: '' }, async (own) => {
    if (apis.length === 0) return;
    const ids = apis.map(({ restApiId }) => restApiId);
    const rows = await own.transaction
      .selectFrom('rest_apis')
      .selectAll()
      .where('target', '=', target)
      .where('rest_api_id', 'in', ids)
      .execute();
    const known = new Map(rows.map((row) => [row.rest_api_id, row]));
    const isUnchanged = ({ restApiId, name }: ObservedApi): boolean => known.get(restApiId)?.name === name;
    const unchanged = apis.filter(isUnchanged).map(({ restApiId }) => restApiId);
    if (unchanged.length > 0) {
      await own.transaction
        .updateTable('rest_apis')
        .set({ observed_at: at })
        .where('target', '=', target)
        .where('rest_api_id', 'in', unchanged)
        .where('observed_at', '<', at)
        .execute();
    }
    for (const api of apis) {
      const isNewer = (known.get(api.restApiId)?.observed_at ?? 0) <= at;
      if (!isUnchanged(api) && isNewer) await storeApi(own, target, api, at);
    }
  });

/** The end of a complete listing: APIs that are not in it go. */
async function keepApis(
  tools: HistoryTools,
  target: string,
  restApiIds: ReadonlySet<string>,
  seen: SeenAt,
): Promise<void> {
  const of = (table: 'stages' | 'rest_apis') =>
    tools.db.selectFrom(table).select('rest_api_id').where('target', '=', target).distinct().execute();
  const known = [...(await of('stages')), ...(await of('rest_apis'))].map(({ rest_api_id }) => rest_api_id);
  for (const rest_api_id of new Set(known)) {
    if (!restApiIds.has(rest_api_id)) await removeApi(tools, { target, rest_api_id }, seen);
  }
}

/** Stores what a call has seen. */
export function observe(tools: HistoryTools, observation: Observation): Promise<void> {
  const target = targetId(observation.target);
  const seen = { began: observation.startedAt.getTime(), at: observation.observedAt.getTime() };
  switch (observation.kind) {
    case 'stages': {
      const { restApiId, stages } = observation;
      const api = { target, rest_api_id: restApiId };
      return storeStages(tools, api, { stages, isComplete: true, seen });
    }
    case 'stage': {
      const api = { target, rest_api_id: observation.stage.restApiId };
      return storeStages(tools, api, { stages: [observation.stage], isComplete: false, seen });
    }
    case 'missingStage': {
      const { restApiId, stageName } = observation;
      const api = { target, rest_api_id: restApiId };
      return locked(tools, api, (own) => observeMissing(own, api, stageName, seen));
    }
    case 'missingApi':
      return removeApi(tools, { target, rest_api_id: observation.restApiId }, seen);
    case 'apis':
      return observeApis(tools, target, observation.apis, seen);
    case 'allApis':
      return keepApis(tools, target, observation.restApiIds, seen);
  }
}
