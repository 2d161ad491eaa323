import type { Logger } from '../../app/logger.ts';
import { NO_EVICTION } from './client.ts';

/** Logs the state of the connection without repeating itself: connecting is retried for ever. */
export interface ConnectionLog {
  readonly lost: (reason: string) => void;
  readonly established: () => void;
  /** Once for each reason. */
  readonly unusable: (reason: string) => void;
  /** Redis has rejected a command, e.g. a large value because it is full. */
  readonly rejected: (reason: string) => void;
  /** Correct under eviction too, but a change whose lock was evicted is refused, or carries a warning. */
  readonly evictionPolicy: (policy: string) => void;
}

/** The same rejection is logged at most so often. */
const INTERVAL_MS = 10_000;

export function createConnectionLog(logger: Logger): ConnectionLog {
  let lastReason: string | undefined;
  let lastPolicy: string = NO_EVICTION;
  const rejectedAt = new Map<string, number>();
  return {
    lost(reason) {
      logger.warn(
        { reason },
        "Redis is unavailable; using local state and this process's share of the rate limit",
      );
    },
    established() {
      lastReason = undefined;
    },
    unusable(reason) {
      if (reason !== lastReason) logger.warn({ reason }, 'Redis cannot be used');
      lastReason = reason;
    },
    rejected(reason) {
      const kind = reason.split(' ')[0] ?? '';
      if (performance.now() - (rejectedAt.get(kind) ?? -Infinity) < INTERVAL_MS) return;
      rejectedAt.set(kind, performance.now());
      logger.warn({ reason }, 'Redis refused a command; using local state for its key');
    },
    evictionPolicy(policy) {
      if (policy === lastPolicy) return;
      lastPolicy = policy;
      if (policy === NO_EVICTION) return;
      logger.warn(
        { maxmemoryPolicy: policy },
        `Redis evicts keys when it is full, locks too: set its maxmemory-policy to ${NO_EVICTION}`,
      );
    },
  };
}
