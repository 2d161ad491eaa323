import type { TokenBucket } from '../../limiter/token-bucket.ts';
import type { RedisScope } from '../scope.ts';
import { SLOW_DOWN } from '../scripts/token-bucket.ts';
import { type BucketView, estimate, msUntil } from './bucket-view.ts';

export interface SharedBucketOptions {
  readonly scope: RedisScope;
  readonly view: BucketView;
  /** This process's share of the bucket while Redis is unavailable, else undefined. */
  readonly fallback: () => TokenBucket | undefined;
  /** How long until Redis is asked for tokens. */
  readonly untilRequest: (now: number) => number;
}

/** The tokens of a bucket in Redis that this process was granted. */
export function createSharedBucket(options: SharedBucketOptions): TokenBucket {
  const { scope, view, fallback, untilRequest } = options;
  return {
    available: (now) => view.granted + Math.max(0, fallback()?.available(now) ?? 0),
    take(now) {
      if (view.granted > 0) view.granted -= 1;
      else fallback()?.take(now);
    },
    msUntil(count, now) {
      const missing = count - view.granted;
      if (missing <= 0) return 0;
      return fallback()?.msUntil(missing, now) ?? Math.max(untilRequest(now), msUntil(view, missing, now));
    },
    slowDown(now, pauseMs, grantedAt) {
      fallback()?.slowDown(now, pauseMs, grantedAt);
      view.tokens = Math.min(0, estimate(view, now));
      view.refillsFrom = Math.max(view.refillsFrom, now + pauseMs);
      const { rate, burst } = view.limit;
      const args = [rate, burst, 0, Math.ceil(pauseMs), now - grantedAt];
      void scope.runIfUp(SLOW_DOWN, [scope.key(view.key)], args);
    },
  };
}
