import type { CacheObserver } from '../../cache/observer.ts';
import type { UpstreamObserver } from '../../upstream/calls/observer.ts';
import { type Instruments, SECONDS } from './prometheus.ts';

/** From a fresh read to the end of TTL and staleness. */
const AGES = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600];
const SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500];

/** The labels of a call's target. */
const TARGET = ['account', 'region'] as const;

function callMetrics({ counter, histogram }: Instruments): Pick<UpstreamObserver, 'called' | 'rejected'> {
  const calls = counter(
    'upstream_calls_total',
    'Attempts at calls to AWS that were sent.',
    ...TARGET,
    'operation',
    'outcome',
  );
  const seconds = histogram(
    'upstream_call_duration_seconds',
    'One attempt at a call to AWS, without its wait in the rate limiter.',
    SECONDS,
    ...TARGET,
    'operation',
  );
  const retries = counter(
    'upstream_retries_total',
    'Attempts after the first of a call.',
    ...TARGET,
    'operation',
  );
  const throttles = counter(
    'upstream_throttles_total',
    'Attempts that AWS answered with 429.',
    ...TARGET,
    'operation',
  );
  const rejections = counter(
    'upstream_refusals_total',
    'Calls that were not sent: the rate limiter would have delayed them past their deadline.',
    ...TARGET,
    'operation',
    'priority',
  );
  const waits = histogram(
    'upstream_queue_wait_seconds',
    'Wait of a call in the queue of the rate limiter.',
    SECONDS,
    ...TARGET,
    'priority',
  );
  return {
    called({ account, region, operation, attempt, outcome, priority, durationMs, waitedMs }) {
      calls.inc(account, region, operation, outcome);
      seconds.observe({ account, region, operation }, durationMs / 1000);
      waits.observe({ account, region, priority }, waitedMs / 1000);
      if (attempt > 1) retries.inc(account, region, operation);
      if (outcome === 'THROTTLED') throttles.inc(account, region, operation);
    },
    rejected: ({ account, region, operation, priority }) =>
      rejections.inc(account, region, operation, priority),
  };
}

/** What the gateway does to answer: calls, cache reads and batches. */
export function upstreamMetrics(instruments: Instruments): UpstreamObserver & CacheObserver {
  const { counter, histogram } = instruments;
  const reads = counter('cache_reads_total', 'Reads of the cache by outcome.', 'kind', 'outcome');
  const ages = histogram('cache_age_seconds', 'Age of cached values that were used.', AGES, 'kind');
  const batches = histogram('batch_size', 'Reads of one API that were combined.', SIZES, 'kind');
  return {
    ...callMetrics(instruments),
    read({ kind, outcome, ageMs }) {
      reads.inc(kind, outcome);
      if (ageMs !== undefined) ages.observe({ kind }, ageMs / 1000);
    },
    batched: (kind, size) => batches.observe({ kind }, size),
  };
}
