/** A write that may be sent. */
export interface Permit {
  /** Throws where so much time has passed that another process may hold the API's lock; asked at the very last. */
  readonly assertTimely: () => void;
  /** The write was surely not carried out. */
  readonly withdraw: () => Promise<void>;
}

/** An attempt at a write. */
export interface WriteAttempt {
  readonly operation: string;
  readonly restApiId: string;
  /**
   * It is not to be sent where the lock was lost meanwhile: it rests on what was read under it, or an earlier attempt may
   * have been carried out, and would be once more, over what others have written since.
   */
  readonly restsOnLock: boolean;
  readonly timeLeftMs: () => number;
}

/**
 * Asked before every attempt at a write where other processes write as well. A lock that was lost is waited for again;
 * a write that rests on having held it is a CONFLICT then.
 */
export type Fence = (attempt: WriteAttempt) => Promise<Permit>;
