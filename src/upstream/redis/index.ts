import type { LocalCache, ReadThroughCache } from '../../cache/cache.ts';
import type { Memory } from '../../cache/memory.ts';
import type { Limits, TokenSource } from '../limiter/tokens.ts';
import type { Fence } from '../locks/fence.ts';
import type { WriteLock } from '../locks/write-lock.ts';
import { createLookUp } from './cache/lookups.ts';
import { createSharedCache } from './cache/shared-cache.ts';
import { RedisFailure } from './client.ts';
import { connectRedis, type RedisConnectionOptions } from './connection.ts';
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
  readonly tokens: (changed: () => void) => TokenSource;
  /** A cache whose entries all processes share, on top of the local one. */
  readonly cache: <Value extends object>(
    local: LocalCache<Value>,
    complete: (value: Value) => Value,
    memory: Memory,
  ) => ReadThroughCache<Value>;
  readonly state: () => SharingState;
  /** Fails while Redis cannot be used. */
  readonly check: () => Promise<void>;
  readonly close: () => void;
}

export interface SharingOptions {
  /** Gives the target's name; called again until it is known. */
  readonly identify: () => Promise<string>;
  readonly limits: Limits;
  readonly localLock: WriteLock;
  readonly requestTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly ttlMs: number;
  readonly staleMs: number;
}

/** The Redis of the process: one connection, and a cheap scope for each target. */
export type SharedRedis = ReturnType<typeof createSharedRedis>;

/** A version lives so much longer than the entries of it. */
const VERSION_GRACE_MS = 60_000;

/** Connects. While Redis is unavailable every part falls back to the state of this process. */
export function createSharedRedis(options: RedisOptions) {
  const { release, logger, times = writeTimes } = options;
  const connection = connectRedis(options);
  return {
    /** Resolves when it is known whether Redis can be used: a process must not spend the whole rate limit before that. */
    async share(target: SharingOptions): Promise<Sharing> {
      const { identify, limits, localLock, ttlMs, staleMs, requestTimeoutMs, connectionTimeoutMs } = target;
      const scope = createRedisScope(connection, { identify, logger });
      const versionLifeMs = ttlMs + staleMs + VERSION_GRACE_MS;
      const permitMs = times.pauseMs + connectionTimeoutMs;
      // A request that is sent at the end of its permit must end before another process can hold the lock.
      const leaseMs = permitMs + requestTimeoutMs + times.leaseMarginMs;
      const writes = createSharedWrites({ scope, logger, permitMs, leaseMs, versionLifeMs });
      const invalidations = createInvalidations(writes);
      const shared = createSharedTokens(scope, limits);
      const lookUp = createLookUp(scope, shared.observe);
      const common = { scope, lookUp, invalidations, release, ttlMs, staleMs, versionLifeMs };
      await scope.ready();
      return {
        lock: createSharedLock(writes, invalidations, localLock),
        fence: createWriteFence(writes),
        tokens: shared.tokens,
        cache: (local, complete, memory) => createSharedCache({ ...common, local, complete, memory }),
        state: () => ({ isUp: scope.isUp(), processes: shared.processes(), outages: scope.outages() }),
        check: () =>
          scope.isUp() ? Promise.resolve() : Promise.reject(new RedisFailure('Redis is unavailable')),
        close: () => scope.close(),
      };
    },
    close: () => connection.close(),
  };
}
