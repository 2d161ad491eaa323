import { setTimeout as sleep } from 'node:timers/promises';
import { type HeldLock, LockNotShared, LockTimeout, type WriteLock } from '../../locks/write-lock.ts';
import { RedisFailure } from '../connection/commands.ts';
import { LOCK, LOCKED, RENEW_LOCK, UNLOCK } from '../scripts/locks.ts';
import { CHANGING } from '../scripts/lua.ts';
import type { Invalidations } from './invalidations.ts';
import {
  invalidateLater,
  lockKey,
  type LockHolder,
  markLost,
  type SharedWrites,
  versionsKey,
} from './shared-writes.ts';

/** Between two tries for a lock that another process holds; a random part of it is added. */
const RETRY_MS = 15;
export const retryDelayMs = (): number => RETRY_MS * (1 + 2 * Math.random());

/** Redis was unavailable when the lock was requested. */
const LOCAL_LOCK: HeldLock = {
  requireExclusive() {
    throw new LockNotShared();
  },
  isExclusive: () => false,
};

const heldLockOf = (holder: LockHolder): HeldLock => ({
  requireExclusive() {
    holder.needsExclusive = true;
  },
  isExclusive: () => holder.isExclusive,
});

async function release(writes: SharedWrites, restApiId: string, token: string): Promise<void> {
  const { scope } = writes;
  const reply = await scope.runIfUp(UNLOCK, [lockKey(scope, restApiId)], [token]);
  if (reply === undefined) invalidateLater(writes, restApiId, token);
}

/**
 * Acquires a lock in Redis, when no write is in flight, with or without its lock. False where Redis is unavailable; throws
 * LockTimeout where the time is not enough.
 */
export async function acquireLock(
  writes: SharedWrites,
  restApiId: string,
  timeLeftMs: () => number,
  token: string,
): Promise<boolean> {
  const { scope, leaseMs } = writes;
  let answer: unknown;
  for (;;) {
    if (!scope.isUp()) {
      if (answer === LOCKED.busy) invalidateLater(writes, restApiId, token);
      return false;
    }
    try {
      const keys = [lockKey(scope, restApiId), versionsKey(scope, restApiId)];
      [answer] = await scope.run(LOCK, keys, [token, leaseMs]);
    } catch (error) {
      if (!(error instanceof RedisFailure)) throw error;
      // Redis may have executed it all the same: the lock is released when Redis is available again.
      invalidateLater(writes, restApiId, token);
      return false;
    }
    if (answer === LOCKED.free) return true;
    const delayMs = retryDelayMs();
    if (delayMs > timeLeftMs()) {
      if (answer === LOCKED.busy) await release(writes, restApiId, token);
      throw new LockTimeout();
    }
    await sleep(delayMs);
  }
}

async function renew(writes: SharedWrites, holder: LockHolder): Promise<void> {
  const { scope, heldLocks, leaseMs } = writes;
  const { restApiId, token } = holder;
  const reply = await scope.runIfUp(RENEW_LOCK, [lockKey(scope, restApiId)], [token, leaseMs]);
  if (reply?.[0] === 0 && heldLocks.get(restApiId) === holder) markLost(writes, holder);
}

/** One writer at a time for each REST API, of all processes. The shared lock is acquired under that of this process. */
export function createSharedLock(
  writes: SharedWrites,
  invalidations: Invalidations,
  localLock: WriteLock,
): WriteLock {
  const { scope, heldLocks, leaseMs } = writes;
  return (restApiId, deadline, work) =>
    localLock(restApiId, deadline, async () => {
      const token = `${scope.nonce()}/${leaseMs}`;
      if (!(await acquireLock(writes, restApiId, deadline.timeLeftMs, token))) return work(LOCAL_LOCK);
      const holder: LockHolder = {
        ...{ restApiId, token, isAnnounced: false, hasWritten: false },
        ...{ needsExclusive: false, isExclusive: true, isLost: false },
      };
      heldLocks.set(restApiId, holder);
      const renewal = setInterval(() => void renew(writes, holder), leaseMs / 4).unref();
      try {
        return await work(heldLockOf(holder));
      } finally {
        clearInterval(renewal);
        // The outcome of the announced write is unknown.
        if (holder.isAnnounced) await invalidations.settle(restApiId, CHANGING);
        heldLocks.delete(restApiId);
        await release(writes, restApiId, token);
      }
    });
}
