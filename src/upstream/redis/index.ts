import type { Logger } from '../../app/logger.ts';
import type { LocalCache, ReadThroughCache } from '../../cache/cache.ts';
import type { Memory } from '../../cache/memory.ts';
import type { Limits, TokenSource } from '../limiter/tokens.ts';
import type { Fence } from '../locks/fence.ts';
import type { WriteLock } from '../locks/write-lock.ts';
import { createLookUp } from './cache/lookups.ts';
import { createSharedCache } from './cache/shared-cache.ts';
import { RedisFailure } from './client.ts';
import { connectRedis } from './connection.ts';
import { createSharedTokens } from './limiter/shared-tokens.ts';
import { createSharedWrites, type WriteTimes, writeTimes } from './locks/shared-writes.ts';
import { createRedisScope } from './scope.ts';

/** Where Redis is, and what this process stores in it. */
export interface RedisOptions {
  /** redis: or rediss:, with user and password where it requires them. */
  readonly url: string;
  /** The prefix of all keys. */
  readonly prefix: string;
  /** For one command: a Redis that takes longer counts as lost. */
  readonly timeoutMs: number;
  /** The release of the program: entries of another release are not read. */
  readonly release: string;
  readonly logger: Logger;
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
export interface SharedRedis {
  /** Resolves when it is known whether Redis can be used: a process must not spend the whole rate limit before that. */
  readonly share: (options: SharingOptions) => Promise<Sharing>;
  readonly close: () => Promise<void>;
}

/** A version lives so much longer than the entries of it. */
const VERSION_GRACE_MS = 60_000;

/** Connects. While Redis is unavailable every part falls back to the state of this process. */
export function createSharedRedis(options: RedisOptions): SharedRedis {
  const { release, logger, times = writeTimes } = options;
  const connection = connectRedis(options);
  return {
    async share({ identify, limits, localLock, ttlMs, staleMs, requestTimeoutMs, connectionTimeoutMs }) {
      const scope = createRedisScope(connection, { identify, logger });
      const versionLifeMs = ttlMs + staleMs + VERSION_GRACE_MS;
      const timeouts = { requestTimeoutMs, connectionTimeoutMs };
      const writes = createSharedWrites({ scope, logger, localLock, ...timeouts, versionLifeMs, times });
      const shared = createSharedTokens(scope, limits);
      const lookUp = createLookUp(scope, shared.observe);
      const common = {
        scope,
        lookUp,
        invalidations: writes.invalidations,
        release,
        ttlMs,
        staleMs,
        versionLifeMs,
      };
      await scope.ready();
      return {
        lock: writes.lock,
        fence: writes.fence,
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
