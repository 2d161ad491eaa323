/** So many at once, so many per second in the long run. Time is given in milliseconds. */
export interface TokenBucket {
  /** Whole tokens at this moment. */
  available(now: number): number;
  take(now: number): void;
  /** How long until there are so many tokens; 0 when there are. */
  msUntil(count: number, now: number): number;
  /** AWS has answered 429 to a call that was granted then: others spend from the same account. */
  slowDown(now: number, pauseMs: number, grantedAt: number): void;
}

/** How much of its rate a slowed bucket wins back in a second. */
export const RECOVERY_PER_SECOND = 0.05;
/** However often AWS refuses, this part of the rate is tried. */
export const FLOOR = 0.1;
/** What is left of the rate by each 429. */
export const SLOWER = 0.5;

/**
 * A token bucket that halves its rate when it is told to slow down, empties, and recovers by itself: additive increase
 * and multiplicative decrease, as TCP shares a line among those who do not know of each other.
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
    // A pause after a refusal lies in the future: nothing flows until then.
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
