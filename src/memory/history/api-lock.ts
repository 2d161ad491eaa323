import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { SqlDialect } from '../database/dialect.ts';
import type { Tables } from '../database/tables.ts';
import { codeOf } from '../database/unavailable.ts';

export interface ApiKey {
  readonly target: string;
  readonly rest_api_id: string;
}

/** A name as PostgreSQL wants it: 64 bits. */
const lockId = ({ target, rest_api_id }: ApiKey): string =>
  createHash('sha256').update(`history/${target}/${rest_api_id}`).digest().readBigInt64BE().toString();

/** PostgreSQL ends one of two transactions that wait for each other. */
const DEADLOCK = '40P01';
const ATTEMPTS = 3;

/**
 * A transaction that is alone with the stages and the history of an API. Rows cannot be locked before they exist, so that
 * PostgreSQL locks a name; SQLite has one writer anyway.
 */
export async function withApiLock<Result>(
  { db, dialect }: { readonly db: Kysely<Tables>; readonly dialect: SqlDialect },
  api: ApiKey,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (dialect === 'sqlite') return await db.transaction().execute(work);
      // What was committed before the lock was taken must be seen, whatever the default of the server is.
      const begin = db.transaction().setIsolationLevel('read committed');
      return await begin.execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock(cast(${lockId(api)} as bigint))`.execute(transaction);
        return work(transaction);
      });
    } catch (error) {
      if (codeOf(error) !== DEADLOCK || attempt === ATTEMPTS) throw error;
    }
  }
}
