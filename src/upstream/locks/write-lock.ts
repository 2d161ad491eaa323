import type { Deadline } from '../time/deadline.ts';
import { withinMs } from '../time/time-limit.ts';

/** The turn did not come before the deadline; the work was not begun. */
export class LockTimeout extends Error {
  override readonly name = 'LockTimeout';
}

/** Other processes cannot be kept from writing at the moment, and the work needs that; nothing was sent. */
export class LockNotShared extends Error {
  override readonly name = 'LockNotShared';
}

/** The lock as the work under it sees it. */
export interface HeldLock {
  /** From now on nothing is sent unless all other writers are kept out. Throws LockNotShared where they are not. */
  readonly requireExclusive: () => void;
  /** Whether all other writers were kept out until now, as far as can be told. */
  readonly isExclusive: () => boolean;
}

/** Runs `work` when no other work on the same API is under way, in the order of the calls. */
export type WriteLock = <Result>(
  restApiId: string,
  deadline: Deadline,
  work: (hold: HeldLock) => Promise<Result>,
) => Promise<Result>;

/** No other process writes. */
const ALONE: HeldLock = { requireExclusive: () => undefined, isExclusive: () => true };

/**
 * One writer at a time for each REST API: AWS answers writers that meet with a ConflictException, and a change that
 * reads first must not be overtaken between its read and its write. Readers do not wait.
 */
export function createWriteLock(): WriteLock {
  const tails = new Map<string, Promise<void>>();
  return async (restApiId, deadline, work) => {
    const turn = tails.get(restApiId) ?? Promise.resolve();
    let release: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => {
      release = resolve;
    });
    const tail = turn.then(() => mine);
    tails.set(restApiId, tail);
    // Not when this caller gives up: the writers before it are still at work, and the next one must wait for them.
    void tail.then(() => {
      if (tails.get(restApiId) === tail) tails.delete(restApiId);
    });
    try {
      await withinMs(deadline.timeLeftMs(), turn, () => {
        throw new LockTimeout();
      });
      return await work(ALONE);
    } finally {
      release();
    }
  };
}
