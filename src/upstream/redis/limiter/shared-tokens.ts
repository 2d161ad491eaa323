import type { Limits, TokenSource } from '../../limiter/tokens.ts';
import type { BucketState } from '../cache/lookups.ts';
import type { RedisScope } from '../scope.ts';
import { createSharedBucket, estimate } from './shared-bucket.ts';
import { createTokenRequests } from './token-requests.ts';
import {
  remoteCallsAhead,
  applyBucketState,
  createTokenState,
  isExhausted,
  type TokenState,
  useFallback,
} from './token-state.ts';

const clock = (): number => performance.now();

function createTokenSource(scope: RedisScope, state: TokenState, changed: () => void): TokenSource {
  const { common, byOperation } = state;
  let closed = false;
  const requests = createTokenRequests(scope, state, changed);
  const { untilNext: untilRequest } = requests;
  scope.onChange((isUp) => {
    if (closed) return;
    if (isUp) requests.requestNow();
    else {
      useFallback(state, clock());
      changed();
    }
  });
  if (!scope.isUp()) useFallback(state, clock());

  return {
    common: createSharedBucket(scope, common, () => state.fallback?.source.common, untilRequest),
    byOperation: new Map(
      [...byOperation].map(([operation, view]) => {
        const fallback = () => state.fallback?.source.byOperation.get(operation);
        return [operation, createSharedBucket(scope, view, fallback, untilRequest)];
      }),
    ),
    ahead: (rank, before, now) => remoteCallsAhead(state, rank, before, now),
    left: (now) => state.fallback?.source.left(now) ?? Math.max(0, Math.floor(estimate(common, now))),
    isExhausted: (now) => isExhausted(state, now),
    reportDemand: requests.reportDemand,
    close() {
      closed = true;
      requests.close();
    },
  };
}

/**
 * The token buckets of all processes, in Redis. Tokens are requested when calls are queued, and used up in the turn of
 * the event loop in which they are granted. Answers that cannot wait for Redis (is it exhausted? how long is the wait?)
 * are estimated from its last reply.
 */
export function createSharedTokens(scope: RedisScope, limits: Limits) {
  const state = createTokenState(limits, clock());
  return {
    tokens: (changed: () => void) => createTokenSource(scope, state, changed),
    /** Called with the state of the common bucket that a lookup of the cache has read. */
    observe: (bucket: BucketState) => applyBucketState(state, bucket, clock()),
    /** How many processes there are, as far as this one knows. */
    processes: () => state.processes,
  };
}
