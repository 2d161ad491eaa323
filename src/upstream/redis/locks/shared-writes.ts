import type { Logger } from '../../../app/logger.ts';
import type { RedisScope } from '../scope.ts';
import { SETTLE, UNLOCK } from '../scripts/locks.ts';
import { CHANGING } from '../scripts/lua.ts';

/** A lock of a REST API that this process holds. */
export interface LockHolder {
  readonly restApiId: string;
  /** Stays the same when the lock was lost and acquired again, so that an announcement keeps its owner. */
  readonly token: string;
  /** A write was announced, and its outcome is not known yet. */
  isAnnounced: boolean;
  /** A write was sent under the lock, and its outcome is known. */
  hasWritten: boolean;
  /** Whether writes are refused unless other processes are kept out. */
  needsExclusive: boolean;
  /** Whether other processes were kept out until now. */
  isExclusive: boolean;
  /** Redis has lost the lock: its key was evicted or deleted, or its lease has ended. */
  isLost: boolean;
}

/** The writes of this process as all others see them. */
export interface SharedWrites {
  readonly scope: RedisScope;
  readonly logger: Logger;
  /** From the announcement of a write to its request: after a longer time it is not sent. */
  readonly permitMs: number;
  readonly leaseMs: number;
  /** How long a version is kept at least. */
  readonly versionLifeMs: number;
  /** The locks that this process holds, by REST API. */
  readonly heldLocks: Map<string, LockHolder>;
  /**
   * Invalidations that Redis could not receive, by REST API, with the tokens of locks that are to be released. They are
   * sent when Redis is available again, before anything else.
   */
  readonly pending: Map<string, string>;
}

export interface WriteTimes {
  /** The longest time from the announcement of a write to its request, besides the time for a connection. */
  readonly pauseMs: number;
  /** How much longer the lease lasts than a request that is sent at the last moment. */
  readonly leaseMarginMs: number;
}

export const writeTimes: WriteTimes = { pauseMs: 1500, leaseMarginMs: 500 };

export const lockKey = (scope: RedisScope, restApiId: string): string => scope.key('lock', restApiId);

/** Where the versions of an API and the announcement of its writer are. */
export const versionsKey = (scope: RedisScope, restApiId: string): string => scope.key('versions', restApiId);

/** The keys of scripts that may store an entry; by default they have none. */
export const writeKeys = (scope: RedisScope, restApiId: string, entryKey = scope.key('none')): string[] => [
  lockKey(scope, restApiId),
  versionsKey(scope, restApiId),
  entryKey,
];

/** Also releases the lock with this token; by default the one that was held at the time of the write. */
export function invalidateLater({ heldLocks, pending }: SharedWrites, restApiId: string, token?: string) {
  pending.set(restApiId, token ?? heldLocks.get(restApiId)?.token ?? pending.get(restApiId) ?? '');
}

export function markLost({ logger }: SharedWrites, holder: LockHolder): void {
  if (holder.isLost) return;
  holder.isLost = true;
  const { restApiId } = holder;
  logger.warn({ restApiId }, 'a write lock was lost: Redis has dropped its key, or its lease has ended');
}

/** Invalidates all kinds of the API. Its leases end whatever else was left undone. */
async function invalidateNow(writes: SharedWrites, restApiId: string, token: string): Promise<void> {
  const { scope, heldLocks, versionLifeMs } = writes;
  const args = [token, '', versionLifeMs, '', '', '', '', ...CHANGING];
  await scope.run(SETTLE, writeKeys(scope, restApiId), args);
  if (!heldLocks.has(restApiId)) await scope.run(UNLOCK, [lockKey(scope, restApiId)], [token]);
}

export function createSharedWrites(
  options: Pick<SharedWrites, 'scope' | 'logger' | 'permitMs' | 'leaseMs' | 'versionLifeMs'>,
): SharedWrites {
  const writes: SharedWrites = { ...options, heldLocks: new Map(), pending: new Map() };
  const { scope, pending } = writes;
  scope.beforeUp(async () => {
    for (const [restApiId, token] of pending) {
      // Deleted first: a write that ends meanwhile adds it again, and this loop reaches that one too.
      pending.delete(restApiId);
      try {
        await invalidateNow(writes, restApiId, token);
      } catch (error) {
        if (!pending.has(restApiId)) pending.set(restApiId, token);
        throw error;
      }
    }
  });
  return writes;
}
