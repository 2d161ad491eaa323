import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { createTurns } from '../turns.ts';
import type { SqliteThread } from './sqlite-thread.ts';

/** The parts of Kysely's dialect that depend on the language only. */
export const sqliteLanguage = {
  createAdapter: () => new TransactionalSqliteAdapter(),
  createIntrospector: (db: ConstructorParameters<typeof SqliteIntrospector>[0]) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
};

/** SQLite's changes of tables are part of transactions, so a migration is applied completely or not at all. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

const connectionOf = (thread: SqliteThread): DatabaseConnection => ({
  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes } = await thread.run(sql, parameters);
    return { rows: [...rows], numAffectedRows: BigInt(changes) };
  },
  streamQuery() {
    throw new Error('rows cannot be streamed');
  },
});

/** `open` gives the thread, and starts it if it has ended. */
export function createSqliteDriver(open: () => Promise<SqliteThread>): Driver {
  const enter = createTurns(1);
  const releases = new WeakMap<DatabaseConnection, () => Promise<void>>();

  const execute = (sql: string) => async (connection: DatabaseConnection) => {
    await connection.executeQuery(CompiledQuery.raw(sql));
  };
  return {
    init: () => Promise.resolve(),
    async acquireConnection() {
      const leave = await enter();
      try {
        const thread = await open();
        const connection = connectionOf(thread);
        releases.set(connection, async () => {
          // Of a caller that has given up.
          if (await thread.settle()) await thread.run('rollback').catch(() => undefined);
          leave();
        });
        return connection;
      } catch (error) {
        leave();
        throw error;
      }
    },
    // At its begin it is known whether it can write: later, it would fail where another connection has written meanwhile.
    beginTransaction: execute('begin immediate'),
    commitTransaction: execute('commit'),
    rollbackTransaction: execute('rollback'),
    async releaseConnection(connection) {
      await releases.get(connection)?.();
    },
    destroy: () => Promise.resolve(),
  };
}
