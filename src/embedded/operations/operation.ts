import { assumed } from '../errors/assumed.ts';
import { badRequest, notFound } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import type { CacheClusterClock } from '../rules/cache-cluster.ts';
import type { Collection } from '../state/collection.ts';
import type { Stage } from '../state/state.ts';
import type { RestApi, Store } from '../state/store.ts';
import type { JsonObject } from '../wire/json.ts';

/** What operations need beside the request. */
export interface Context {
  readonly store: Store;
  readonly accountId: string;
  /** Epoch milliseconds. */
  now(): number;
  /** A random identifier of lower-case letters and digits. */
  newId(length: number): string;
  cacheClusterClock(): CacheClusterClock;
  stagesPerApi(): number;
  hasCloudWatchLogsRole(): boolean;
  /** An API without methods or integrations can be deployed. */
  isLenient(): boolean;
  /** Client certificates must exist. */
  isStrict(): boolean;
}

/** A routed request, with decoded labels and parsed body. */
export interface Call {
  label(name: string): string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** The document of an operation that takes one, whose `body` is empty; `error` is the message for an invalid one. */
  parseDocument(error: string): JsonObject;
}

/**
 * Returns the body of the response, undefined for an empty one (docs/stage-api.md §1). Synchronous, and checks
 * everything before it writes, so that each operation is atomic.
 */
export type Operation = (context: Context, call: Call) => JsonObject | undefined;

/** Whole seconds, as in AWS's examples (§1). */
export const epochSeconds = (context: Context) => Math.floor(context.now() / 1000);

export function findApi(context: Context, restApiId: string): RestApi {
  const api = context.store.restApis.get(restApiId);
  if (!api) throw notFound(recorded.apiUnknown(context.accountId, restApiId));
  return api;
}

/** The REST API in the path of the request. */
export const addressedApi = (context: Context, call: Call): RestApi =>
  findApi(context, call.label('restApiId'));

export function findStage(api: RestApi, stageName: string): Stage {
  const stage = api.stages.get(stageName);
  if (!stage) throw notFound(recorded.stageUnknown);
  return stage;
}

/** The stage in the path of the request, and its API. */
export function addressedStage(context: Context, call: Call): { api: RestApi; stage: Stage } {
  const api = addressedApi(context, call);
  return { api, stage: findStage(api, call.label('stageName')) };
}

/** `limit` is 25 by default, at most 500; `position` is opaque, and absent on the last page (§1). */
export function readPage<T>(
  collection: Collection<T>,
  query: URLSearchParams,
  toWire: (item: T) => JsonObject,
): JsonObject {
  const given = query.get('limit') ?? '25';
  const limit = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > 500) throw badRequest(assumed.invalidLimit);
  const page = collection.page(query.get('position') ?? undefined, limit);
  if (!page) throw badRequest(assumed.invalidPosition);
  return { item: page.items.map(toWire), position: page.position };
}
