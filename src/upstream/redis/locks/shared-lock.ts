import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../app/logger.ts';
import { type HeldLock, LockNotShared, LockTimeout, type WriteLock } from '../../locks/write-lock.ts';
import { RedisFailure } from '../client.ts';
import type { RedisScope } from '../scope.ts';
import { CHANGING } from '../scripts/script.ts';
import { LOCK, LOCKED, RENEW_LOCK, UNLOCK } from '../scripts/writes.ts';
import { lockKey, versionsKey } from './api-keys.ts';
import type { Invalidations } from './invalidations.ts';
import { createLockHolder, type HeldLocks, type LockHolder } from './lock-holder.ts';
import type { PendingInvalidations } from './pending-invalidations.ts';

/** Acquires a lock in Redis. False where Redis is unavailable; throws LockTimeout where the time is not enough. */
export type AcquireLock = (restApiId: string, timeLeftMs: () => number, token: string) => Promise<boolean>;

export interface SharedLockOptions {
  readonly scope: RedisScope;
  readonly logger: Logger;
  readonly heldLocks: HeldLocks;
  readonly pending: PendingInvalidations;
  readonly invalidations: Invalidations;
  /** The lock of this process, under which the shared one is acquired. */
  readonly localLock: WriteLock;
  readonly leaseMs: number;
}

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

/** One writer at a time for each REST API, of all processes. */
export function createSharedLock(options: SharedLockOptions): { lock: WriteLock; acquire: AcquireLock } {
  const { scope, logger, heldLocks, pending, invalidations, localLock, leaseMs } = options;

  async function release(restApiId: string, token: string): Promise<void> {
    const reply = await scope.runIfUp(UNLOCK, [lockKey(scope, restApiId)], [token]);
    if (reply === undefined) pending.add(restApiId, token);
  }

  /** Resolves when no write is in flight, with or without its lock. */
  const acquire: AcquireLock = async (restApiId, timeLeftMs, token) => {
    const keys = () => [lockKey(scope, restApiId), versionsKey(scope, restApiId)];
    let answer: unknown;
    for (;;) {
      if (!scope.isUp()) {
        if (answer === LOCKED.busy) pending.add(restApiId, token);
        return false;
      }
      try {
        [answer] = await scope.run(LOCK, keys(), [token, leaseMs]);
      } catch (error) {
        if (!(error instanceof RedisFailure)) throw error;
        // Redis may have executed it all the same: the lock is released when Redis is available again.
        pending.add(restApiId, token);
        return false;
      }
      if (answer === LOCKED.free) return true;
      const delayMs = retryDelayMs();
      if (delayMs > timeLeftMs()) {
        if (answer === LOCKED.busy) await release(restApiId, token);
        throw new LockTimeout();
      }
      await sleep(delayMs);
    }
  };

  async function renew(holder: LockHolder): Promise<void> {
    const { restApiId, token } = holder;
    const reply = await scope.runIfUp(RENEW_LOCK, [lockKey(scope, restApiId)], [token, leaseMs]);
    if (reply?.[0] === 0 && heldLocks.get(restApiId) === holder) holder.markLost();
  }

  const lock: WriteLock = (restApiId, deadline, work) =>
    localLock(restApiId, deadline, async () => {
      const token = `${scope.nonce()}/${leaseMs}`;
      if (!(await acquire(restApiId, deadline.timeLeftMs, token))) return work(LOCAL_LOCK);
      const holder = createLockHolder(restApiId, token, logger);
      heldLocks.set(restApiId, holder);
      const renewal = setInterval(() => void renew(holder), leaseMs / 4).unref();
      try {
        return await work(heldLockOf(holder));
      } finally {
        clearInterval(renewal);
        // The outcome of the announced write is unknown.
        if (holder.isAnnounced) await invalidations.settle(restApiId, CHANGING);
        heldLocks.delete(restApiId);
        await release(restApiId, token);
      }
    });

  return { lock, acquire };
}
