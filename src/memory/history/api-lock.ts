import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { SqlDialect } from '../database/dialect.ts';
import type { Tables } from '../database/tables.ts';

export interface ApiKey {
  readonly target: string;
  readonly rest_api_id: string;
}

/** A name as PostgreSQL wants it: 64 bits. */
const lockId = ({ target, rest_api_id }: ApiKey): string =>
  createHash('sha256').update(`history/${target}/${rest_api_id}`).digest().readBigInt64BE().toString();

/**
 * A transaction that is alone with the stages and the history of an API. Rows cannot be locked before they exist, so that
 * PostgreSQL locks a name; SQLite has one writer anyway. Each transaction takes one lock: none waits for another in a circle.
 */
export const withApiLock = <Result>(
  { db, dialect }: { readonly db: Kysely<Tables>; readonly dialect: SqlDialect },
  api: ApiKey,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> =>
  db.transaction().execute(async (transaction) => {
    if (dialect === 'postgres') {
      await sql`select pg_advisory_xact_lock(cast(${lockId(api)} as bigint))`.execute(transaction);
    }
    return work(transaction);
  });
