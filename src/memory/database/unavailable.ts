/**
 * Why the database did not do what it was asked to.
 *
 * - `away`: it cannot be reached or opened, or has refused the connection.
 * - `timeout`: no answer in time. What was asked for may have been done all the same.
 * - `full`: there is no space, on the disk or within the bound of the memory.
 * - `read-only`: it can be read but not written.
 * - `locked`: another connection holds a lock for too long.
 */
export type UnavailableReason = 'away' | 'timeout' | 'full' | 'read-only' | 'locked';

/**
 * The database cannot be used at this moment; it heals by itself or by an operator. `message` is for the log: clients
 * are told that storage is unavailable, and nothing else.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** A search took too long and was ended. The database is as it was: others may use it. */
export class SearchTooSlow extends Error {
  override readonly name = 'SearchTooSlow';
}

/** The database can never be used as it is configured: the start of the process fails with this sentence. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable';
}

/** A member of an error that is a text; '' without one. */
const textOf = (error: unknown, name: string): string => {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : '';
};

export const messageOf = (error: unknown): string => textOf(error, 'message') || String(error);

/** The code that drivers and Node add to their errors. */
export const codeOf = (error: unknown): string => textOf(error, 'code');
