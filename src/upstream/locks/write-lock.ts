import type { Deadline } from '../time/deadline.ts';
import { withinMs } from '../time/time-limit.ts';

/** The lock was not acquired before the deadline; the work was not started. */
export class LockTimeout extends Error {
  override readonly name = 'LockTimeout';
}

/** The work needs a lock that other processes share, and there is none at the moment; nothing was sent. */
export class LockNotShared extends Error {
  override readonly name = 'LockNotShared';
}

/** The lock as the work under it sees it. */
export interface HeldLock {
  /** Nothing is sent from now on unless all other writers are excluded. Throws LockNotShared where they are not. */
  readonly requireExclusive: () => void;
  /** Whether all other writers were excluded until now, as far as known. */
  readonly isExclusive: () => boolean;
}

/** Runs `work` when no other work on the same API is in progress, in the order of the calls. */
export type WriteLock = <Result>(
  restApiId: string,
  deadline: Deadline,
  work: (lock: HeldLock) => Promise<Result>,
) => Promise<Result>;

/** Without other processes the lock is always exclusive. */
const EXCLUSIVE: HeldLock = { requireExclusive: () => undefined, isExclusive: () => true };

/**
 * One writer at a time for each REST API: AWS answers concurrent writes with ConflictException, and no other write may
 * come between the read and the write of a change. Readers do not wait.
 */
export function createWriteLock(): WriteLock {
  const tails = new Map<string, Promise<void>>();
  return async (restApiId, deadline, work) => {
    const previous = tails.get(restApiId) ?? Promise.resolve();
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const tail = previous.then(() => released);
    tails.set(restApiId, tail);
    // Not when this caller times out: the next writer must still wait for the ones before.
    void tail.then(() => {
      if (tails.get(restApiId) === tail) tails.delete(restApiId);
    });
    try {
      await withinMs(deadline.timeLeftMs(), previous, () => {
        throw new LockTimeout();
      });
      return await work(EXCLUSIVE);
    } finally {
      release();
    }
  };
}
