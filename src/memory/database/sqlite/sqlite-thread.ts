import { Worker } from 'node:worker_threads';
import type { SqliteFile, SqliteReply, SqliteRequest, SqliteResult } from './messages.ts';

const FILE = new URL('./sqlite-worker.js', import.meta.url);

/** For the rows of one statement. A statement with more ends the thread instead of the process. SQLite's memory is apart. */
const HEAP_MB = 256;

/** An error of SQLite, of opening its file, or of the thread (`WORKER_EXIT`). */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Waiting {
  readonly resolve: (result: SqliteResult) => void;
  readonly reject: (error: Error) => void;
}

export interface SqliteThread {
  /** Runs one statement after those that were given before. Rejects with a SqliteFailure. */
  readonly run: (sql: string, parameters?: readonly unknown[]) => Promise<SqliteResult>;
  /** Whether a transaction is open, when all statements have ended. */
  readonly settle: () => Promise<boolean>;
  readonly isAlive: () => boolean;
  /** Finishes what was given before. */
  readonly close: () => Promise<void>;
}

/** Starts the thread and opens the database. Rejects with a SqliteFailure. */
export async function startSqliteThread(
  file: SqliteFile,
  onBytes: (bytes: number) => void,
): Promise<SqliteThread> {
  const worker = new Worker(FILE, {
    workerData: file,
    name: 'sqlite',
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  /** Oldest first. */
  const waiting: Waiting[] = [];
  let inTransaction = false;
  let alive = true;
  let last: Promise<unknown> = Promise.resolve();

  const exited = new Promise<void>((resolve) => {
    const end = (reason: string): void => {
      alive = false;
      for (const { reject } of waiting.splice(0)) reject(new SqliteFailure('WORKER_EXIT', reason));
      resolve();
    };
    worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => end('the thread of SQLite has ended'));
  });
  worker.on('message', (reply: SqliteReply) => {
    inTransaction = reply.inTransaction;
    const oldest = waiting.shift();
    // An idle database keeps no process alive.
    if (waiting.length === 0) worker.unref();
    if ('error' in reply) oldest?.reject(new SqliteFailure(reply.error.code, reply.error.message));
    else {
      oldest?.resolve(reply);
      if (reply.bytes !== undefined) onBytes(reply.bytes);
    }
  });

  const reply = () =>
    new Promise<SqliteResult>((resolve, reject) => {
      waiting.push({ resolve, reject });
      worker.ref();
    });
  const send = (request: SqliteRequest): void => worker.postMessage(request);

  await reply();
  return {
    async run(sql, parameters = []) {
      if (!alive) throw new SqliteFailure('WORKER_EXIT', 'the thread of SQLite has ended');
      // First, because it throws for a parameter that no thread can be sent.
      send({ sql, parameters });
      const result = reply();
      last = result.catch(() => undefined);
      return result;
    },
    async settle() {
      await last;
      return alive && inTransaction;
    },
    isAlive: () => alive,
    async close() {
      if (alive) send('close');
      worker.ref();
      await exited;
    },
  };
}
