import { Socket } from 'node:net';
import pg from 'pg';
import { withinMs } from '../../../upstream/time/time-limit.ts';
import { type Backend, SEARCH_MS } from '../backend.ts';
import { postgresFailures, translateFailure } from '../failures.ts';
import { DatabaseUnavailable } from '../unavailable.ts';
import { createPostgresDriver, postgresLanguage } from './postgres-driver.ts';

/** Connections of one process: for searches, and for everything else. */
const SEARCH_CONNECTIONS = 3;
const CONNECTIONS = 7;
const CONNECT_MS = 2000;
/** A statement that waits longer for a lock fails as `locked`, before its caller gives up. */
const LOCK_MS = 1000;
/** For what this process has given up or left open: callers have shorter bounds, but a process may be paused. */
const STATEMENT_MS = 30_000;
/** How long closing waits for the server to end the connections. */
const END_MS = 1000;

/** Counts, sums and times are numbers, as in SQLite: none is beyond 2^53. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.NUMERIC, Number);

interface Bounds {
  readonly connections: number;
  readonly lockMs: number;
  /** 0: none. */
  readonly statementMs: number;
}

/** What a server that does not answer leaves open keeps the process alive. */
function trackSockets() {
  const sockets = new Set<Socket>();
  return {
    create: (): Socket => {
      const socket = new Socket();
      sockets.add(socket);
      return socket.once('close', () => sockets.delete(socket));
    },
    destroy(): void {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function createPool(
  url: string,
  { connections, lockMs, statementMs }: Bounds,
  createSocket: () => Socket,
): pg.Pool {
  const settings =
    `set lock_timeout = ${lockMs}; set statement_timeout = ${statementMs}; ` +
    `set idle_in_transaction_session_timeout = ${statementMs}`;
  const pool = new pg.Pool({
    connectionString: url,
    stream: createSocket,
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'stagegraph',
    keepAlive: true,
    // An idle database keeps no process alive.
    allowExitOnIdle: true,
    types,
    // Statements, because poolers refuse unknown parameters of a connection.
    // The pool awaits the promise, which its type does not say.
    // It does not bound it either: a connection that does not answer would be neither lent nor given up.
    onConnect: (client): unknown =>
      withinMs(CONNECT_MS, client.query(settings), () => {
        throw new DatabaseUnavailable('away', 'no answer on a new connection');
      }),
  });
  // Of an idle client, which the pool has removed already.
  pool.on('error', () => undefined);
  return pool;
}

/** The URL, with the user and the password of another one. */
function withCredentials(url: string, other: string): string {
  const result = new URL(url);
  const { username, password } = new URL(other);
  result.username = username;
  result.password = password;
  return result.href;
}

/** PostgreSQL by a pool that connects when it is used, and again after each failure. */
export function createPostgres(url: string): Backend {
  const translate = (error: unknown): unknown => translateFailure(postgresFailures, error);
  const isLost = (error: unknown): boolean => translate(error) !== error;
  const sockets = trackSockets();
  const pool = createPool(
    url,
    { connections: CONNECTIONS, lockMs: LOCK_MS, statementMs: STATEMENT_MS },
    sockets.create,
  );
  const searchPool = createPool(
    url,
    { connections: SEARCH_CONNECTIONS, lockMs: LOCK_MS, statementMs: SEARCH_MS },
    sockets.create,
  );
  let prepared = false;
  let current = url;
  return {
    dialect: 'postgres',
    language: postgresLanguage,
    driver: createPostgresDriver(pool, isLost),
    searches: { driver: createPostgresDriver(searchPool, isLost), atOnce: SEARCH_CONNECTIONS },
    translate,
    async prepare(migrate) {
      // A migration may take long, and waits for that of another process.
      const migrating = createPool(current, { connections: 1, lockMs: 0, statementMs: 0 }, sockets.create);
      try {
        await migrate(createPostgresDriver(migrating, isLost));
        prepared = true;
      } finally {
        await migrating.end();
      }
    },
    isPrepared: () => prepared,
    bytes: () => undefined,
    signInAs(other) {
      current = withCredentials(url, other);
      // A pool reads its options for each connection.
      for (const { options } of [pool, searchPool]) Object.assign(options, { connectionString: current });
    },
    async close() {
      const end = async (): Promise<void> => {
        await Promise.allSettled([pool.end(), searchPool.end()]);
      };
      await withinMs(END_MS, end(), () => undefined);
      sockets.destroy();
    },
  };
}
