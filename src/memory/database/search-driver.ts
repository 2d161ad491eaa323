import type { DatabaseConnection, Driver } from 'kysely';
import { createTurns } from './turns.ts';

/** Lends at most so many connections at once, so that what is not a search finds one. */
export function searchDriver(inner: Driver, atOnce: number): Driver {
  const enter = createTurns(atOnce);
  const turns = new WeakMap<DatabaseConnection, () => void>();
  return {
    ...inner,
    async acquireConnection() {
      const leave = await enter();
      try {
        const connection = await inner.acquireConnection();
        turns.set(connection, leave);
        return connection;
      } catch (error) {
        leave();
        throw error;
      }
    },
    async releaseConnection(connection) {
      await inner.releaseConnection(connection).finally(turns.get(connection));
    },
  };
}
