import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

export interface Limit {
  readonly rate: number;
  readonly burst: number;
}

export interface Limits extends Limit {
  /** Operations with a limit of their own beside the common one (stage-api.md, section 9). */
  readonly ownLimits: Readonly<Record<string, Limit>>;
}

/** Who waits in this process for calls. */
export interface Demand {
  /** As changes, reads and refreshes. */
  readonly waiting: readonly [number, number, number];
  /** Since when the oldest. */
  readonly since: number;
  /** By operation with a limit of its own: calls that wait for it, or hold it. */
  readonly own: ReadonlyMap<string, number>;
}

/** Where a budget has its calls from. */
export interface TokenSource {
  readonly common: TokenBucket;
  readonly own: ReadonlyMap<string, TokenBucket>;
  /** How many calls of other processes go before one of this rank which so many of its own go before. */
  readonly ahead: (rank: number, before: number, now: number) => number;
  /** How many calls could be made at once. */
  readonly left: (now: number) => number;
  /** Whether a call of anybody would have to wait. */
  readonly isExhausted: (now: number) => boolean;
  /** Told who waits whenever that may have changed. */
  readonly reportDemand?: (demand: Demand) => void;
  readonly close: () => void;
}

/** The calls of a process that is alone, or has been left alone with a part of them. */
export function createLocalTokens(
  { rate, burst, ownLimits }: Limits,
  now: number,
  initial = burst,
): TokenSource {
  const common = createTokenBucket(rate, burst, now, initial);
  const own = new Map(
    Object.entries(ownLimits).map(([operation, limit]) => [
      operation,
      createTokenBucket(limit.rate, limit.burst, now, Math.min(initial, limit.burst)),
    ]),
  );
  return {
    common,
    own,
    ahead: () => 0,
    left: (at) => Math.max(0, common.available(at)),
    isExhausted: (at) => common.available(at) < 1,
    close: () => undefined,
  };
}
