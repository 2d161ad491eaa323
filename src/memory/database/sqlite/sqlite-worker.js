/**
 * The thread in which SQLite runs, so that a slow disk or a long query does not stop the process. JavaScript, because
 * Node loads it from the sources and from `dist` alike. `messages.ts` has the types of what it is sent and answers.
 */
import { closeSync, openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { LRUCache } from 'lru-cache';

const { path, maxBytes, busyTimeoutMs } = workerData;

/** Prepared statements that are kept. The queries of filters have many forms. */
const STATEMENTS = 500;

/** Held until the process ends, however it ends. A lock on the file itself would keep out the tools that back it up. */
let lock;

function lockFile() {
  lock = new Database(`${path}.lock`);
  lock.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
  // No file beside it.
  lock.exec('pragma journal_mode = memory');
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    if (String(error.code).startsWith('SQLITE_BUSY')) error.code = 'IN_USE';
    throw error;
  }
}

function open() {
  if (path !== undefined) {
    // Tells more about a path that cannot be used than SQLite does. SQLite gives its other files the same mode.
    closeSync(openSync(path, 'a', 0o600));
    closeSync(openSync(`${path}.lock`, 'a', 0o600));
    lockFile();
  }
  const opened = new Database(path ?? ':memory:');
  opened.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
  opened.exec('pragma foreign_keys = off');
  // As in PostgreSQL.
  opened.exec('pragma case_sensitive_like = on');
  if (path !== undefined) opened.exec('pragma journal_mode = wal');
  if (maxBytes !== undefined) {
    const { page_size: pageSize } = opened.prepare('pragma page_size').get();
    opened.exec(`pragma max_page_count = ${Math.floor(maxBytes / pageSize)}`);
  }
  return opened;
}

const failure = (error) => ({
  error: { message: error.message, code: String(error.code ?? 'WORKER_ERROR') },
});

let database;
try {
  database = open();
  parentPort.postMessage({ rows: [], changes: 0, inTransaction: false });
} catch (error) {
  parentPort.postMessage({ ...failure(error), inTransaction: false });
  parentPort.close();
}

const statements = new LRUCache({ max: STATEMENTS });

function prepared(sql) {
  const known = statements.get(sql);
  if (known !== undefined) return known;
  const statement = database.prepare(sql);
  const entry = { statement, reader: statement.reader };
  statements.set(sql, entry);
  return entry;
}

function run({ sql, parameters }) {
  const { statement, reader } = prepared(sql);
  if (reader) return { rows: statement.all(parameters), changes: 0 };
  return { rows: [], changes: statement.run(parameters).changes };
}

parentPort.on('message', (request) => {
  if (request === 'close') {
    statements.clear();
    database.close();
    lock?.close();
    parentPort.close();
    return;
  }
  try {
    const result = run(request);
    parentPort.postMessage({ ...result, inTransaction: database.inTransaction });
  } catch (error) {
    parentPort.postMessage({ ...failure(error), inTransaction: database.inTransaction });
  }
});
