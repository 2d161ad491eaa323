import { codeOf, DatabaseUnavailable, messageOf, type UnavailableReason } from './unavailable.ts';

/** The first row whose pattern matches the code of an error. Other errors are mistakes of a query: they travel as they are. */
type Failures = readonly (readonly [RegExp, UnavailableReason])[];

/** https://www.sqlite.org/rescode.html */
export const sqliteFailures: Failures = [
  [/^SQLITE_(FULL|NOMEM)/, 'full'],
  [/^SQLITE_(BUSY|LOCKED)/, 'locked'],
  [/^SQLITE_(READONLY|PERM|AUTH)/, 'read-only'],
  [/^SQLITE_(IOERR|CANTOPEN|CORRUPT|NOTADB|PROTOCOL|NOLFS)/, 'away'],
  [/^WORKER_/, 'away'],
];

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, and Node's codes of a lost connection. */
export const postgresFailures: Failures = [
  // Of the class of lacking resources, too many connections are no lack of space.
  [/^53300$/, 'away'],
  [/^(53|54000)/, 'full'],
  [/^(25006|42501)$/, 'read-only'],
  [/^(55P03|55006)$/, 'locked'],
  [/^(57014|25P0[34])$/, 'timeout'],
  // The tables are gone: they are created again before the next use.
  [/^42P01$/, 'away'],
  [/^(08|57P0|28|3D000|58|XX00[12])/, 'away'],
  [/^(E[A-Z]+|ERR_(SSL|TLS|SOCKET)\w*|[A-Z_]*CERT[A-Z_]*|UNABLE_TO_\w+)$/, 'away'],
];

/** Messages of pg and its pool that have no code. */
const lostConnection =
  /connection terminated|connection ended|not queryable|timeout exceeded|after calling end|discarded|connection error|does not support ssl|client was closed/i;

/** The error of a driver as callers see it: DatabaseUnavailable, or the error itself if the query is wrong. */
export function translateFailure(failures: Failures, error: unknown): unknown {
  if (error instanceof DatabaseUnavailable) return error;
  const code = codeOf(error);
  const [, reason] = failures.find(([pattern]) => pattern.test(code)) ?? [];
  if (reason !== undefined) return new DatabaseUnavailable(reason, messageOf(error), { cause: error });
  if (code === '' && lostConnection.test(messageOf(error)))
    return new DatabaseUnavailable('away', messageOf(error), { cause: error });
  return error;
}
