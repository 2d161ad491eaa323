import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Backend } from '../backend.ts';
import { sqliteFailures, translateFailure } from '../failures.ts';
import { createSqliteDriver, sqliteLanguage } from './sqlite-dialect.ts';
import { SqliteFailure, type SqliteThread, startSqliteThread } from './sqlite-thread.ts';

/**
 * Short, because other statements wait behind the one that waits for a lock. Only an operator's tool can hold one: other
 * processes of the gateway are refused.
 */
const BUSY_TIMEOUT_MS = 250;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

export interface SqliteOptions {
  /** Undefined: in the memory of the thread. */
  readonly path: string | undefined;
  readonly maxBytes?: number | undefined;
  /** Told after each write where the size is bounded. */
  readonly onBytes?: (bytes: number) => void;
}

export function createSqlite(options: SqliteOptions): Backend {
  const path = options.path === undefined ? undefined : resolve(options.path);
  let bytes: number | undefined;
  let thread: SqliteThread | undefined;
  let prepared = false;

  const isRunning = (): boolean => thread?.isAlive() === true;
  const running = (): Promise<SqliteThread> =>
    thread?.isAlive() === true
      ? Promise.resolve(thread)
      : Promise.reject(new SqliteFailure('WORKER_EXIT', 'the thread of SQLite has ended'));
  const driver = createSqliteDriver(running);

  return {
    dialect: 'sqlite',
    language: sqliteLanguage,
    driver,
    // More would only wait for the one thread, and others behind them.
    searches: { driver, atOnce: 1 },
    translate: (error) => translateFailure(sqliteFailures, error),
    async prepare(migrate) {
      if (!isRunning()) {
        prepared = false;
        thread = await startSqliteThread(
          { path, maxBytes: options.maxBytes, busyTimeoutMs: BUSY_TIMEOUT_MS },
          (now) => {
            bytes = now;
            options.onBytes?.(now);
          },
        );
      }
      await migrate(driver);
      prepared = true;
    },
    isPrepared: () => prepared && isRunning(),
    bytes: () => (path === undefined ? bytes : sizeOf(path) + sizeOf(`${path}-wal`)),
    async close() {
      await thread?.close();
    },
  };
}
