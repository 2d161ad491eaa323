import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

export interface Limit {
  readonly rate: number;
  readonly burst: number;
}

export interface Limits extends Limit {
  /** Operations with a limit of their own beside the common one (stage-api.md, section 9). */
  readonly operationLimits: Readonly<Record<string, Limit>>;
}

/** The calls in the queue of this process. */
export interface Demand {
  /** Mutations, reads and refreshes. */
  readonly waiting: readonly [number, number, number];
  /** When the oldest was queued. */
  readonly since: number;
  /** By operation with a limit of its byOperation: queued calls and reservations. */
  readonly byOperation: ReadonlyMap<string, number>;
}

/** The tokens of a rate limiter: those of this process, or those of all processes. */
export interface TokenSource {
  readonly common: TokenBucket;
  readonly byOperation: ReadonlyMap<string, TokenBucket>;
  /** How many calls of other processes are served before a call of this rank with `before` calls of this process ahead. */
  readonly ahead: (rank: number, before: number, now: number) => number;
  /** How many calls could be sent now. */
  readonly left: (now: number) => number;
  /** Whether a call would have to wait. */
  readonly isExhausted: (now: number) => boolean;
  /** Called whenever the queue may have changed. */
  readonly reportDemand?: (demand: Demand) => void;
  readonly close: () => void;
}

/** The tokens of a process that shares nothing: all of them, or its share while Redis is unavailable. */
export function createLocalTokens(
  { rate, burst, operationLimits }: Limits,
  now: number,
  initial = burst,
): TokenSource {
  const common = createTokenBucket(rate, burst, now, initial);
  const byOperation = new Map(
    Object.entries(operationLimits).map(([operation, limit]) => [
      operation,
      createTokenBucket(limit.rate, limit.burst, now, Math.min(initial, limit.burst)),
    ]),
  );
  return {
    common,
    byOperation,
    ahead: () => 0,
    left: (at) => Math.max(0, common.available(at)),
    isExhausted: (at) => common.available(at) < 1,
    close: () => undefined,
  };
}
