import { createRateLimiter, type RateLimiter, type RateLimiterOptions } from './limiter/rate-limiter.ts';
import type { SharedRedis, SharedTokens } from './redis/index.ts';

/** The rate limiter of an account, which its Regions share. */
export interface AccountLimiter {
  readonly limiter: RateLimiter;
  /** The tokens that it shares with other processes; undefined without Redis. */
  readonly shared: SharedTokens | undefined;
  readonly close: () => void;
}

export interface AccountLimiterOptions {
  /** The gateway's share of the account's request rate, in calls per second, and its burst. */
  readonly rate: number;
  readonly burst: number;
  /** Operations with a limit of their own; AWS's by default. */
  readonly operationLimits?: RateLimiterOptions['operationLimits'] | undefined;
  /** For one attempt at a call. */
  readonly requestTimeoutMs: number;
  /** The Redis through which processes share it, and its name there, which is asked for until it is known. */
  readonly redis?: SharedRedis | undefined;
  readonly identify: () => Promise<string>;
}

/** Longer than AWS usually takes. */
const MIN_CALL_MS = 500;
/** AWS allows one in five seconds (stage-api.md, section 9). */
const OWN_LIMITS = { CreateDeployment: { rate: 0.2, burst: 1 } };

export function createAccountLimiter(options: AccountLimiterOptions): AccountLimiter {
  const { rate, burst, operationLimits = OWN_LIMITS, redis, identify, requestTimeoutMs } = options;
  const limits = { rate, burst, operationLimits };
  const shared = redis?.tokens({ identify, limits });
  const minCallMs = Math.min(MIN_CALL_MS, requestTimeoutMs);
  const limiter = createRateLimiter({ ...limits, minCallMs, tokens: shared?.tokens });
  return {
    limiter,
    shared,
    close() {
      limiter.close();
      shared?.close();
    },
  };
}
