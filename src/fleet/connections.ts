import { createHash } from 'node:crypto';
import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import type { StageTargetBudget } from '../__generated__/types.ts';
import { createTargetCache } from '../cache/index.ts';
import { createMemory } from '../cache/memory.ts';
import {
  type AccountLimiter,
  type AccountLimiterOptions,
  createAccountLimiter,
} from '../upstream/account-limiter.ts';
import { isAwsUrl } from '../upstream/calls/aws-host.ts';
import { createUpstream, type UpstreamTimes } from '../upstream/index.ts';
import type { RedisOptions, SharedRedis } from '../upstream/redis/index.ts';
import type { ConnectedTarget, ObservedLimiter } from './fleet.ts';
import type { Target } from './target.ts';

/** What the connections of all targets share. */
export interface ConnectionOptions extends UpstreamTimes {
  /** The gateway's share of an account's request rate, in calls per second, and its burst. */
  readonly rate: number;
  readonly burst: number;
  /** Operations with a limit of their own; AWS's by default. */
  readonly operationLimits?: AccountLimiterOptions['operationLimits'];
  /** The Redis that processes share; undefined: this process is alone. */
  readonly redis?: RedisOptions | undefined;
}

/** The rate limiter that a target uses. Targets with the same name share it. */
export interface LimiterSettings {
  readonly name: string;
  readonly account: string;
  /** Undefined: it is that of the whole account. */
  readonly region: string | undefined;
  readonly rate: number;
  readonly burst: number;
  /** Its name in Redis, which is asked for until it is known. */
  readonly identify: () => Promise<string>;
}

export interface TargetConnection {
  readonly target: Target;
  readonly client: APIGatewayClient;
  readonly limiter: LimiterSettings;
  readonly isProtected: ConnectedTarget['isProtected'];
  /** Undefined: AWS's own. */
  readonly endpoint: string | undefined;
  /** The target's name in Redis, which is asked for until it is known. */
  readonly identify: () => Promise<string>;
}

/** All caches of the process together. 6 000 stages with many settings take about 20 MB. */
const MEMORY_BYTES = 128 * 1024 * 1024;

/** Emulators are started anew, with the ids that they had before. */
const EMULATOR_IMMUTABLE_TTL_MS = 3_600_000;

/** Beyond the deadline of the last request that can use a connection. */
const CLOSE_GRACE_MS = 1000;

/** A process without Redis loads nothing of it. */
async function openRedis(options: RedisOptions | undefined): Promise<SharedRedis | undefined> {
  if (options === undefined) return undefined;
  const { createSharedRedis } = await import('../upstream/redis/index.ts');
  return createSharedRedis(options);
}

/**
 * A name in Redis: the state of two accounts, Regions or endpoints is never mixed. The account is the hash tag: all keys
 * of an account are on the same shard of a cluster.
 */
export function redisName(
  partition: string,
  region: string,
  account: string,
  endpoint: string | undefined,
): string {
  const names = [partition, region, `{${account}}`];
  if (endpoint !== undefined)
    names.push(createHash('sha256').update(endpoint).digest('base64url').slice(0, 16));
  return names.join('/');
}

/** What all targets of the process share: the memory of the caches, the connection to Redis, the rate limiters of accounts. */
export async function createConnections(options: ConnectionOptions) {
  const { ttlMs, staleMs } = options;
  const redis = await openRedis(options.redis);
  const memory = createMemory(MEMORY_BYTES);
  const limiters = new Map<string, AccountLimiter & LimiterSettings>();

  /** Requests that have begun may use it until their deadline. */
  const closeLater = (close: () => void): void =>
    void setTimeout(close, options.deadlineMs + CLOSE_GRACE_MS).unref();

  function limiterFor(settings: LimiterSettings): AccountLimiter {
    const known = limiters.get(settings.name);
    if (known?.rate === settings.rate && known.burst === settings.burst) return known;
    const { requestTimeoutMs, operationLimits } = options;
    const created = createAccountLimiter({ ...settings, requestTimeoutMs, operationLimits, redis });
    limiters.set(settings.name, { ...settings, ...created });
    if (known !== undefined) closeLater(known.close);
    return created;
  }

  function budgetOf(settings: LimiterSettings): StageTargetBudget & Pick<ObservedLimiter, 'queued'> {
    const { rate, burst, name } = settings;
    const limiter = limiters.get(name)?.limiter;
    const { tokens, waiting: queued } = limiter?.state() ?? { tokens: burst, waiting: {} };
    const waiting = Object.values(queued).reduce((sum, count) => sum + count, 0);
    const estimatedWaitSeconds = (limiter?.waitMs() ?? 0) / 1000;
    return { rate, burst, available: tokens, waiting, estimatedWaitSeconds, queued };
  }

  return {
    open(connection: TargetConnection): ConnectedTarget {
      const { target, client, limiter, isProtected, endpoint, identify } = connection;
      const accountLimiter = limiterFor(limiter);
      const upstream = createUpstream({ ...options, client, accountLimiter, redis, identify });
      const { isLimiterExhausted, sharing } = upstream;
      const isAws = endpoint === undefined || isAwsUrl(endpoint);
      const immutableTtlMs = isAws ? Infinity : EMULATOR_IMMUTABLE_TTL_MS;
      const times = { ttlMs, staleMs, immutableTtlMs };
      const cache = createTargetCache({ memory, ...times, isLimiterExhausted, sharing });
      return { target, upstream, cache, isProtected };
    },
    closeLater,
    /** Closes the rate limiters that have none of these names. */
    keepLimiters(names: ReadonlySet<string>): void {
      for (const [name, { close }] of limiters) {
        if (names.has(name)) continue;
        limiters.delete(name);
        closeLater(close);
      }
    },
    /** The rate limiter at this moment; a full one if no target of it is connected. */
    budgetOf,
    limiters: (): ObservedLimiter[] =>
      [...limiters.values()].map((settings) => ({ ...settings, ...budgetOf(settings) })),
    sharing: redis && (() => redis.state()),
    /** What must work before the gateway is ready. */
    checks: redis === undefined ? {} : { redis: () => redis.check() },
    async close(): Promise<void> {
      for (const limiter of limiters.values()) limiter.close();
      await redis?.close();
    },
  };
}

export type Connections = Awaited<ReturnType<typeof createConnections>>;
