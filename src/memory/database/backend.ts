import type { Dialect, Driver } from 'kysely';

/** A search ends after this. Its words for clients say so. */
export const SEARCH_MS = 5000;

/** What differs between the databases. */
export interface Backend {
  readonly dialect: 'sqlite' | 'postgres';
  readonly language: Omit<Dialect, 'createDriver'>;
  /** Takes back a connection in any state. Its waits need not end. */
  readonly driver: Driver;
  /** For searches, of which so many run at once: they leave the other driver to what is not a search. */
  readonly searches: { readonly driver: Driver; readonly atOnce: number };
  /** An error of the driver as callers see it: DatabaseUnavailable, or the error itself if the query is wrong. */
  readonly translate: (error: unknown) => unknown;
  /** Connects anew what has ended, and runs `migrate` with a driver whose statements may take long. */
  readonly prepare: (migrate: (driver: Driver) => Promise<void>) => Promise<void>;
  /** Whether `prepare` is not needed. */
  readonly isPrepared: () => boolean;
  /** Bytes of the file with its log, or of the memory; undefined where that is not known. */
  readonly bytes: () => number | undefined;
  /** New connections sign in with the user and the password of this URL. */
  readonly signInAs?: (url: string) => void;
  readonly close: () => Promise<void>;
}

/** Where the database is. */
export type DatabaseLocation =
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };
