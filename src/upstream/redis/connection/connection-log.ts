import type { Logger } from '../../../app/logger.ts';
import { NO_EVICTION } from './commands.ts';

/** The same rejection is logged at most so often. */
const INTERVAL_MS = 10_000;

/** Logs the state of the connection without repeating itself: connecting is retried for ever. */
export function createConnectionLog(logger: Logger) {
  let lastReason: string | undefined;
  let lastPolicy: string = NO_EVICTION;
  const rejectedAt = new Map<string, number>();
  return {
    lost(reason: string): void {
      logger.warn(
        { reason },
        "Redis is unavailable; using local state and this process's share of the rate limit",
      );
    },
    established(): void {
      lastReason = undefined;
    },
    /** Once for each reason. */
    unusable(reason: string): void {
      if (reason !== lastReason) logger.warn({ reason }, 'Redis cannot be used');
      lastReason = reason;
    },
    /** Redis has rejected a command, e.g. a large value because it is full. */
    rejected(reason: string): void {
      const kind = reason.split(' ')[0] ?? '';
      if (performance.now() - (rejectedAt.get(kind) ?? -Infinity) < INTERVAL_MS) return;
      rejectedAt.set(kind, performance.now());
      logger.warn({ reason }, 'Redis refused a command; using local state for its key');
    },
    /** Correct under eviction too, but a change whose lock was evicted is refused, or carries a warning. */
    evictionPolicy(policy: string): void {
      const isKnown = policy === lastPolicy;
      lastPolicy = policy;
      if (isKnown || policy === NO_EVICTION) return;
      logger.warn(
        { maxmemoryPolicy: policy },
        `Redis evicts keys when it is full, locks too: set its maxmemory-policy to ${NO_EVICTION}`,
      );
    },
  };
}
