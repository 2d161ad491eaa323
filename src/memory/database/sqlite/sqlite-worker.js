/**
 * The thread in which SQLite runs, so that a slow disk or a long query does not stop the process. JavaScript, because
 * Node loads it from the sources and from `dist` alike. `messages.ts` has the types of what it is sent and answers.
 */
import { closeSync, openSync, realpathSync, statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { LRUCache } from 'lru-cache';

const { path, readOnly, maxBytes, busyTimeoutMs } = workerData;

/** Prepared statements that are kept. The queries of filters have many forms. */
const STATEMENTS = 500;

/** Large, because a stage with all settings takes several kilobytes: with small pages a third of the space is lost. */
const PAGE_BYTES = 16_384;
/** Pages of a file that are kept in memory. */
const CACHE_KIBIBYTES = 32_768;

/** Held until the process ends, however it ends. A lock on the file itself would keep out the tools that back it up. */
let lock;

function lockFile(file) {
  lock = new Database(file);
  lock.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
  try {
    // No file beside it.
    lock.exec('pragma journal_mode = memory');
    lock.exec('begin exclusive');
  } catch (error) {
    if (String(error.code).startsWith('SQLITE_BUSY')) error.code = 'IN_USE';
    throw error;
  }
}

/** Creates a file for its owner only. It tells more about a path that cannot be used than SQLite does. */
const create = (file) => closeSync(openSync(file, 'a', 0o600));

/** The name of the file that SQLite opens; it gives its other files the same mode. */
function claimFile() {
  create(path);
  // Two paths of one file must meet at one lock.
  const file = realpathSync(path);
  create(`${file}.lock`);
  lockFile(`${file}.lock`);
  return file;
}

/** Which files were opened, by their names. */
const files = new Map();

/** What a name leads to; undefined: nothing. */
function identityOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.dev}/${found.ino}`;
}

function openFile() {
  if (path === undefined) return new Database(':memory:');
  const file = readOnly ? realpathSync(path) : claimFile();
  const opened = new Database(file);
  const names = readOnly ? [file] : [file, `${file}.lock`];
  for (const name of names) files.set(name, identityOf(name));
  return opened;
}

/** A file that was removed or replaced can still be written, but nothing finds what it has. */
const isThere = () => [...files].every(([name, identity]) => identityOf(name) === identity);

function open() {
  const opened = openFile();
  opened.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
  opened.exec(`pragma cache_size = -${CACHE_KIBIBYTES}`);
  // As in PostgreSQL.
  opened.exec('pragma case_sensitive_like = on');
  if (readOnly) {
    opened.exec('pragma query_only = on');
    return opened;
  }
  opened.exec(`pragma page_size = ${PAGE_BYTES}`);
  opened.exec('pragma foreign_keys = off');
  if (path !== undefined) opened.exec('pragma journal_mode = wal');
  if (maxBytes !== undefined) {
    opened.exec(`pragma max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`);
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

const count = (pragma) => prepared(`pragma ${pragma}`).statement.get()[pragma];
const usedBytes = () => (count('page_count') - count('freelist_count')) * PAGE_BYTES;

function run({ sql, parameters }) {
  const { statement, reader } = prepared(sql);
  if (reader) return { rows: statement.all(parameters), changes: 0 };
  const { changes } = statement.run(parameters);
  return { rows: [], changes, bytes: maxBytes === undefined ? undefined : usedBytes() };
}

function close() {
  statements.clear();
  database.close();
  lock?.close();
  parentPort.close();
}

parentPort.on('message', (request) => {
  if (request === 'close') {
    close();
    return;
  }
  try {
    if (!database.inTransaction && !isThere()) {
      const error = { code: 'WORKER_FILE_GONE', message: `${path} was removed or replaced` };
      parentPort.postMessage({ error, inTransaction: false });
      // Another thread opens what is there then.
      close();
      return;
    }
    const result = run(request);
    parentPort.postMessage({ ...result, inTransaction: database.inTransaction });
  } catch (error) {
    parentPort.postMessage({ ...failure(error), inTransaction: database.inTransaction });
  }
});
