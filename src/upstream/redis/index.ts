import type { Logger } from '../../app/logger.ts';
import type { LocalCache, ReadThroughCache } from '../../cache/read-through-cache.ts';
import type { CacheKind } from '../calls/observer.ts';
import type { Limits, TokenSource } from '../limiter/tokens.ts';
import type { Fence } from '../locks/fence.ts';
import type { WriteLock } from '../locks/write-lock.ts';
import { createLink, RedisFailure } from './connection.ts';
import { createLookAt } from './lookups.ts';
import { createSharedStore } from './shared-cache.ts';
import { createSharedTokens } from './shared-tokens.ts';
import { createSharedWrites, type WriteTimes, writeTimes } from './shared-writes.ts';

export { scopeOf } from './scope.ts';

/** How to reach the others. */
export interface RedisOptions {
  /** redis: or rediss:, with user and password where it asks for them. */
  readonly url: string;
  /** What all keys begin with. */
  readonly prefix: string;
  /** For one command: a Redis that takes longer is as good as none. */
  readonly timeoutMs: number;
  /** Of the program: what another one has stored is not read. */
  readonly release: string;
  readonly logger: Logger;
  /** Shorter ones, for tests. */
  readonly times?: WriteTimes | undefined;
}

/** What this process knows of those that it shares with. */
export interface SharingState {
  /** Whether Redis answers; if not, this process is on its own. */
  readonly isUp: boolean;
  /** How many processes there are, this one included, as far as it knows. */
  readonly processes: number;
  /** How often Redis has gone away since the start. */
  readonly outages: number;
}

/** What the processes of one account have in common. */
export interface Sharing {
  readonly lock: WriteLock;
  readonly fence: Fence;
  readonly tokens: (changed: () => void) => TokenSource;
  /** A store whose values all processes share, on top of that of this one. */
  readonly store: <Value extends object>(
    kind: CacheKind,
    local: LocalCache<Value>,
    inFull: (value: Value) => Value,
  ) => ReadThroughCache<Value>;
  readonly state: () => SharingState;
  /** Fails while Redis cannot be used. */
  readonly check: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface SharingOptions extends RedisOptions {
  readonly scope: () => Promise<string>;
  readonly limits: Limits;
  readonly localLock: WriteLock;
  readonly requestTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly ttlMs: number;
  readonly staleMs: number;
  readonly maxEntries: number;
}

/** A version lives so much longer than the entries that rest on it. */
const VERSION_GRACE_MS = 60_000;

/** Connects; where Redis is not there, and whenever it is away, every part is that of a single process. */
export async function createSharing(options: SharingOptions): Promise<Sharing> {
  const { limits, localLock, requestTimeoutMs, ttlMs, staleMs, release, maxEntries, logger } = options;
  const { connectionTimeoutMs, times = writeTimes } = options;
  const link = createLink(options);
  const versionLifeMs = ttlMs + staleMs + VERSION_GRACE_MS;
  const timeouts = { requestTimeoutMs, connectionTimeoutMs };
  const writes = createSharedWrites({ link, logger, localLock, ...timeouts, versionLifeMs, times });
  const shared = createSharedTokens(link, limits);
  const lookAt = createLookAt(link, shared.observe);
  const common = { link, lookAt, writes, release, ttlMs, staleMs, versionLifeMs, maxEntries };
  // Nobody shall spend alone what is there for all, only because it was faster than its connection.
  await link.ready();
  return {
    lock: writes.lock,
    fence: writes.fence,
    tokens: shared.tokens,
    store: (kind, local, inFull) => createSharedStore({ ...common, kind, local, inFull }),
    state: () => ({ isUp: link.isUp(), processes: shared.processes(), outages: link.outages() }),
    check: () =>
      link.isUp() ? Promise.resolve() : Promise.reject(new RedisFailure('Redis does not answer')),
    close: () => link.close(),
  };
}
