/** Permission to send one attempt at a write. docs/coordination.md has the states of the lock and the announcement. */
export interface Permit {
  /** Throws once the lock's lease may have expired. Called immediately before the request. */
  readonly assertLeaseValid: () => void;
  /** The write was certainly not executed. */
  readonly withdraw: () => Promise<void>;
}

/** An attempt at a write. */
export interface WriteAttempt {
  readonly operation: string;
  readonly restApiId: string;
  /**
   * The write must not be sent if the lock was lost meanwhile: it depends on a read under the lock, or an earlier attempt
   * may have been executed, and a second one would undo later writes of other processes.
   */
  readonly dependsOnLock: boolean;
  readonly timeLeftMs: () => number;
}

/**
 * Called before every attempt at a write where other processes write as well. Acquires a lost lock again; a write that
 * depends on the lock fails with CONFLICT then.
 */
export type Fence = (attempt: WriteAttempt) => Promise<Permit>;
