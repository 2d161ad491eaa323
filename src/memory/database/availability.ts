import type { Logger } from '../../app/logger.ts';
import type { DatabaseObserver } from './bounded-driver.ts';
import { DatabaseUnavailable, messageOf, type UnavailableReason } from './unavailable.ts';

export interface DatabaseStatus {
  readonly available: boolean;
  /** Milliseconds since 1970: when it became so. */
  readonly since: number;
  /** Why it is not available. */
  readonly reason: UnavailableReason | undefined;
  /** How often it became unavailable since the start. */
  readonly outages: number;
}

/** The delay of the first probe; it doubles up to the longest. */
const FIRST_PROBE_MS = 250;
const LONGEST_PROBE_MS = 5000;
/** An outage that begins so long after the last one is probed as the first one was. */
const STABLE_MS = 10_000;

/** Then every use would only wait. For the other reasons reads still work. */
const unreachable: readonly UnavailableReason[] = ['away', 'timeout'];

export interface AvailabilityOptions {
  readonly logger: Logger;
  /** Resolves if the database can be read and written. Must end by itself. `failure`: why it is unavailable. */
  readonly probe: (failure: DatabaseUnavailable) => Promise<void>;
}

/** Whether the database can be used. After a failure a probe runs until it succeeds; each change is logged once. */
// One closure: the state and the timer of the next probe change together.
// eslint-disable-next-line max-lines-per-function
export function createAvailability({ logger, probe }: AvailabilityOptions) {
  let down: DatabaseUnavailable | undefined;
  let since = Date.now();
  /** By `performance.now()`. */
  let healedAt = -Infinity;
  let outages = 0;
  let lastDetail: string | undefined;
  let probes = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function probeLater(): void {
    if (closed) return;
    const delayMs = Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** probes);
    probes += 1;
    timer = setTimeout(() => void runProbe(), delayMs).unref();
  }

  async function runProbe(): Promise<void> {
    if (down === undefined) return;
    try {
      await probe(down);
      markUp();
    } catch (error) {
      // What was away may have come back as read-only: then it can be read.
      if (error instanceof DatabaseUnavailable) down = error;
      logOnce(messageOf(error));
      probeLater();
    }
  }

  /** Each reason once: probes repeat for ever. */
  function logOnce(detail: string): void {
    if (detail !== lastDetail) logger.warn({ detail }, 'The database cannot be used yet');
    lastDetail = detail;
  }

  function markUp(): void {
    if (down === undefined || closed) return;
    down = undefined;
    since = Date.now();
    healedAt = performance.now();
    logger.info({}, 'The database is available again');
  }

  function markDown(error: DatabaseUnavailable): void {
    if (down !== undefined || closed) return;
    if (performance.now() - healedAt > STABLE_MS) probes = 0;
    down = error;
    since = Date.now();
    outages += 1;
    lastDetail = error.message;
    logger.warn(
      { reason: error.reason, detail: error.message },
      'The database is unavailable: stages are read and changed without it; history and inventory have to wait',
    );
    probeLater();
  }

  const observer: DatabaseObserver = {
    admit() {
      if (closed) throw new DatabaseUnavailable('away', 'the database was closed');
      if (down === undefined || !unreachable.includes(down.reason)) return;
      throw new DatabaseUnavailable(down.reason, down.message, { cause: down });
    },
    failed(error, begunAt) {
      // What began before the end of the last outage belongs to it.
      if (begunAt >= healedAt) markDown(error);
    },
  };
  return {
    observer,
    markDown,
    status: (): DatabaseStatus => ({
      available: down === undefined,
      since,
      reason: down?.reason,
      outages,
    }),
    /** Rejects with the failure that made it unavailable. */
    check: (): Promise<void> => (down === undefined ? Promise.resolve() : Promise.reject(down)),
    close(): void {
      closed = true;
      clearTimeout(timer);
    },
  };
}
