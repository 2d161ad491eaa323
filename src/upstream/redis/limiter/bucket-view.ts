import type { Limit } from '../../limiter/tokens.ts';

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

export const createBucketView = (key: string, limit: Limit, now: number): BucketView => ({
  key,
  limit,
  tokens: limit.burst,
  rate: limit.rate,
  refillsFrom: now,
  granted: 0,
});

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
