import { type Driver, Kysely, sql, type Transaction } from 'kysely';
import type { Logger } from '../../app/logger.ts';
import { withinMs } from '../../upstream/time/time-limit.ts';
import { createAvailability, type DatabaseStatus } from './availability.ts';
import { type Backend, type DatabaseLocation, SEARCH_MS } from './backend.ts';
import { boundedDriver, type BoundedDriverOptions, type DatabaseObserver } from './bounded-driver.ts';
import { createRoomKeeper, makeRoom } from './make-room.ts';
import { migrate } from './migrate.ts';
import { openingProblem } from './opening-problem.ts';
import { searchDriver, type SearchTimes } from './search-driver.ts';
import type { Tables } from './tables.ts';
import { DatabaseUnavailable, SearchTooSlow } from './unavailable.ts';
import { probeWrite } from './write-probe.ts';

/** A statement, with its wait for a connection, takes at most this by default. */
export const TIMEOUT_MS = 2000;
/** How long the start of the process waits for the database and its migrations. */
const START_MS = 10_000;
/** A migration that takes longer has failed. */
const MIGRATION_MS = 600_000;
/** How often it is looked whether a file is still there, also if nothing else uses it. */
const LOOK_MS = 2000;
/** How long closing waits. */
const CLOSE_MS = 2000;
/** What a database in memory may take, without its page cache: 30 000 stages, and history for the rest. */
export const MEMORY_BYTES = 128 * 1024 * 1024;

export interface DatabaseOptions {
  readonly location: DatabaseLocation;
  readonly logger: Logger;
  /** Runs before the first use of tables that may be new. */
  readonly prepared?: (db: Kysely<Tables>) => Promise<void>;
  /** For `db`: from the wait for a connection to the end of a statement, or of a transaction. */
  readonly timeoutMs?: number | undefined;
  /** The same for `searches`. */
  readonly searchMs?: number | undefined;
  /** The bound of a database in memory. */
  readonly memoryBytes?: number | undefined;
}

/**
 * The one database of the process. Every use of it ends in time. It rejects with DatabaseUnavailable where the database is
 * slow, away, full, read-only or locked; after `timeout` and `away` a change may have been applied all the same, so
 * repeating it must do no harm.
 */
export interface MemoryDatabase {
  readonly dialect: 'sqlite' | 'postgres';
  /** Whether it ends with the process. */
  readonly inMemory: boolean;
  /** Bounded by `timeoutMs`. */
  readonly db: Kysely<Tables>;
  /**
   * For what may look at all rows, and writes nothing. Few of its statements run at once. Nothing else waits for them, but
   * in memory, where there is one thread: what comes next waits for the one that runs. One that takes too long rejects with
   * SearchTooSlow, which is no outage.
   */
  readonly searches: Kysely<Tables>;
  /** `db` with another bound, for work in the background. */
  readonly within: (timeoutMs: number) => Kysely<Tables>;
  /**
   * Runs `work` in one transaction, which `timeoutMs` bounds in all. `work` may use only the transaction that it is given
   * (SQLite has one connection), and may wait for nothing else.
   */
  readonly transaction: <Result>(
    work: (transaction: Transaction<Tables>) => Promise<Result>,
    timeoutMs?: number,
  ) => Promise<Result>;
  readonly status: () => DatabaseStatus;
  /** For readiness: rejects with what made it unavailable. */
  readonly check: () => Promise<void>;
  /** Bytes of an SQLite file with its log, or of the memory; undefined for PostgreSQL. */
  readonly bytes: () => number | undefined;
  /** New connections sign in as this location says. It has no other effect. */
  readonly signInAs: (location: DatabaseLocation) => void;
  readonly close: () => Promise<void>;
}

const boundedKysely = (
  { language }: Backend,
  driver: Driver,
  options: BoundedDriverOptions,
): Kysely<Tables> =>
  new Kysely<Tables>({ dialect: { ...language, createDriver: () => boundedDriver(driver, options) } });

/** `isThere` finds out whether only the search is slow: if not, it marks the database as unavailable. */
function createSearches(
  backend: Backend,
  driver: Driver,
  timeoutMs: number,
  observer: DatabaseObserver,
  isThere: () => void,
): Kysely<Tables> {
  function translate(cause: unknown): unknown {
    const error = backend.translate(cause);
    if (!(error instanceof DatabaseUnavailable) || error.reason !== 'timeout') return error;
    isThere();
    return new SearchTooSlow(error.message, { cause });
  }
  return boundedKysely(backend, driver, { timeoutMs, translate, observer });
}

/** Where searches have the same thread as all else: that a statement had to wait for one of them is no outage. */
const unlessSearching = (observer: DatabaseObserver, { ranSince }: SearchTimes): DatabaseObserver => ({
  admit: observer.admit,
  failed(error, since) {
    if (error.reason !== 'timeout' || !ranSince(since)) observer.failed(error, since);
  },
});

const unobserved: DatabaseObserver = { admit: () => undefined, failed: () => undefined };

async function createBackend(
  location: DatabaseLocation,
  maxBytes: number,
  onBytes: (bytes: number) => void,
): Promise<Backend> {
  // Who uses one of them does not load the other.
  if (location.kind === 'postgres') {
    const { createPostgres } = await import('./postgres/postgres.ts');
    return createPostgres(location.url);
  }
  const { createSqlite } = await import('./sqlite/sqlite.ts');
  return location.kind === 'sqlite'
    ? createSqlite({ path: location.path })
    : createSqlite({ path: undefined, maxBytes, onBytes });
}

/** One attempt at a time: it is joined. */
function singleFlight(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () =>
    (running ??= work().finally(() => {
      running = undefined;
    }));
}

/** Brings the tables to this release, with a driver that may take long. */
const preparation = (backend: Backend, prepared: DatabaseOptions['prepared']) =>
  singleFlight(async () => {
    try {
      await backend.prepare(async (driver) => {
        const { translate } = backend;
        const bounds = { timeoutMs: MIGRATION_MS, translate, observer: unobserved };
        const db = boundedKysely(backend, driver, bounds);
        await migrate(db);
        await prepared?.(db);
      });
    } catch (error) {
      throw backend.translate(error);
    }
  });

/** Waits for the first attempt; gives a failure that may heal by itself, and throws others. */
async function failureOfOpening(
  prepare: () => Promise<void>,
  location: DatabaseLocation,
): Promise<DatabaseUnavailable | undefined> {
  try {
    await withinMs(START_MS, prepare(), () => {
      throw new DatabaseUnavailable('timeout', `it was not ready within ${START_MS} ms`);
    });
    return undefined;
  } catch (error) {
    const problem = openingProblem(location, error);
    if (problem !== undefined) throw problem;
    if (error instanceof DatabaseUnavailable) return error;
    throw error;
  }
}

/**
 * Opens the database and brings its tables to this release. A PostgreSQL that is away does not stop the start: it is
 * used when it is there. Throws DatabaseUnusable for what only a change of the configuration can heal.
 */
export async function openDatabase(options: DatabaseOptions): Promise<MemoryDatabase> {
  const {
    location,
    logger,
    timeoutMs = TIMEOUT_MS,
    searchMs = SEARCH_MS,
    memoryBytes = MEMORY_BYTES,
  } = options;
  const keepRoom = createRoomKeeper(memoryBytes, () => makeRoom(within(timeoutMs)));
  const backend = await createBackend(location, memoryBytes, keepRoom);

  const kysely = (timeoutMs: number, observer: DatabaseObserver) =>
    boundedKysely(backend, backend.driver, { timeoutMs, translate: backend.translate, observer });

  const prepare = preparation(backend, options.prepared);
  const probing = kysely(timeoutMs, unobserved);
  const availability = createAvailability({
    logger,
    async probe({ reason }) {
      // What comes back may be another server, or a restored backup.
      if (reason === 'away' || !backend.isPrepared()) await prepare();
      if (location.kind === 'memory') await makeRoom(probing);
      await probeWrite(probing);
    },
  });
  const ofSearches = searchDriver(backend.searches.driver, backend.searches.atOnce);
  const isShared = backend.searches.driver === backend.driver;
  const observer = isShared ? unlessSearching(availability.observer, ofSearches) : availability.observer;
  const within = (ms: number): Kysely<Tables> => kysely(ms, observer);
  const db = within(timeoutMs);
  const isThere = singleFlight(async () => {
    await sql`select 1`.execute(db).catch(() => undefined);
  });
  const searches = createSearches(backend, ofSearches, searchMs, availability.observer, () => void isThere());

  const looking = location.kind === 'sqlite' ? setInterval(() => void isThere(), LOOK_MS).unref() : undefined;

  async function close(): Promise<void> {
    clearInterval(looking);
    availability.close();
    await withinMs(CLOSE_MS, backend.close(), () => undefined);
  }

  const failure = await failureOfOpening(prepare, location).catch(async (problem: unknown) => {
    await close();
    throw problem;
  });
  if (failure !== undefined) availability.markDown(failure);
  return {
    dialect: backend.dialect,
    inMemory: location.kind === 'memory',
    db,
    searches,
    within,
    transaction: (work, ms) => (ms === undefined ? db : within(ms)).transaction().execute(work),
    status: availability.status,
    check: availability.check,
    bytes: backend.bytes,
    signInAs(next) {
      if (next.kind === 'postgres') backend.signInAs?.(next.url);
    },
    close,
  };
}
