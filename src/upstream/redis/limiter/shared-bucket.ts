import type { TokenBucket } from '../../limiter/token-bucket.ts';
import type { Limit } from '../../limiter/tokens.ts';
import type { RedisScope } from '../scope.ts';
import { SLOW_DOWN } from '../scripts/token-bucket.ts';

/** A bucket in Redis, as its last reply described it. */
export interface BucketView {
  readonly key: string;
  readonly limit: Limit;
  tokens: number;
  rate: number;
  /** In the future during a pause. */
  refillsFrom: number;
  /** Tokens that this process was granted, and has not used yet. */
  granted: number;
}

export function createBucketView(key: string, limit: Limit, now: number): BucketView {
  const { rate, burst } = limit;
  return { key, limit, tokens: burst, rate, refillsFrom: now, granted: 0 };
}

/** The tokens in Redis at this moment. */
export function estimate({ limit, tokens, rate, refillsFrom }: BucketView, now: number): number {
  return Math.min(limit.burst, tokens + (Math.max(0, now - refillsFrom) / 1000) * rate);
}

export function msUntil(view: BucketView, count: number, now: number): number {
  const available = estimate(view, now);
  const pause = Math.max(0, view.refillsFrom - now);
  return available >= count ? pause : pause + ((count - available) / view.rate) * 1000;
}

/** Takes back granted tokens that are no longer needed, and gives their number. */
export function takeSurplus(view: BucketView, needed: number): number {
  const surplus = Math.max(0, Math.floor(view.granted - needed));
  view.granted -= surplus;
  return surplus;
}

/**
 * The tokens of a bucket in Redis that this process was granted. `fallback` gives this process's share of it while Redis
 * is unavailable, `untilRequest` the time until Redis is asked for tokens.
 */
export function createSharedBucket(
  scope: RedisScope,
  view: BucketView,
  fallback: () => TokenBucket | undefined,
  untilRequest: (now: number) => number,
): TokenBucket {
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
