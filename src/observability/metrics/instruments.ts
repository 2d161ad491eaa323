import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { createTally } from './tally.ts';

type Labels<Label extends string> = Readonly<Partial<Record<Label, string>>>;

interface Definition<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly registers: Registry[];
}

/** A counter for the hot path: adds up in a tally, which each scrape drains. */
function createFastCounter<Label extends string>(definition: Definition<Label>) {
  const tally = createTally(definition.labelNames);
  const counter = new Counter({
    ...definition,
    collect() {
      tally.drain((labels, count) => this.inc(labels, count));
    },
  });
  return {
    inc: tally.count,
    remove(labels: Record<Label, string>) {
      tally.remove(labels);
      counter.remove(labels);
    },
  };
}

const BUFFER_SIZE = 500;

/** A histogram for the hot path: observing many values together is three times as fast. */
function createBufferedHistogram<Label extends string>(definition: Definition<Label>, buckets: number[]) {
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
    remove(labels: Record<Label, string>) {
      flush();
      histogram.remove(labels);
    },
  };
}

/** Creates metrics with our prefix in a registry. */
export function createInstruments(registry: Registry) {
  const define = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
  ): Definition<Label> => ({ name: `stagegraph_${name}`, help, labelNames, registers: [registry] });

  return {
    counter: <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
      new Counter(define(name, help, labels)),

    fastCounter: <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
      createFastCounter(define(name, help, labels)),

    histogram: <Label extends string>(
      name: string,
      help: string,
      labels: readonly Label[],
      buckets: number[],
    ) => new Histogram({ ...define(name, help, labels), buckets }),

    bufferedHistogram: <Label extends string>(
      name: string,
      help: string,
      labels: readonly Label[],
      buckets: number[],
    ) => createBufferedHistogram(define(name, help, labels), buckets),

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

    /** A gauge with a sample for each value of one label, read at each scrape. */
    gaugeBy: (name: string, help: string, label: string, read: () => Readonly<Record<string, number>>) =>
      new Gauge({
        ...define(name, help, [label]),
        collect() {
          for (const [value, count] of Object.entries(read())) this.set({ [label]: value }, count);
        },
      }),
  };
}

export type Instruments = ReturnType<typeof createInstruments>;
