import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Pool, PoolClient } from 'pg';

/** The parts of Kysely's dialect that depend on the language only. */
export const postgresLanguage = {
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db: ConstructorParameters<typeof PostgresIntrospector>[0]) =>
    new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};

/** A client of the pool while it is lent. */
interface Lent extends DatabaseConnection {
  readonly command: (sql: string) => Promise<string>;
  readonly release: () => void;
}

function lend(client: PoolClient, isLost: (error: unknown) => boolean): Lent {
  let pending = 0;
  let lost = false;
  // The pool listens to idle clients only. Without a listener, a lost connection would end the process.
  const onError = (): void => {
    lost = true;
  };
  client.on('error', onError);

  async function query(text: string, values: readonly unknown[] = []) {
    pending += 1;
    try {
      return await client.query<never>(text, [...values]);
    } catch (error) {
      lost ||= isLost(error);
      throw error;
    } finally {
      pending -= 1;
    }
  }
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, rowCount } = await query(sql, parameters);
      return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
    },
    streamQuery() {
      throw new Error('rows cannot be streamed');
    },
    command: async (sql) => (await query(sql)).command,
    release() {
      client.off('error', onError);
      // A statement in progress and an open transaction end with their connection.
      const isIdle = pending === 0 && client.getTransactionStatus() === 'I';
      client.release(lost || !isIdle);
    },
  };
}

/**
 * Kysely's driver, but for what happens to a connection that is given back: one that has failed, or is in use because its
 * caller has given up, is ended. `isLost`: whether the next user needs another connection after this error.
 */
export function createPostgresDriver(pool: Pool, isLost: (error: unknown) => boolean): Driver {
  const lent = new WeakMap<DatabaseConnection, Lent>();
  const command = async (connection: DatabaseConnection, sql: string): Promise<string | undefined> =>
    lent.get(connection)?.command(sql);
  return {
    init: () => Promise.resolve(),
    async acquireConnection() {
      const connection = lend(await pool.connect(), isLost);
      lent.set(connection, connection);
      return connection;
    },
    async beginTransaction(connection) {
      await command(connection, 'begin');
    },
    async commitTransaction(connection) {
      // This is how PostgreSQL answers a commit after a statement that has failed.
      if ((await command(connection, 'commit')) === 'ROLLBACK')
        throw new Error('the transaction was rolled back, because one of its statements has failed');
    },
    async rollbackTransaction(connection) {
      await command(connection, 'rollback');
    },
    releaseConnection(connection) {
      lent.get(connection)?.release();
      return Promise.resolve();
    },
    destroy: () => Promise.resolve(),
  };
}
