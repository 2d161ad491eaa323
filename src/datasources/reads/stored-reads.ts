import type { Logger } from '../../app/logger.ts';
import type { Load, ReadPolicy, ReadThroughCache } from '../../cache/cache.ts';
import type { DependencyTracker } from '../../cache/dependencies.ts';
import type { TargetCache } from '../../cache/index.ts';
import type { CacheKind, CacheObserver } from '../../cache/observer.ts';
import { failedWith, type UpstreamError } from '../../errors/upstream-error.ts';
import type { UpstreamObserver } from '../../upstream/calls/observer.ts';
import { NO_DEADLINE } from '../../upstream/calls/retry.ts';
import type { Send } from '../../upstream/calls/send.ts';
import type { UpstreamSession } from '../../upstream/calls/session.ts';
import { withinMs } from '../../upstream/calls/time-limit.ts';
import type { UpstreamCaller } from '../../upstream/calls/user-agent.ts';
import type { Upstream } from '../../upstream/index.ts';
import type { CallerKey } from '../../upstream/limiter/fair-queue.ts';
import { outOfTime, rateLimited } from '../../upstream/limiter/rejections.ts';
import type { DeploymentModel } from '../rest-apis/deployments.ts';
import type { RestApiDetails } from '../rest-apis/rest-apis.ts';
import { stageInFull } from '../stages/wire/from-aws.ts';
import type { StageModel } from '../stages/wire/model.ts';
import { createCallLimit, TooManyCalls } from './call-limit.ts';
import type { Page } from './find-many.ts';

/** What the process knows of AWS, parsed once: one store for each kind of thing, keyed by ids. */
export interface Caches extends Readonly<Record<CacheKind, unknown>> {
  /** All stages of an API. */
  readonly stages: ReadThroughCache<readonly StageModel[]>;
  /** Single stages: as writes were answered, and where IAM refuses the list. */
  readonly stage: ReadThroughCache<StageModel>;
  readonly deployment: ReadThroughCache<DeploymentModel>;
  readonly deployments: ReadThroughCache<Page<DeploymentModel>>;
  readonly restApi: ReadThroughCache<RestApiDetails>;
  readonly restApis: ReadThroughCache<Page<RestApiDetails>>;
}

/** The empty stores of a new process. */
export const createCaches = (cache: TargetCache): Caches => ({
  stages: cache.of('stages', (stages) => stages.map(stageInFull)),
  stage: cache.of('stage', stageInFull),
  deployment: cache.of('deployment'),
  deployments: cache.of('deployments'),
  restApi: cache.of('restApi'),
  restApis: cache.of('restApis'),
});

/** The stored reads of one request. */
export interface CachedReads {
  readonly read: <Value extends object>(
    store: ReadThroughCache<Value>,
    key: string,
    load: (send: Send) => Promise<Value>,
  ) => Promise<Value>;
  /** The value, if a store has it at hand and nobody must be waited for. */
  readonly getFresh: <Value extends object>(store: ReadThroughCache<Value>, key: string) => Value | undefined;
  /** The same where others must be waited for. */
  readonly peekCached: <Value extends object>(
    store: ReadThroughCache<Value>,
    key: string,
  ) => Promise<Value | undefined>;
  /** Says that what is shown counts only while this store has nothing under this key. */
  readonly whileAbsent: <Value extends object>(store: ReadThroughCache<Value>, key: string) => void;
  /** Told of the APIs of a page: too many calls that come of it are an error that says how many would fit. */
  readonly reportPage: (restApiIds: readonly string[]) => void;
}

export type ReadCached = CachedReads['read'];

/** How one request reads. */
export interface RequestReads {
  readonly logger: Logger;
  /** Told of its calls and of what the stores answer. */
  readonly observer: UpstreamObserver & CacheObserver;
  /** By whose turns its calls go: one caller's requests share them. */
  readonly callerKey: () => CallerKey;
  /** Who asks, as CloudTrail is to show it. */
  readonly onBehalfOf: UpstreamCaller | undefined;
  /** How many calls it may cost. */
  readonly maxCalls: number;
  /** Past the stores: the client said `Cache-Control: no-cache`. */
  readonly fresh: boolean;
  /** Says when the client has hung up. Nobody needs it where all that is asked for is in the stores. */
  readonly abortSignal: () => AbortSignal;
  /** Told what is read. */
  readonly trail: DependencyTracker;
}

/** So much later than its load a reader gives up: the load's own error says more. */
const GRACE_MS = 100;

/**
 * Reads through the stores. A load is made on behalf of everybody who waits for it, with the deadline of the request
 * that began it; a refresh that nobody waits for has none, and takes the turn that the budget has for it.
 */
export function createCachedReads(
  upstream: Upstream,
  session: UpstreamSession,
  { logger, observer, callerKey, onBehalfOf, maxCalls, fresh, abortSignal, trail }: RequestReads,
): CachedReads {
  const limit = createCallLimit(maxCalls);
  const policy: ReadPolicy = {
    fresh,
    observer,
    abortSignal,
    callerKey,
    prefersStale: (error) => error instanceof TooManyCalls,
  };
  const sendFor = ({ urgency, signal: givenUp, sent, onJoin }: Load): Send => {
    const deadline = urgency() === 'refresh' ? NO_DEADLINE : session.deadline;
    const asker = { priority: urgency, callerKey, onJoin, onBehalfOf, deadline, signal: givenUp };
    return upstream.session({ ...asker, logger, observer, onSent: sent }).send;
  };

  /** A load that still waits for its turn in the budget is late for that reason; else AWS is slow. */
  const tooLate = <Value extends object>(store: ReadThroughCache<Value>, key: string): UpstreamError => {
    const waiting = Object.values(upstream.limiter().waiting).some((count) => count > 0);
    return waiting && !store.isSent(key) ? rateLimited('read', 0) : outOfTime('read');
  };

  const read: ReadCached = async (store, key, load) => {
    const follow = limit.follow();
    const value = store.get(key, policy, async (by) => {
      // Keys begin with the API's id, but those of pages of APIs.
      const [restApiId = ''] = store.kind === 'restApis' ? [] : key.split('/');
      await follow.needsCall(restApiId, () => by.urgency() === 'read' && by.hasStale !== true);
      return load(sendFor(by));
    });
    try {
      const shown = await withinMs(session.deadline.timeLeftMs() + GRACE_MS, value, () => {
        throw tooLate(store, key);
      });
      trail.record(store, key, shown);
      return shown;
    } catch (error) {
      // Somebody else's, who began the load: this request has a count of its own.
      if (error instanceof TooManyCalls && !limit.isOwn(error)) return await read(store, key, load);
      // What AWS denies is an error of the answer, or another read is made in its place: both say so themselves.
      if (!failedWith(error, 'ACCESS_DENIED')) trail.markIncomplete();
      throw error;
    } finally {
      follow.answered();
    }
  };
  return {
    read,
    getFresh(store, key) {
      const value = store.getFresh(key, policy);
      if (value !== undefined) trail.record(store, key, value);
      return value;
    },
    async peekCached(store, key) {
      const value = await store.peekCached(key, policy);
      if (value !== undefined) trail.record(store, key, value);
      return value;
    },
    whileAbsent: trail.recordAbsent,
    reportPage: limit.page,
  };
}
