import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Backend } from '../backend.ts';
import { sqliteFailures, translateFailure } from '../failures.ts';
import type { SqliteFile } from './messages.ts';
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

/** A thread that is started, and started again after its end. */
function createThread(file: SqliteFile, onBytes: (bytes: number) => void) {
  let thread: SqliteThread | undefined;
  const isRunning = (): boolean => thread?.isAlive() === true;
  return {
    isRunning,
    driver: createSqliteDriver(() =>
      thread?.isAlive() === true
        ? Promise.resolve(thread)
        : Promise.reject(new SqliteFailure('WORKER_EXIT', 'the thread of SQLite has ended')),
    ),
    async start(): Promise<void> {
      if (!isRunning()) thread = await startSqliteThread(file, onBytes);
    },
    async close(): Promise<void> {
      await thread?.close();
    },
  };
}

export function createSqlite(options: SqliteOptions): Backend {
  const path = options.path === undefined ? undefined : resolve(options.path);
  let bytes: number | undefined;
  let prepared = false;

  const file = { path, maxBytes: options.maxBytes, busyTimeoutMs: BUSY_TIMEOUT_MS };
  const main = createThread({ ...file, readOnly: false }, (now) => {
    bytes = now;
    options.onBytes?.(now);
  });
  // Readers of a file run beside its writer, so that nothing waits for searches. What is in memory has one connection.
  const searching = path === undefined ? main : createThread({ ...file, readOnly: true }, () => undefined);
  const isRunning = (): boolean => main.isRunning() && searching.isRunning();

  return {
    dialect: 'sqlite',
    language: sqliteLanguage,
    driver: main.driver,
    // More would only wait for the one thread.
    searches: { driver: searching.driver, atOnce: 1 },
    translate: (error) => translateFailure(sqliteFailures, error),
    async prepare(migrate) {
      if (!main.isRunning()) {
        prepared = false;
        // It may have a file that was removed.
        if (searching !== main) await searching.close();
        await main.start();
      }
      await migrate(main.driver);
      await searching.start();
      prepared = true;
    },
    isPrepared: () => prepared && isRunning(),
    bytes: () => (path === undefined ? bytes : sizeOf(path) + sizeOf(`${path}-wal`)),
    async close() {
      // The last one to close a file writes its log into it.
      if (searching !== main) await searching.close();
      await main.close();
    },
  };
}
