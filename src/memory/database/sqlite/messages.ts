/** What the thread is started with. */
export interface SqliteFile {
  /** Absolute; undefined: in memory. */
  readonly path: string | undefined;
  /** For searches: its file is there already, and another thread claims and writes it. */
  readonly readOnly: boolean;
  /** The most that the database may take; undefined: the disk decides. */
  readonly maxBytes: number | undefined;
  /** How long a statement waits for the lock of another connection. */
  readonly busyTimeoutMs: number;
}

/** Answered in their order. */
export type SqliteRequest = 'close' | { readonly sql: string; readonly parameters: readonly unknown[] };

export interface SqliteResult {
  /** Of the type that their query states. */
  readonly rows: readonly never[];
  /** Rows that an insert, update or deletion has changed. */
  readonly changes: number;
  readonly inTransaction: boolean;
  /** After a write, where the size is bounded. */
  readonly bytes?: number | undefined;
}

export type SqliteReply =
  | SqliteResult
  | { readonly error: { readonly message: string; readonly code: string }; readonly inTransaction: boolean };
