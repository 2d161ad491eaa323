/** Permission to send one attempt at a write. */
export interface Permit {
  /** Throws after so much time that another process may hold the API's lock. Called immediately before the request. */
  readonly assertTimely: () => void;
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
  readonly restsOnLock: boolean;
  readonly timeLeftMs: () => number;
}

/**
 * Called before every attempt at a write where other processes write as well. Acquires a lost lock again; a write that
 * rests on the lock fails with CONFLICT then.
 */
export type Fence = (attempt: WriteAttempt) => Promise<Permit>;
