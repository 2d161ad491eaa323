import type { TokenKeysState } from '../../auth/signing-keys.ts';
import type { ObservedLimiter } from '../../fleet/fleet.ts';
import type { DatabaseStatus } from '../../memory/database/availability.ts';
import type { SharingState } from '../../upstream/redis/index.ts';
import type { Instruments } from './prometheus.ts';

/** The database of history and inventory. */
export interface ObservedDatabase {
  readonly status: () => DatabaseStatus;
  /** Undefined where it is not known. */
  readonly bytes: () => number | undefined;
  /** What waits in this process to be written. */
  readonly queued: () => number;
  /** Events of AWS. */
  readonly events: () => { readonly waiting: number; readonly dropped: number };
}

/** State that is read at each scrape. */
export interface ObservedState {
  readonly limiters: () => readonly ObservedLimiter[];
  /** With Redis. */
  readonly sharing?: (() => SharingState) | undefined;
  readonly database?: ObservedDatabase | undefined;
  /** With authentication. */
  readonly tokenKeys?: (() => TokenKeysState) | undefined;
}

/** The Region is empty for a limiter that the Regions of an account share. */
const labelsOf = ({ account, region = '' }: Pick<ObservedLimiter, 'account' | 'region'>) => ({
  account,
  region,
});

function databaseMetrics({ gauge, totalCounter }: Instruments, database: ObservedDatabase): void {
  gauge('database_up', '1 while the database can be read and written.', () =>
    database.status().available ? 1 : 0,
  );
  totalCounter(
    'database_outages_total',
    'How often the database became unavailable.',
    () => database.status().outages,
  );
  gauge('database_queue_length', 'Observations and entries that wait to be written.', database.queued);
  gauge('aws_events_waiting', 'Events of AWS that wait to be processed.', () => database.events().waiting);
  totalCounter(
    'aws_events_dropped_total',
    'Events of AWS that were dropped because too many waited.',
    () => database.events().dropped,
  );
  gauge(
    'database_bytes',
    'Size of the SQLite database, in its file or in memory; absent for PostgreSQL.',
    database.bytes,
  );
}

/** Registers gauges and counters that read existing state when they are scraped. */
export function stateMetrics(
  instruments: Instruments,
  { limiters, sharing, database, tokenKeys }: ObservedState,
): void {
  const { gauge, gaugeBy, totalCounter } = instruments;
  gaugeBy(
    'upstream_budget_tokens',
    'Calls to AWS that the rate limiter would allow now.',
    ['account', 'region'],
    () => limiters().map(({ available, ...limiter }) => [labelsOf(limiter), available]),
  );
  gaugeBy(
    'upstream_queue_length',
    'Calls to AWS that wait in the rate limiter.',
    ['account', 'region', 'priority'],
    () =>
      limiters().flatMap((limiter) =>
        Object.entries(limiter.queued).map(
          ([priority, count]) => [{ ...labelsOf(limiter), priority }, count] as const,
        ),
      ),
  );
  if (sharing !== undefined) {
    gauge('redis_up', '1 while Redis is available; 0 while the process uses local state.', () =>
      sharing().isUp ? 1 : 0,
    );
    gauge(
      'redis_processes',
      'Processes that share the rate limiter, as this one sees it.',
      () => sharing().processes,
    );
    totalCounter('redis_outages_total', 'How often Redis became unavailable.', () => sharing().outages);
  }
  if (database !== undefined) databaseMetrics(instruments, database);
  if (tokenKeys !== undefined) {
    gauge(
      'token_keys_age_seconds',
      'Since the last successful fetch of the signing keys; absent before the first one.',
      () => tokenKeys().ageSeconds,
    );
    totalCounter(
      'token_key_fetch_failures_total',
      'Failed fetches of the signing keys.',
      () => tokenKeys().failedFetches,
    );
  }
}
