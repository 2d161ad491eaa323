import { Counter, type CounterConfiguration, Gauge, Histogram, type Registry } from 'prom-client';
import { createTally } from './tally.ts';

type Labels<Label extends string> = Readonly<Record<Label, string>>;

type Definition<Label extends string> = CounterConfiguration<Label> & {
  readonly labelNames: readonly Label[];
};

/** Adds up in a tally, which each scrape drains: counters are on the hot path. */
function createCounter<Label extends string>(definition: Definition<Label>) {
  const tally = createTally(definition.labelNames);
  const drain = (): void => tally.drain((labels, count) => counter.inc(labels, count));
  const counter = new Counter({ ...definition, collect: drain });
  return {
    /** Adds one for these values, in the order of the labels. */
    inc: tally.count,
    /** Starts a series at zero. */
    start: (labels: Labels<Label>) => counter.inc(labels, 0),
    remove(labels: Labels<Label>) {
      drain();
      counter.remove(labels);
    },
  };
}

/** From a cached response to the longest deadline. */
export const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];
const BUFFER_SIZE = 500;

/** Buffers values: observing many together is three times as fast. */
function createHistogram<Label extends string>(definition: Definition<Label>, buckets: number[]) {
  let buffer: { readonly labels: Labels<Label>; readonly value: number }[] = [];
  const flush = (): void => {
    const observations = buffer;
    buffer = [];
    for (const { labels, value } of observations) histogram.observe(labels, value);
  };
  const histogram = new Histogram({ ...definition, buckets, collect: flush });
  return {
    observe(labels: Labels<Label>, value: number) {
      if (buffer.push({ labels, value }) >= BUFFER_SIZE) flush();
    },
    remove(labels: Labels<Label>) {
      flush();
      histogram.remove(labels);
    },
  };
}

/** Creates metrics with our prefix in a registry. */
export function createInstruments(registry: Registry) {
  const define = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) => ({
    name: `stagegraph_${name}`,
    help,
    labelNames,
    registers: [registry],
  });

  return {
    counter: <Label extends string>(name: string, help: string, ...labels: readonly Label[]) =>
      createCounter(define(name, help, labels)),

    histogram: <Label extends string>(
      name: string,
      help: string,
      buckets: number[],
      ...labels: readonly Label[]
    ) => createHistogram(define(name, help, labels), buckets),

    /** A gauge that is read at each scrape; undefined: no sample. */
    gauge: (name: string, help: string, read: () => number | undefined) =>
      new Gauge({
        ...define(name, help, []),
        collect() {
          const value = read();
          if (value === undefined) this.remove();
          else this.set(value);
        },
      }),

    /** A counter whose total is kept elsewhere and read at each scrape. */
    totalCounter: (name: string, help: string, read: () => number) =>
      new Counter({
        ...define(name, help, []),
        collect() {
          this.reset();
          this.inc(read());
        },
      }),

    /** A gauge with a sample for each combination of labels, read at each scrape. */
    gaugeBy: <Label extends string>(
      name: string,
      help: string,
      labels: readonly Label[],
      read: () => readonly (readonly [Labels<Label>, number])[],
    ) =>
      new Gauge({
        ...define(name, help, labels),
        collect() {
          this.reset();
          for (const [values, count] of read()) this.set(values, count);
        },
      }),
  };
}

export type Instruments = ReturnType<typeof createInstruments>;
