import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { StageUserErrorCode } from '../../__generated__/types.ts';
import type { TokenKeysState } from '../../auth/key-fetches.ts';
import type { RateLimiterState } from '../../upstream/limiter/rate-limiter.ts';
import type { SharingState } from '../../upstream/redis/index.ts';
import type { GatewayObserver, OperationDone, OperationType } from '../observer.ts';
import { boundedNames } from './bounded-names.ts';
import { errorCode, mutationOutcome } from './outcomes.ts';
import { createTally } from './tally.ts';

export interface Metrics {
  readonly observer: GatewayObserver;
  /** What there is to count, and how, in the format that Prometheus reads. */
  readonly print: () => Promise<string>;
  readonly contentType: string;
}

export interface MetricsOptions {
  readonly version: string;
  /** The budget at the moment of a scrape. */
  readonly budget: () => RateLimiterState;
  /** The names of all mutations. */
  readonly mutations?: readonly string[] | undefined;
  /** Of a process that shares it with others, what it knows of them. */
  readonly sharing?: (() => SharingState) | undefined;
  /** Where tokens are checked, what is known of the keys. */
  readonly tokenKeys?: (() => TokenKeysState) | undefined;
  /** Milliseconds; the clock of the process by default. */
  readonly now?: (() => number) | undefined;
}

/** An operation's name is the client's to choose: so many have series of their own, while they are in use. */
const MAX_NAMES = 200;
const LONGEST_NAME = 100;
const IDLE_NAME_MS = 10 * 60_000;

/** From an answer out of memory to the end of the longest deadline. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];
/** From just read to the end of TTL and staleness. */
const AGES = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600];
const SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500];

/** All values of the labels beside the name of an operation that fits the schema. */
const OPERATION_TYPES: readonly OperationType[] = ['query', 'mutation'];
const OUTCOMES: readonly OperationDone['outcome'][] = ['ok', 'partial', 'error'];

/** One of these, and a person should look at the stage. */
const ALARMING_OUTCOMES: readonly StageUserErrorCode[] = ['OUTCOME_UNKNOWN', 'PARTIALLY_APPLIED'];

/** Observations that wait to be told together. */
const MOST_HELD = 500;

/** A name for whatever has none. */
const ANONYMOUS = 'anonymous';

/** Everything that is counted for Prometheus; docs/operations.md says what each means. */
export function createMetrics(options: MetricsOptions): Metrics {
  const { version, budget, mutations: mutationNames = [], sharing, tokenKeys } = options;
  const { now = () => performance.now() } = options;
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `stagegraph_${name}`, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ) => new Histogram({ name: `stagegraph_${name}`, help, labelNames, buckets, registers });

  /** For what every request counts: added up here, and told when it is asked for. */
  const tallied = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) => {
    const tally = createTally(labelNames);
    const told = new Counter({
      name: `stagegraph_${name}`,
      help,
      labelNames,
      registers,
      collect() {
        tally.take((labels, count) => this.inc(labels, count));
      },
    });
    return {
      inc: tally.count,
      remove(labels: Record<Label, string>) {
        tally.drop(labels);
        told.remove(labels);
      },
    };
  };

  /** For what every request observes: told many at a time, which is three times as fast, and when it is asked for. */
  const batched = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ) => {
    let held: { readonly labels: Readonly<Partial<Record<Label, string>>>; readonly value: number }[] = [];
    const tell = (): void => {
      const all = held;
      held = [];
      for (const { labels, value } of all) told.observe(labels, value);
    };
    const told = new Histogram({
      name: `stagegraph_${name}`,
      help,
      labelNames,
      buckets,
      registers,
      collect: tell,
    });
    return {
      observe(labels: Readonly<Partial<Record<Label, string>>>, value: number) {
        if (held.push({ labels, value }) >= MOST_HELD) tell();
      },
      remove(labels: Readonly<Record<Label, string>>) {
        tell();
        told.remove(labels);
      },
    };
  };

  const operationLabels = ['operation_name', 'operation_type'] as const;
  const operations = tallied('graphql_operations_total', 'GraphQL operations that were answered.', [
    ...operationLabels,
    'outcome',
  ]);
  const operationSeconds = batched(
    'graphql_operation_duration_seconds',
    'From the first byte of a request to the answer of GraphQL.',
    operationLabels,
    SECONDS,
  );
  const errors = counter('graphql_errors_total', 'Errors in answers, by code, refusals before GraphQL too.', [
    'code',
  ]);
  const responses = tallied(
    'http_responses_total',
    'HTTP requests on the public port, by the status of the answer.',
    ['status'],
  );
  const shed = counter('http_shed_requests_total', 'Requests that were turned away for overload.', [
    'reason',
  ]);
  const mutations = counter('mutations_total', 'Mutations, by what became of them.', ['mutation', 'outcome']);
  // A rule can only see a series grow: the first event of one that began with it would go unseen.
  for (const mutation of mutationNames)
    for (const outcome of ALARMING_OUTCOMES) mutations.inc({ mutation, outcome }, 0);
  const calls = counter('upstream_calls_total', 'Attempts at calls to AWS that were sent.', [
    'operation',
    'outcome',
  ]);
  const callSeconds = histogram(
    'upstream_call_duration_seconds',
    'One attempt at a call to AWS, without its wait for the budget.',
    ['operation'],
    SECONDS,
  );
  const retries = counter('upstream_retries_total', 'Attempts that were not the first of their call.', [
    'operation',
  ]);
  const throttles = counter('upstream_throttles_total', 'Attempts that AWS answered with 429.', [
    'operation',
  ]);
  const refusals = counter(
    'upstream_refusals_total',
    'Calls that were not sent: the budget would have had a turn for them too late.',
    ['operation', 'priority'],
  );
  const waits = histogram(
    'upstream_queue_wait_seconds',
    'How long a call waited for its turn in the budget.',
    ['priority'],
    SECONDS,
  );
  const reads = tallied('store_reads_total', 'Reads of the shared store, by how they were answered.', [
    'kind',
    'outcome',
  ]);
  const ages = batched('store_age_seconds', 'Age of what was answered from the store.', ['kind'], AGES);
  const batches = histogram(
    'batch_size',
    'How many things of one API were asked for together.',
    ['kind'],
    SIZES,
  );

  new Gauge({
    name: 'stagegraph_upstream_budget_tokens',
    help: 'Calls to AWS that could be made at once.',
    registers,
    collect() {
      this.set(budget().tokens);
    },
  });
  new Gauge({
    name: 'stagegraph_upstream_queue_length',
    help: 'Calls to AWS that wait for their turn in the budget.',
    labelNames: ['priority'],
    registers,
    collect() {
      for (const [priority, count] of Object.entries(budget().waiting)) this.set({ priority }, count);
    },
  });
  if (sharing !== undefined) {
    new Gauge({
      name: 'stagegraph_redis_up',
      help: '1 while Redis answers; 0 while this process is on its own.',
      registers,
      collect() {
        this.set(sharing().isUp ? 1 : 0);
      },
    });
    new Gauge({
      name: 'stagegraph_redis_processes',
      help: 'Processes that share the budget, as far as this one knows.',
      registers,
      collect() {
        this.set(sharing().processes);
      },
    });
    new Counter({
      name: 'stagegraph_redis_outages_total',
      help: 'How often Redis has gone away.',
      registers,
      collect() {
        this.reset();
        this.inc(sharing().outages);
      },
    });
  }
  if (tokenKeys !== undefined) {
    new Gauge({
      name: 'stagegraph_token_keys_age_seconds',
      help: 'Since the keys that tokens are checked with were last fetched; absent before the first time.',
      registers,
      collect() {
        const { ageSeconds } = tokenKeys();
        if (ageSeconds === undefined) this.remove();
        else this.set(ageSeconds);
      },
    });
    new Counter({
      name: 'stagegraph_token_key_fetch_failures_total',
      help: 'Fetches that brought no keys.',
      registers,
      collect() {
        this.reset();
        this.inc(tokenKeys().failedFetches);
      },
    });
  }
  new Gauge({
    name: 'stagegraph_build_info',
    help: 'Always 1; the version is in the labels.',
    labelNames: ['version', 'node_version'],
    registers,
  }).set({ version, node_version: process.version }, 1);

  const nameOf = boundedNames({
    most: MAX_NAMES,
    longest: LONGEST_NAME,
    idleMs: IDLE_NAME_MS,
    now,
    forget(operation_name) {
      for (const operation_type of OPERATION_TYPES) {
        operationSeconds.remove({ operation_name, operation_type });
        for (const outcome of OUTCOMES) operations.remove({ operation_name, operation_type, outcome });
      }
    },
  });

  return {
    observer: {
      operated({ name, type, outcome, durationMs, codes }) {
        // What does not fit the schema has no right to a name.
        const operation_name = type === 'unknown' ? ANONYMOUS : nameOf(name ?? ANONYMOUS);
        operations.inc(operation_name, type, outcome);
        operationSeconds.observe({ operation_name, operation_type: type }, durationMs / 1000);
        for (const code of codes) errors.inc({ code: errorCode(code) });
      },
      failed: (code) => errors.inc({ code: errorCode(code) }),
      changed: ({ mutation, outcome }) => mutations.inc({ mutation, outcome: mutationOutcome(outcome) }),
      answered: (status) => responses.inc(String(status)),
      shed: (reason) => shed.inc({ reason }),
      called({ operation, attempt, outcome, priority, durationMs, waitedMs }) {
        calls.inc({ operation, outcome });
        callSeconds.observe({ operation }, durationMs / 1000);
        waits.observe({ priority }, waitedMs / 1000);
        if (attempt > 1) retries.inc({ operation });
        if (outcome === 'THROTTLED') throttles.inc({ operation });
      },
      rejected: ({ operation, priority }) => refusals.inc({ operation, priority }),
      read({ kind, outcome, ageMs }) {
        reads.inc(kind, outcome);
        if (ageMs !== undefined) ages.observe({ kind }, ageMs / 1000);
      },
      batched: (kind, size) => batches.observe({ kind }, size),
    },
    print: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
