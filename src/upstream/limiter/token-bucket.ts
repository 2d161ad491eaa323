/** Allows a burst of calls at once, and a rate per second in the long run. Times are in milliseconds. */
export interface TokenBucket {
  /** Whole tokens at this moment. */
  available(now: number): number;
  take(now: number): void;
  /** How long until there are so many tokens; 0: there are. */
  msUntil(count: number, now: number): number;
  /** AWS has answered 429 to a call that was granted at this time: other tools use the same account. */
  slowDown(now: number, pauseMs: number, grantedAt: number): void;
}

/** The part of its rate that a slowed bucket regains in a second. */
export const RECOVERY_PER_SECOND = 0.05;
/** The rate never falls below this part. */
export const FLOOR = 0.1;
/** The part of the rate that each 429 leaves. */
export const SLOWER = 0.5;

/**
 * A token bucket with additive increase and multiplicative decrease (AIMD), as in TCP: a 429 empties it and halves its
 * rate, which recovers over time.
 */
export function createTokenBucket(
  rate: number,
  burst: number,
  startedAt: number,
  initial = burst,
): TokenBucket {
  let tokens = initial;
  let current = rate;
  let refilledAt = startedAt;

  function refill(now: number): void {
    const seconds = Math.max(0, now - refilledAt) / 1000;
    // After a 429 it is in the future: nothing is refilled during the pause.
    if (seconds === 0) return;
    current = Math.min(rate, current + seconds * rate * RECOVERY_PER_SECOND);
    tokens = Math.min(burst, tokens + seconds * current);
    refilledAt = now;
  }

  return {
    available(now) {
      refill(now);
      return Math.floor(tokens);
    },
    take(now) {
      refill(now);
      tokens -= 1;
    },
    msUntil(count, now) {
      refill(now);
      const pause = Math.max(0, refilledAt - now);
      return tokens >= count ? pause : pause + ((count - tokens) / current) * 1000;
    },
    slowDown(now, pauseMs) {
      refill(now);
      current = Math.max(rate * FLOOR, current * SLOWER);
      tokens = Math.min(tokens, 0);
      refilledAt = Math.max(refilledAt, now + pauseMs);
    },
  };
}
