import { setTimeout as sleep } from 'node:timers/promises';
import { UpstreamError } from '../../../errors/upstream-error.ts';
import type { Fence, Permit, WriteAttempt } from '../../locks/fence.ts';
import { LockTimeout } from '../../locks/write-lock.ts';
import { ANNOUNCE, ANNOUNCED, WITHDRAW } from '../scripts/locks.ts';
import { acquireLock, retryDelayMs } from './shared-lock.ts';
import {
  invalidateLater,
  lockKey,
  type LockHolder,
  markLost,
  type SharedWrites,
  versionsKey,
} from './shared-writes.ts';

const notSent = (operation: string, reason: string): UpstreamError =>
  new UpstreamError({ failure: 'CONFLICT', operation, awsMessage: `not sent: ${reason}` });

const lostLock = (operation: string): UpstreamError =>
  notSent(operation, 'the lock of the API was lost meanwhile');

/** Expires by either clock: one of them stops while the machine is suspended. */
function timedPermit(operation: string, permitMs: number, withdraw: () => Promise<void>): Permit {
  const monotonic = performance.now();
  const wall = Date.now();
  return {
    assertLeaseValid() {
      const elapsed = Math.max(performance.now() - monotonic, Date.now() - wall);
      if (elapsed > permitMs) throw lostLock(operation);
    },
    withdraw,
  };
}

/** For a write while Redis is unavailable. `hasWaited`: it has waited for the write of another process. */
function localPermit(
  { operation, dependsOnLock }: WriteAttempt,
  holder: LockHolder | undefined,
  hasWaited: boolean,
): Permit {
  const isOvertaken = hasWaited || holder?.isLost === true;
  // What is read from now on does not depend on that lock.
  if (holder !== undefined) holder.isLost = false;
  // Another process may have written since: the caller reads again, or the outcome is unknown.
  if (isOvertaken && dependsOnLock) throw lostLock(operation);
  if (holder?.needsExclusive === true) throw notSent(operation, 'the lock of the API is not shared');
  if (holder !== undefined) holder.isExclusive = false;
  return { assertLeaseValid: () => undefined, withdraw: () => Promise.resolve() };
}

/** Announces each attempt at a write in Redis, so that no other process writes, or stores what it has read before. */
export function createWriteFence(writes: SharedWrites): Fence {
  const { scope, heldLocks, permitMs, leaseMs } = writes;

  function withoutRedis(attempt: WriteAttempt, hasWaited: boolean): Permit {
    // Redis may have executed the last command although its reply is missing.
    invalidateLater(writes, attempt.restApiId);
    return localPermit(attempt, heldLocks.get(attempt.restApiId), hasWaited);
  }

  /** The lock was lost: Redis was flushed, has evicted it, or this process paused for longer than the lease. */
  async function regain(holder: LockHolder, attempt: WriteAttempt): Promise<Permit> {
    const { restApiId, operation, dependsOnLock, timeLeftMs } = attempt;
    markLost(writes, holder);
    const isAcquired = await acquireLock(writes, restApiId, timeLeftMs, holder.token).catch(
      (error: unknown) => {
        // LockTimeout says that nothing was sent, but an earlier attempt may have been executed.
        throw error instanceof LockTimeout ? lostLock(operation) : error;
      },
    );
    if (!isAcquired) return withoutRedis(attempt, false);
    holder.isLost = false;
    // Another process may have written since: the caller reads again, or the outcome is unknown.
    if (dependsOnLock) throw lostLock(operation);
    if (holder.hasWritten) holder.isExclusive = false;
    return announce(attempt, false);
  }

  async function announce(attempt: WriteAttempt, hasWaited: boolean): Promise<Permit> {
    const { operation, restApiId, dependsOnLock } = attempt;
    const holder = heldLocks.get(restApiId);
    if (holder === undefined || !scope.isUp()) return withoutRedis(attempt, hasWaited);
    const { token } = holder;
    const versions = versionsKey(scope, restApiId);
    const permit = timedPermit(operation, permitMs, async () => {
      holder.isAnnounced = false;
      if ((await scope.runIfUp(WITHDRAW, [versions], [token])) === undefined)
        invalidateLater(writes, restApiId);
    });
    const wasAnnounced = holder.isAnnounced;
    holder.isAnnounced = true;
    const reply = await scope.runIfUp(ANNOUNCE, [lockKey(scope, restApiId), versions], [token, leaseMs]);
    if (reply?.[0] === ANNOUNCED.announced) {
      if (!hasWaited || !dependsOnLock) return permit;
      if (!wasAnnounced) await permit.withdraw();
      throw notSent(operation, 'another change of the API has been in progress since it was read');
    }
    holder.isAnnounced = wasAnnounced;
    if (reply === undefined) return withoutRedis(attempt, hasWaited);
    if (reply[0] === ANNOUNCED.lost) return regain(holder, attempt);
    // The announced write of another process may be in flight until its lease ends.
    const delayMs = retryDelayMs();
    if (delayMs > attempt.timeLeftMs()) {
      throw notSent(operation, 'another change of the API is still in progress');
    }
    await sleep(delayMs);
    return announce(attempt, true);
  }

  return (attempt) => announce(attempt, false);
}
