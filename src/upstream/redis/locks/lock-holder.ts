import type { Logger } from '../../../app/logger.ts';

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
  /** Redis has lost the lock. */
  isLost: boolean;
  /** Redis has lost the lock: its key was evicted or deleted, or its lease has ended. */
  readonly markLost: () => void;
}

/** The locks that this process holds, by REST API. */
export type HeldLocks = Map<string, LockHolder>;

export function createLockHolder(restApiId: string, token: string, logger: Logger): LockHolder {
  const holder: LockHolder = {
    restApiId,
    token,
    isAnnounced: false,
    hasWritten: false,
    needsExclusive: false,
    isExclusive: true,
    isLost: false,
    markLost() {
      if (holder.isLost) return;
      holder.isLost = true;
      logger.warn({ restApiId }, 'a write lock was lost: Redis has dropped its key, or its lease has ended');
    },
  };
  return holder;
}
