import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { DatabaseUnavailable } from './unavailable.ts';

/** What is told of each use of the database. */
export interface DatabaseObserver {
  /** Throws while a use could only wait. */
  readonly admit: () => void;
  /** `since`: when the use began, by `performance.now()`. */
  readonly failed: (error: DatabaseUnavailable, since: number) => void;
}

export interface BoundedDriverOptions {
  /** From the wait for a connection to its release: for one statement, or for a whole transaction. */
  readonly timeoutMs: number;
  /** An error of the inner driver as callers see it. */
  readonly translate: (error: unknown) => unknown;
  readonly observer: DatabaseObserver;
}

/** A connection that is lent until a deadline. */
interface Lease extends DatabaseConnection {
  /** Runs a step of the inner driver within the deadline. */
  readonly run: <Result>(step: (connection: DatabaseConnection) => Promise<Result>) => Promise<Result>;
  readonly isOver: () => boolean;
  readonly end: () => void;
}

/** After a pause of this process, answers that have arrived meanwhile are read before the timeout counts. */
function within<Result>(ms: number, work: Promise<Result>, onTimeout: () => Error): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        setImmediate(() => setImmediate(() => reject(onTimeout())));
      },
      Math.max(0, ms),
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Lends a connection that was asked for at `since`; `giveBack` ends its use by anyone. */
function lend(
  connection: DatabaseConnection,
  remainingMs: number,
  attempt: <Result>(work: Promise<Result>) => Promise<Result>,
  giveBack: () => void,
): Lease {
  let over = false;
  let expired = false;
  let steps = 0;
  const end = (): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    giveBack();
  };
  const endIfIdle = (): void => {
    if (expired && steps === 0) end();
  };
  // A transaction whose caller waits for something else must not keep others waiting. A step ends by its own timeout.
  const timer = setTimeout(
    () => {
      expired = true;
      endIfIdle();
    },
    Math.max(0, remainingMs),
  );
  const run: Lease['run'] = async (step) => {
    if (over) throw new DatabaseUnavailable('timeout', 'the transaction took too long');
    steps += 1;
    try {
      return await attempt(step(connection));
    } finally {
      steps -= 1;
      endIfIdle();
    }
  };
  return {
    run,
    end,
    isOver: () => over,
    executeQuery: <Row>(query: CompiledQuery): Promise<QueryResult<Row>> =>
      run((own) => own.executeQuery<Row>(query)),
    streamQuery() {
      throw new Error('rows cannot be streamed: ask for pages');
    },
  };
}

/**
 * A driver whose every wait has an end, and whose errors are translated. The inner driver must take back a connection in
 * any state: with a statement in progress, or in a transaction.
 */
export function boundedDriver(inner: Driver, options: BoundedDriverOptions): Driver {
  const { timeoutMs, translate, observer } = options;
  const tooSlow = () => new DatabaseUnavailable('timeout', `no answer within ${timeoutMs} ms`);
  const leases = new WeakMap<DatabaseConnection, Lease>();
  const remainingMs = (since: number): number => since + timeoutMs - performance.now();

  async function attempt<Result>(since: number, work: Promise<Result>): Promise<Result> {
    try {
      return await within(remainingMs(since), work, tooSlow);
    } catch (cause) {
      const error = translate(cause);
      if (error instanceof DatabaseUnavailable) observer.failed(error, since);
      throw error;
    }
  }

  function leaseOf(connection: DatabaseConnection): Lease {
    const lease = leases.get(connection);
    if (lease === undefined) throw new Error('the connection is not of this driver');
    return lease;
  }

  async function acquireConnection(): Promise<DatabaseConnection> {
    observer.admit();
    const since = performance.now();
    const acquiring = inner.acquireConnection();
    const giveBack = (connection: DatabaseConnection): void => void inner.releaseConnection(connection);
    try {
      const connection = await attempt(since, acquiring);
      const ofLease = <Result>(work: Promise<Result>) => attempt(since, work);
      const lease = lend(connection, remainingMs(since), ofLease, () => giveBack(connection));
      leases.set(lease, lease);
      return lease;
    } catch (error) {
      // It may still come, after the timeout.
      acquiring.then(giveBack, () => undefined);
      throw error;
    }
  }

  return {
    init: () => Promise.resolve(),
    acquireConnection,
    beginTransaction: (connection, settings) =>
      leaseOf(connection).run((own) => inner.beginTransaction(own, settings)),
    commitTransaction: (connection) => leaseOf(connection).run((own) => inner.commitTransaction(own)),
    async rollbackTransaction(connection) {
      const lease = leaseOf(connection);
      if (lease.isOver()) return;
      // The caller gets the error that made it roll back. What cannot be rolled back is not used again.
      await lease.run((own) => inner.rollbackTransaction(own)).catch(() => undefined);
    },
    releaseConnection(connection) {
      leaseOf(connection).end();
      return Promise.resolve();
    },
    destroy: () => Promise.resolve(),
  };
}
