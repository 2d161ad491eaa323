import type { Logger } from '../../app/logger.ts';
import type { PolicyObserver } from '../../auth/policies/observer.ts';
import type { Load, ReadPolicy, ReadThroughCache } from '../../cache/cache.ts';
import type { DependencyTracker } from '../../cache/dependencies.ts';
import type { CacheObserver } from '../../cache/observer.ts';
import { failedWith, type UpstreamError } from '../../errors/upstream-error.ts';
import type { ConnectedTarget } from '../../fleet/fleet.ts';
import { type Target, targetId } from '../../fleet/target.ts';
import type { UpstreamObserver } from '../../upstream/calls/observer.ts';
import type { Send } from '../../upstream/calls/send.ts';
import type { UpstreamSession } from '../../upstream/calls/session.ts';
import type { UpstreamCaller } from '../../upstream/calls/user-agent.ts';
import type { Upstream } from '../../upstream/index.ts';
import type { CallerKey } from '../../upstream/limiter/fair-queue.ts';
import { outOfTime, rateLimited } from '../../upstream/limiter/rejections.ts';
import { NO_DEADLINE } from '../../upstream/time/deadline.ts';
import { withinMs } from '../../upstream/time/time-limit.ts';
import type { Caches } from '../caches.ts';
import type { StageObserver } from '../memory/stage-memory.ts';
import type { ChangeRecorder } from '../stages/changes/change-recorder.ts';
import { type CallLimit, TooManyCalls } from './call-limit.ts';

/** The reads of one request, through the caches of the process. */
export type CachedReads = ReturnType<typeof createCachedReads>;

/** What every data source of one request reads with. */
export interface ReadDependencies {
  readonly target: Target;
  readonly cachedReads: CachedReads;
  readonly caches: Caches;
  readonly observer: CacheObserver;
  readonly recorder: ChangeRecorder;
  /** Told what AWS answers. */
  readonly observe: StageObserver;
}

/** How one request reads. */
export interface RequestReads {
  readonly logger: Logger;
  /** Records the request's calls, its cache reads, and refusals by policies. */
  readonly observer: UpstreamObserver & CacheObserver & PolicyObserver;
  /** The caller for whose fair share of the rate the calls are made. */
  readonly callerKey: () => CallerKey;
  /** The caller as CloudTrail is to show it. */
  readonly onBehalfOf: UpstreamCaller | undefined;
  /** Bounds the calls of the request, to all targets together. */
  readonly limit: CallLimit;
  /** The client sent `Cache-Control: no-cache`. */
  readonly fresh: boolean;
  /** Aborts when the client disconnects. It is made only if something must be loaded. */
  readonly abortSignal: () => AbortSignal;
  /** Records what the response depends on. */
  readonly dependencies: DependencyTracker;
}

/** A reader gives up this much later than its load, whose own error says more. */
const GRACE_MS = 100;

/** If the load was still waiting in the rate limiter, that made it late; otherwise AWS is slow. */
function timeoutOf(upstream: Upstream, isSent: boolean): UpstreamError {
  const isQueueing = Object.values(upstream.limiter().waiting).some((count) => count > 0);
  return isQueueing && !isSent ? rateLimited('read', 0) : outOfTime('read');
}

/** Names an API among those of all targets: another one may have an API of the same id. */
const apiIn = (target: Target, restApiId: string): string => `${targetId(target)}/${restApiId}`;

const policyOf = ({ fresh, observer, abortSignal, callerKey }: RequestReads): ReadPolicy => ({
  fresh,
  observer,
  abortSignal,
  callerKey,
  prefersStale: (error) => error instanceof TooManyCalls,
});

/**
 * Reads through the caches. A load serves all requests that wait for it, with the deadline of the request that began it.
 * A background refresh has no deadline, and yields to all other calls in the rate limiter.
 */
export function createCachedReads(
  { target, upstream }: ConnectedTarget,
  session: UpstreamSession,
  reads: RequestReads,
) {
  const { logger, observer, callerKey, onBehalfOf, limit, dependencies } = reads;
  const policy = policyOf(reads);
  const sendFor = ({ urgency, signal, sent, onJoin }: Load): Send => {
    const deadline = urgency() === 'refresh' ? NO_DEADLINE : session.deadline;
    const request = { target, priority: urgency, callerKey, onJoin, onBehalfOf, deadline, signal };
    return upstream.session({ ...request, logger, observer, onSent: sent }).send;
  };

  /** The cached value, or what `load` brings. */
  async function read<Value extends object>(
    cache: ReadThroughCache<Value>,
    key: string,
    load: (send: Send) => Promise<Value>,
  ): Promise<Value> {
    await upstream.joining();
    const tracked = limit.track();
    const loaded = cache.get(key, policy, async (by) => {
      // Keys begin with the API's id, except those of pages of APIs.
      const [restApiId = ''] = cache.kind === 'restApis' ? [] : key.split('/');
      const isRequired = (): boolean => by.urgency() === 'read' && by.hasStale !== true;
      await tracked.needsCall(apiIn(target, restApiId), isRequired);
      return load(sendFor(by));
    });
    try {
      const value = await withinMs(session.deadline.timeLeftMs() + GRACE_MS, loaded, () => {
        throw timeoutOf(upstream, cache.isSent(key));
      });
      dependencies.record(cache, key, value);
      return value;
    } catch (error) {
      // Another request began the load, and reached its limit. This request has its own.
      if (error instanceof TooManyCalls && !limit.isOwn(error)) return await read(cache, key, load);
      // After ACCESS_DENIED the response has an error, or depends on another read that is recorded itself.
      if (!failedWith(error, 'ACCESS_DENIED')) dependencies.markIncomplete();
      throw error;
    } finally {
      tracked.end();
    }
  }
  return {
    read,
    /** The value, if it is fresh in this process's memory. */
    getFresh<Value extends object>(cache: ReadThroughCache<Value>, key: string): Value | undefined {
      const value = cache.getFresh(key, policy);
      if (value !== undefined) dependencies.record(cache, key, value);
      return value;
    },
    /** The value, if it is fresh, also where Redis must be asked for that. It is never loaded. */
    async peekCached<Value extends object>(cache: ReadThroughCache<Value>, key: string) {
      await upstream.joining();
      const value = await cache.peekCached(key, policy);
      if (value !== undefined) dependencies.record(cache, key, value);
      return value;
    },
    /** The response is valid only while this cache has nothing under this key. */
    recordAbsent: dependencies.recordAbsent,
    /** A page of APIs was read: the fields of each of them come next. */
    reportPage: (restApiIds: readonly string[]) =>
      limit.reportPage(restApiIds.map((id) => apiIn(target, id))),
  };
}
