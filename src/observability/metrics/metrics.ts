import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { GatewayObserver } from '../observer.ts';
import { createInstruments } from './instruments.ts';
import { requestMetrics } from './request-metrics.ts';
import { type ObservedState, stateMetrics } from './state-metrics.ts';
import { upstreamMetrics } from './upstream-metrics.ts';

export interface MetricsOptions extends ObservedState {
  readonly version: string;
  /** The names of all mutations. */
  readonly mutations?: readonly string[] | undefined;
  /** Milliseconds; the clock of the process by default. */
  readonly now?: (() => number) | undefined;
}

/** All metrics of the gateway; docs/operations.md explains each. */
export function createMetrics(options: MetricsOptions) {
  const { version, mutations = [], now = () => performance.now() } = options;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const instruments = createInstruments(registry);
  const observer: GatewayObserver = {
    ...requestMetrics(instruments, mutations, now),
    ...upstreamMetrics(instruments),
  };
  stateMetrics(instruments, options);
  new Gauge({
    name: 'stagegraph_build_info',
    help: 'Always 1; the labels have the version.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  }).set({ version, node_version: process.version }, 1);
  return {
    observer,
    /** All metrics in the text format of Prometheus. */
    print: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
