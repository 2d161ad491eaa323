import { type AwsRegion, type ClientOptions, createClient, regionOf } from './calls/client.ts';
import { openSession, type SessionOptions, type UpstreamSession } from './calls/session.ts';
import { createRateLimiter, type RateLimiterOptions, type RateLimiterState } from './limiter/rate-limiter.ts';
import { createWriteLock, type WriteLock } from './locks/write-lock.ts';
import type { SharedRedis, Sharing } from './redis/index.ts';
import { targetName } from './target-name.ts';

/** One target of the gateway: an account in a Region, with its own client, rate limiter and locks. */
export interface Upstream {
  readonly region: AwsRegion;
  readonly lock: WriteLock;
  readonly session: (options: SessionOptions) => UpstreamSession;
  /** The rate limiter at this moment. */
  readonly limiter: () => RateLimiterState;
  /** Whether a call would have to wait. */
  readonly isLimiterExhausted: () => boolean;
  /** What must work before a call can be made. None of the checks makes one. */
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>;
  /** What it shares with other processes; undefined without Redis. */
  readonly sharing: Sharing | undefined;
  readonly close: () => void;
}

export interface UpstreamOptions extends Omit<ClientOptions, 'connectionTimeoutMs'> {
  /** For a connection, its TLS handshake included; shorter ones are for tests. */
  readonly connectionTimeoutMs?: number | undefined;
  /** For one attempt, its answer's last byte included. */
  readonly requestTimeoutMs: number;
  /** For all that one request does upstream. */
  readonly deadlineMs: number;
  /** Before the first retry of a call; each further retry waits twice as long. */
  readonly retryDelayMs?: number | undefined;
  /** The gateway's share of the account's request rate, in calls per second, and its burst. */
  readonly rate: number;
  readonly burst: number;
  /** Operations with a limit of their own; AWS's by default. */
  readonly ownLimits?: RateLimiterOptions['ownLimits'];
  /** How long entries of the cache are fresh, and how long they may be served stale. */
  readonly ttlMs: number;
  readonly staleMs: number;
  /** The Redis through which processes share cache, rate limiter and locks. */
  readonly redis?: SharedRedis | undefined;
}

/** The lease of a lock in Redis is computed from it (docs/coordination.md). */
const CONNECTION_TIMEOUT_MS = 3000;
/** Longer than AWS usually takes. */
const MIN_CALL_MS = 500;
/** AWS allows one in five seconds (stage-api.md, section 9). */
const OWN_LIMITS = { CreateDeployment: { rate: 0.2, burst: 1 } };

/** Connects to AWS, or to another `endpoint`. Undefined when no Region is configured. */
export async function createUpstream(options: UpstreamOptions): Promise<Upstream | undefined> {
  const { rate, burst, requestTimeoutMs, connectionTimeoutMs = CONNECTION_TIMEOUT_MS } = options;
  const client = createClient({ ...options, connectionTimeoutMs });
  const region = await regionOf(client);
  if (region === undefined) return undefined;
  const limits = { rate, burst, ownLimits: options.ownLimits ?? OWN_LIMITS };
  const localLock = createWriteLock();
  const identify = async () => targetName(region, options.endpoint, await client.config.credentials());
  const durations = { ...options, connectionTimeoutMs };
  const sharing = await options.redis?.share({ ...durations, identify, limits, localLock });
  const minCallMs = Math.min(MIN_CALL_MS, requestTimeoutMs);
  const limiter = createRateLimiter({ ...limits, minCallMs, tokens: sharing?.tokens });
  const { deadlineMs, retryDelayMs } = options;
  const { fence } = sharing ?? {};
  const shared = { client, limiter, fence, deadlineMs, requestTimeoutMs, retryDelayMs };
  return {
    region,
    lock: sharing?.lock ?? localLock,
    session: (session) => openSession(shared, session),
    limiter: () => limiter.state(),
    isLimiterExhausted: () => limiter.isExhausted(),
    sharing,
    checks: {
      credentials: () => client.config.credentials(),
      ...(sharing === undefined ? {} : { redis: sharing.check }),
    },
    close() {
      limiter.close();
      client.destroy();
      sharing?.close();
    },
  };
}
