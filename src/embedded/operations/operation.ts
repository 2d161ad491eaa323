import { badRequest, notFound } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { unverified } from '../errors/unverified.ts';
import { type CacheClusterClock } from '../rules/cache-cluster.ts';
import { type Stage } from '../state/state.ts';
import { type RestApi, type Store } from '../state/store.ts';
import { type JsonObject } from '../wire/json.ts';

/** What operations work on and with. */
export interface World {
  readonly store: Store;
  readonly region: string;
  readonly accountId: string;
  /** Epoch milliseconds. */
  now(): number;
  /** A fresh random identifier of lower-case alphanumerics. */
  newId(length: number): string;
  readonly cacheClusterClock: CacheClusterClock;
  readonly stagesPerApi: number;
  readonly hasLogsRole: boolean;
}

/** A request that has been routed: labels decoded, body parsed. */
interface Call {
  label(name: string): string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

/**
 * One operation of §1: the body of the answer, undefined when it is empty. Runs to its end without waiting, and
 * writes only after everything is checked: so it is all or nothing.
 */
export type Operation = (world: World, call: Call) => JsonObject | undefined;

/** Whole seconds, as in every documented example (§1). */
export const epochSeconds = (world: World) => Math.floor(world.now() / 1000);

export function findApi(world: World, restApiId: string): RestApi {
  const api = world.store.restApis.get(restApiId);
  if (!api) throw notFound(recorded.apiUnknown(world.accountId, restApiId));
  return api;
}

/** The REST API that the path names. */
export const addressedApi = (world: World, call: Call): RestApi => findApi(world, call.label('restApiId'));

export function findStage(api: RestApi, stageName: string): Stage {
  const stage = api.stages.get(stageName);
  if (!stage) throw notFound(recorded.stageUnknown);
  return stage;
}

/** The stage that the path names, and its API. */
export function addressedStage(world: World, call: Call): { api: RestApi; stage: Stage } {
  const api = addressedApi(world, call);
  return { api, stage: findStage(api, call.label('stageName')) };
}

/** §1: `limit` 25 by default and 500 at most; `position` is opaque, and absent from the last page. */
export function readPage<T>(
  collection: {
    page(position: string | undefined, limit: number): { items: readonly T[]; position?: string } | undefined;
  },
  query: URLSearchParams,
  toWire: (item: T) => JsonObject,
): JsonObject {
  const given = query.get('limit') ?? '25';
  const limit = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > 500) throw badRequest(unverified.invalidLimit);
  const page = collection.page(query.get('position') ?? undefined, limit);
  if (!page) throw badRequest(unverified.invalidPosition);
  return { item: page.items.map(toWire), position: page.position };
}
