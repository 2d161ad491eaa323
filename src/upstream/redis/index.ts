import type { LocalCache, ReadThroughCache } from '../../cache/cache.ts';
import type { ReadThroughCacheOptions } from '../../cache/read-through-cache.ts';
import type { Limits, TokenSource } from '../limiter/tokens.ts';
import type { Fence } from '../locks/fence.ts';
import type { WriteLock } from '../locks/write-lock.ts';
import { createLookUp, type ObservedBucket } from './cache/lookups.ts';
import { createSharedCache } from './cache/shared-cache.ts';
import { RedisFailure } from './connection/commands.ts';
import { connectRedis, type RedisConnectionOptions } from './connection/connection.ts';
import { createSharedTokens } from './limiter/shared-tokens.ts';
import { createInvalidations } from './locks/invalidations.ts';
import { createSharedLock } from './locks/shared-lock.ts';
import { createSharedWrites, type WriteTimes, writeTimes } from './locks/shared-writes.ts';
import { createWriteFence } from './locks/write-fence.ts';
import { createRedisScope } from './scope.ts';

/** Where Redis is, and what this process stores in it. */
export interface RedisOptions extends RedisConnectionOptions {
  /** The release of the program: entries of another release are not read. */
  readonly release: string;
  /** Shorter ones, for tests. */
  readonly times?: WriteTimes | undefined;
}

/** What this process knows of the others. */
export interface SharingState {
  /** Whether Redis answers; if not, this process uses local state. */
  readonly isUp: boolean;
  /** How many processes there are, this one included, as far as it knows. */
  readonly processes: number;
  /** How often Redis was lost since the start. */
  readonly outages: number;
}

/** The state of one target that all processes share. */
export interface Sharing {
  readonly lock: WriteLock;
  readonly fence: Fence;
  /** A cache whose entries all processes share, on top of the local one. */
  readonly cache: <Value extends object>(
    local: LocalCache<Value>,
    complete: (value: Value) => Value,
    options: Pick<ReadThroughCacheOptions, 'memory' | 'ttlMs' | 'isImmutable'>,
  ) => ReadThroughCache<Value>;
  /** Resolves when it is known whether Redis can be used: a process must not spend the whole rate limit before that. */
  readonly ready: Promise<void>;
  /** Whether Redis can be used for this target; if not, local state is. */
  readonly isUp: () => boolean;
  readonly close: () => void;
}

/** The tokens of one account that all processes share. */
export interface SharedTokens {
  readonly tokens: (changed: () => void) => TokenSource;
  /** Lookups of the cache read the state of the bucket as well. */
  readonly bucket: ObservedBucket;
  readonly ready: Promise<void>;
  readonly close: () => void;
}

export interface TokenOptions {
  /** Gives the name of the account; called again until it is known. */
  readonly identify: () => Promise<string>;
  readonly limits: Limits;
}

export interface SharingOptions {
  /** Gives the target's name; called again until it is known. */
  readonly identify: () => Promise<string>;
  readonly localLock: WriteLock;
  /** Those of the target's account. */
  readonly tokens: SharedTokens;
  readonly requestTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly ttlMs: number;
  readonly staleMs: number;
}

/** The Redis of the process: one connection, and a cheap scope for each target. */
export type SharedRedis = ReturnType<typeof createSharedRedis>;

/** A version lives so much longer than the entries of it. */
const VERSION_GRACE_MS = 60_000;
/** The longest life of an entry in Redis, which must be able to evict what no process uses any more. */
const MAX_TTL_MS = 30 * 24 * 3_600_000;

/** Connects. While Redis is unavailable every part falls back to the state of this process. */
export function createSharedRedis(options: RedisOptions) {
  const { release, logger, times = writeTimes } = options;
  const connection = connectRedis(options);
  /** How many processes share each rate limiter. */
  const processes = new Set<() => number>();
  return {
    tokens({ identify, limits }: TokenOptions): SharedTokens {
      // The targets of the account log when they can use Redis.
      const scope = createRedisScope(connection, { identify, logger: undefined });
      const shared = createSharedTokens(scope, limits);
      processes.add(shared.processes);
      return {
        tokens: shared.tokens,
        bucket: { key: () => (scope.isUp() ? scope.key('bucket') : undefined), observe: shared.observe },
        ready: scope.ready(),
        close() {
          processes.delete(shared.processes);
          scope.close();
        },
      };
    },
    share(target: SharingOptions): Sharing {
      const { identify, tokens, localLock, ttlMs, staleMs, requestTimeoutMs, connectionTimeoutMs } = target;
      const scope = createRedisScope(connection, { identify, logger });
      const versionLifeMs = ttlMs + staleMs + VERSION_GRACE_MS;
      const permitMs = times.pauseMs + connectionTimeoutMs;
      // A request that is sent at the end of its permit must end before another process can hold the lock.
      const leaseMs = permitMs + requestTimeoutMs + times.leaseMarginMs;
      const writes = createSharedWrites({ scope, logger, permitMs, leaseMs, versionLifeMs });
      const invalidations = createInvalidations(writes);
      const lookUp = createLookUp(scope, tokens.bucket);
      const common = { scope, lookUp, invalidations, release, staleMs };
      return {
        lock: createSharedLock(writes, invalidations, localLock),
        fence: createWriteFence(writes),
        cache(local, complete, { memory, isImmutable = false, ...own }) {
          const ownTtlMs = Math.min(own.ttlMs, MAX_TTL_MS);
          const lives = { ttlMs: ownTtlMs, versionLifeMs: ownTtlMs + staleMs + VERSION_GRACE_MS };
          return createSharedCache({ ...common, ...lives, local, complete, memory, isImmutable });
        },
        isUp: scope.isUp,
        ready: Promise.all([tokens.ready, scope.ready()]).then(() => undefined),
        close: () => scope.close(),
      };
    },
    state: (): SharingState => ({
      isUp: connection.isUp(),
      processes: Math.max(1, ...[...processes].map((count) => count())),
      outages: connection.outages(),
    }),
    /** Fails while Redis cannot be used. */
    check: () =>
      connection.isUp() ? Promise.resolve() : Promise.reject(new RedisFailure('Redis is unavailable')),
    close: () => connection.close(),
  };
}
