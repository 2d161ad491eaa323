import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import type { AccountLimiter } from './account-limiter.ts';
import { CONNECTION_TIMEOUT_MS } from './calls/client.ts';
import { openSession, type SessionOptions, type UpstreamSession } from './calls/session.ts';
import type { RateLimiterState } from './limiter/rate-limiter.ts';
import { createWriteLock, type WriteLock } from './locks/write-lock.ts';
import type { SharedRedis, Sharing } from './redis/index.ts';

/** One target of the gateway: an account in a Region, with its own client and locks. */
export interface Upstream {
  readonly lock: WriteLock;
  /**
   * Undefined as soon as it is known what other processes share: before that, a read would not find what they have cached,
   * and a call could exceed the rate limit.
   */
  readonly joining: () => Promise<void> | undefined;
  readonly session: (options: SessionOptions) => UpstreamSession;
  /** The rate limiter at this moment. */
  readonly limiter: () => RateLimiterState;
  /** Whether a call would have to wait. */
  readonly isLimiterExhausted: () => boolean;
  /** Fails if the client has no credentials. Makes no call to the control plane. */
  readonly checkCredentials: () => Promise<unknown>;
  /** What it shares with other processes; undefined without Redis. */
  readonly sharing: Sharing | undefined;
  readonly close: () => void;
}

/** The durations of calls and caches, the same for all targets. */
export interface UpstreamTimes {
  /** For a connection, its TLS handshake included; shorter ones are for tests. */
  readonly connectionTimeoutMs?: number | undefined;
  /** For one attempt, its answer's last byte included. */
  readonly requestTimeoutMs: number;
  /** For all that one request does upstream. */
  readonly deadlineMs: number;
  /** Before the first retry of a call; each further retry waits twice as long. */
  readonly retryDelayMs?: number | undefined;
  /** How long entries of the cache are fresh, and how long they may be served stale. */
  readonly ttlMs: number;
  readonly staleMs: number;
}

export interface UpstreamOptions extends UpstreamTimes {
  readonly client: APIGatewayClient;
  readonly accountLimiter: AccountLimiter;
  /** The Redis through which processes share cache and locks, and the target's name there, which is asked for until it is known. */
  readonly redis?: SharedRedis | undefined;
  readonly identify: () => Promise<string>;
}

/** Connects to AWS, or to another endpoint. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { client, accountLimiter, redis, identify } = options;
  const { deadlineMs, requestTimeoutMs, retryDelayMs, connectionTimeoutMs = CONNECTION_TIMEOUT_MS } = options;
  const { limiter, shared: tokens } = accountLimiter;
  const localLock = createWriteLock();
  const durations = { ...options, connectionTimeoutMs };
  const sharing = tokens && redis?.share({ ...durations, identify, localLock, tokens });
  let joining = sharing?.ready.then(() => {
    joining = undefined;
  });
  const shared = {
    ...{ client, limiter, fence: sharing?.fence, deadlineMs, requestTimeoutMs, retryDelayMs },
    joining: () => joining,
  };
  return {
    lock: sharing?.lock ?? localLock,
    joining: shared.joining,
    session: (session) => openSession(shared, session),
    limiter: () => limiter.state(),
    isLimiterExhausted: () => limiter.isExhausted(),
    sharing,
    checkCredentials: () => client.config.credentials(),
    close() {
      client.destroy();
      sharing?.close();
    },
  };
}
