import type { DatabaseLocation } from './backend.ts';
import { codeOf, DatabaseUnavailable, DatabaseUnusable, messageOf } from './unavailable.ts';

/** What only an operator can heal, by the code of the error. */
const sqliteSentences: readonly (readonly [RegExp, (path: string) => string])[] = [
  [
    /^IN_USE$/,
    (path) =>
      `${path} is in use by another process, and SQLite serves one. Stop the other process, or use PostgreSQL for several.`,
  ],
  [/^SQLITE_NOTADB$/, (path) => `${path} is not an SQLite database.`],
  [/^SQLITE_(BUSY|LOCKED)/, (path) => `${path} is locked by another program. Stop that program.`],
  [/^(EACCES|EPERM|EROFS|SQLITE_READONLY)/, (path) => `${path} cannot be written.`],
  [/^ENOENT$/, (path) => `the folder of ${path} does not exist.`],
];

/** The password, the role, or the database's name is wrong. */
const WRONG_POSTGRES_URL = /^(28|3D000)/;

/**
 * The error with which the start of the process must fail; undefined for what may recover by itself. A file is there or it is
 * not; a server may come later.
 */
export function openingProblem(location: DatabaseLocation, error: unknown): Error | undefined {
  if (error instanceof DatabaseUnusable) return error;
  const cause = error instanceof DatabaseUnavailable && error.cause !== undefined ? error.cause : error;
  const code = codeOf(cause);
  if (location.kind === 'postgres') {
    if (WRONG_POSTGRES_URL.test(code))
      return new DatabaseUnusable(`PostgreSQL refuses the connection: ${messageOf(cause)}.`, {
        cause: error,
      });
    if (error instanceof DatabaseUnavailable) return undefined;
  } else if (location.kind === 'sqlite') {
    const [, sentence] = sqliteSentences.find(([pattern]) => pattern.test(code)) ?? [];
    const text = sentence?.(location.path) ?? `${location.path} cannot be opened: ${messageOf(cause)}.`;
    return new DatabaseUnusable(text, { cause: error });
  }
  return error instanceof Error ? error : new Error(messageOf(error));
}
