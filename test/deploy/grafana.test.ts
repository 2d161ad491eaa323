import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SyntaxNodeRef } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { startMetrics } from '../../src/http/metrics-server.ts';
import { limiterWith } from '../support/limiters.ts';
import { documentOf } from '../support/mutations.ts';
import { run } from '../support/run.ts';
import { silentLogger } from '../support/silence.ts';

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

const dashboard = JSON.parse(
  readFileSync(new URL('../../deploy/grafana/stagegraph.json', import.meta.url), 'utf8'),
) as Dashboard;
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ refId, expr, legendFormat }) => ({ title, refId, expr, legendFormat })),
);

/** A metric in a query, with the labels and values that the query matches. */
interface Selector {
  readonly metric: string;
  readonly labels: Map<string, string>;
}
interface Query {
  readonly selectors: readonly Selector[];
  /** By which its result is grouped. */
  readonly grouping: readonly string[];
}

/** Grafana's variables are replaced as Grafana would. Throws for a query that Prometheus cannot parse. */
function parseQuery(expr: string): Query {
  const text = expr.replaceAll('$__rate_interval', '2m');
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  const textOf = (node: SyntaxNodeRef): string => text.slice(node.from, node.to);
  const enter: Readonly<Record<string, (node: SyntaxNodeRef) => void>> = {
    '⚠': (node) => {
      throw new Error(`${text} cannot be parsed at ${node.from}`);
    },
    VectorSelector: (node) => selectors.push({ metric: textOf(node).replace(/\{.*/, ''), labels: new Map() }),
    UnquotedLabelMatcher: (node) => {
      const [, label = '', value = ''] = /^(\w+)\s*[!=~]+\s*"(.*)"$/.exec(textOf(node)) ?? [];
      selectors.at(-1)?.labels.set(label, value);
    },
    LabelName: (node) => {
      if (node.node.parent?.name === 'GroupingLabels') grouping.push(textOf(node));
    },
  };
  parser.parse(text).iterate({ enter: (node) => enter[node.name]?.(node) });
  return { selectors, grouping };
}

/** What a scrape has: the values of each label of each metric. */
type Series = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

function seriesOf(scrape: string): Series {
  const series = new Map<string, Map<string, Set<string>>>();
  for (const line of scrape.split('\n').filter((text) => text !== '' && !text.startsWith('#'))) {
    const [, metric = '', labels = ''] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    const values = series.get(metric) ?? new Map<string, Set<string>>();
    series.set(metric, values);
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
      values.set(label, (values.get(label) ?? new Set()).add(value));
    }
  }
  return series;
}

/** A gateway that has done everything of which there is a metric, and its metrics. */
async function scrapeBusyGateway(): Promise<Series> {
  const metrics = await startMetrics({
    version: '1.2.3',
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    limiters: () => [limiterWith({ mutation: 0, read: 0, refresh: 0 })],
    mutations: ['updateStage'],
    sharing: () => ({ isUp: true, processes: 3, outages: 0 }),
    tokenKeys: () => ({ ageSeconds: 60, failedFetches: 0 }),
    database: {
      status: () => ({ available: true, since: 0, reason: undefined, outages: 0 }),
      bytes: () => 4096,
      queued: () => 0,
      events: () => ({ waiting: 0, dropped: 0 }),
    },
  });
  const { observer } = metrics.metrics;
  const failing = (status: number) => ({
    faults: [{ operation: 'GetRestApis', action: 'fail', status } as const],
  });
  const apis = '{ restApis { nodes { name } } }';
  const retrying = await run({ observer, stageApi: failing(503) });
  await retrying.graphql(apis);
  await retrying.close();
  const throttled = { rate: 0.1, burst: 4, deadlineMs: 3000, stageApi: failing(429) };
  const gateway = await run({ observer, ttlMs: 60_000, ...throttled });
  await gateway.graphql('{ stage(restApiId: "petstore01", stageName: "prod") { description } }');
  await gateway.graphql('{ stage(restApiId: "petstore01", stageName: "prod") { stageName } }');
  await gateway.graphql('{ nonsense }');
  await gateway.graphql(apis);
  await gateway.graphql(documentOf('updateStage'), {
    input: { restApiId: 'petstore01', stageName: 'dev', description: 'x' },
  });
  await gateway.graphql('{ stages(restApiId: "orders0002") { stageName } }');
  await gateway.close();
  // What takes an overload, and a file of policies.
  observer.shed('caller');
  observer.forbade('read');
  observer.failed('RATE_LIMITED', 'web');
  const scrape = await (await fetch(metrics.url)).text();
  await metrics.close();
  return seriesOf(scrape);
}

/** Labels that Prometheus gives to every series of a target. */
const ofTarget = new Set(['job', 'instance']);

describe('the dashboard', () => {
  let series: Series;
  beforeAll(async () => {
    series = await scrapeBusyGateway();
  });

  test.each(queries)(
    'asks in «$title» ($refId) for metrics, labels and values that a gateway has',
    ({ expr }) => {
      const { selectors, grouping } = parseQuery(expr);
      expect(selectors.length).toBeGreaterThan(0);
      for (const { metric, labels } of selectors) {
        const known = series.get(metric);
        expect({ metric, isThere: known !== undefined }).toEqual({ metric, isThere: true });
        const names = [...labels.keys(), ...grouping];
        expect(names.filter((name) => !ofTarget.has(name) && known?.has(name) !== true)).toEqual([]);
        const values = [...labels].filter(([, value]) => !value.startsWith('$'));
        const unknown = values.filter(([label, value]) =>
          value.split('|').some((one) => known?.get(label)?.has(one) !== true),
        );
        expect(unknown).toEqual([]);
      }
    },
  );

  test.each(queries)(
    'names the series of «$title» ($refId) by labels that they have',
    ({ expr, legendFormat }) => {
      const { grouping } = parseQuery(expr);
      const names = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
      const isGrouped = /\b(?:sum|min)\b/.test(expr);
      expect(names.filter((name) => !(isGrouped ? grouping.includes(name) : ofTarget.has(name)))).toEqual([]);
    },
  );

  test('shows every metric of the gateway', () => {
    const shown = new Set(
      queries.flatMap(({ expr }) => parseQuery(expr).selectors.map(({ metric }) => metric)),
    );
    const base = (metric: string): string => metric.replace(/_(?:bucket|sum|count)$/, '');
    const shownBases = new Set([...shown].map(base));
    const missing = [...series.keys()].filter(
      (name) => name.startsWith('stagegraph_') && !shownBases.has(base(name)),
    );
    expect(missing).toEqual([]);
  });

  test('uses variables that it defines, from metrics that a gateway has', () => {
    const defined = dashboard.templating.list.map(({ name }) => name);
    const used = queries.flatMap(({ expr }) => [...expr.matchAll(/\$(\w+)/g)].map(([, name = '']) => name));
    expect(new Set(used.filter((name) => name !== '__rate_interval'))).toEqual(new Set(['job', 'account']));
    expect(defined).toEqual(['datasource', 'job', 'account']);
    const metrics = dashboard.templating.list.flatMap(
      ({ query }) => /label_values\((\w+)/.exec(query)?.slice(1) ?? [],
    );
    expect(metrics.filter((metric) => !series.has(metric))).toEqual([]);
    expect(metrics).toHaveLength(2);
  });

  test('has panels that do not overlap', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});

test('a query that Prometheus cannot parse is refused', () => {
  expect(() => parseQuery('sum(rate(a[5m])')).toThrow('cannot be parsed');
});
