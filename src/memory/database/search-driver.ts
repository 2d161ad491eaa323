import type { DatabaseConnection, Driver } from 'kysely';
import { SEARCH_MS } from './backend.ts';
import { createTurns } from './turns.ts';

/** A statement that waited for a search has not found out whether the database answers. */
export interface SearchTimes {
  /** Whether a search ran after this moment, by `performance.now()`. One that runs for longer than it may does not count. */
  readonly ranSince: (moment: number) => boolean;
}

/** Lends at most so many connections at once, so that what is not a search finds one. */
export function searchDriver(inner: Driver, atOnce: number): Driver & SearchTimes {
  const enter = createTurns(atOnce);
  const turns = new WeakMap<DatabaseConnection, () => void>();
  /** When those that run began. */
  const running = new Map<DatabaseConnection, number>();
  let lastEnd = -Infinity;
  return {
    ...inner,
    ranSince(moment) {
      const now = performance.now();
      return lastEnd > moment || [...running.values()].some((since) => now - since < SEARCH_MS);
    },
    async acquireConnection() {
      const leave = await enter();
      try {
        const connection = await inner.acquireConnection();
        turns.set(connection, leave);
        running.set(connection, performance.now());
        return connection;
      } catch (error) {
        leave();
        throw error;
      }
    },
    async releaseConnection(connection) {
      await inner.releaseConnection(connection).finally(() => {
        running.delete(connection);
        lastEnd = performance.now();
        turns.get(connection)?.();
      });
    },
  };
}
