import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createSchema } from '../../src/graphql/schema/schema.ts';
import { createMetrics, type Metrics } from '../../src/observability/metrics/metrics.ts';
import { type Act, exception, reset, startFailingUpstream } from '../support/faults.ts';
import { limiterWith } from '../support/limiters.ts';
import { documentOf } from '../support/mutations.ts';
import { expectAlerts, promtool, type Series } from '../support/promtool.ts';
import { type Gateway, startGateway } from '../support/run.ts';

const rules = fileURLToPath(new URL('../../docs/alerts/stagegraph.yaml', import.meta.url));

type Scrape = ReadonlyMap<string, number>;

const close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of close.splice(0)) await end();
});

const limiters = () => [limiterWith({ mutation: 0, read: 0, refresh: 0 })];

/** The gateway's own series, as Prometheus reads them. */
async function scrapeOf({ print }: Metrics): Promise<Scrape> {
  const lines = (await print()).split('\n').filter((line) => line.startsWith('stagegraph_'));
  return new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.replace(/^.* /, ''))]));
}

/** A gateway whose AWS fails in one way until it is healed, and its metrics. */
async function gatewayWith(fault: Act | 'refuse') {
  const upstream = await startFailingUpstream(fault);
  const metrics = createMetrics({
    version: '1.2.3',
    limiters,
    mutations: Object.keys(createSchema().getMutationType()?.getFields() ?? {}),
  });
  const gateway = await startGateway(upstream.url, { observer: metrics.observer, deadlineMs: 2000 });
  close.push(
    () => gateway.close(),
    () => upstream.close(),
  );
  return { gateway, upstream, scrape: () => scrapeOf(metrics) };
}

/** What was counted between two scrapes happens so often in each of twenty minutes. */
const everyMinute = (before: Scrape, after: Scrape, times = 1): Series =>
  Object.fromEntries(
    [...after].map(([name, value]) => {
      const start = before.get(name);
      const more = (value - (start ?? 0)) * times;
      return [name, start === undefined ? `_ ${more}+${more}x20` : `${start}+${more}x20`];
    }),
  );

/** What was counted between two scrapes happens once, after five minutes. */
const once = (before: Scrape, after: Scrape): Series =>
  Object.fromEntries([...after].map(([name, value]) => [name, `${before.get(name) ?? '_'}x5 ${value}x20`]));

const STAGE = '{ stage(restApiId: "petstore01", stageName: "dev") { description } }';
const ENTITIES =
  'query ($of: [_Any!]!) { __typename _entities(representations: $of) { ... on Stage { description } } }';
const representation = { __typename: 'Stage', restApiId: 'petstore01', stageName: 'dev' };
const change = (gateway: Gateway) =>
  gateway.graphql(documentOf('updateStage'), {
    input: { restApiId: 'petstore01', stageName: 'dev', description: 'x' },
  });

test('the rules are rules', () => {
  expect(promtool(['check', 'rules', rules])).toContain('SUCCESS');
});

describe('the alert for failing operations', () => {
  test.each<[string, (gateway: Gateway) => Promise<unknown>]>([
    ['queries', (gateway) => gateway.graphql(STAGE)],
    ['changes', change],
    [
      'entities for a router',
      (gateway) => gateway.graphql(ENTITIES, { of: [representation, representation] }),
    ],
  ])('fires in an outage of AWS, for %s', async (_, ask) => {
    const { gateway, scrape } = await gatewayWith('refuse');
    const before = await scrape();
    await ask(gateway);
    const series = everyMinute(before, await scrape());
    expectAlerts(rules, series, 15, ['StagegraphOperationsFail']);
  });

  test('does not fire where all is well, nor for operations that do not fit the schema', async () => {
    const { gateway, upstream, scrape } = await gatewayWith('refuse');
    await upstream.heal();
    const before = await scrape();
    await gateway.graphql(STAGE);
    await change(gateway);
    await gateway.graphql('{ nonsense }');
    expectAlerts(rules, everyMinute(before, await scrape()), 15, []);
  });

  test('does not fire where a part of each answer is there', async () => {
    const { gateway, upstream, scrape } = await gatewayWith('refuse');
    await upstream.heal();
    const before = await scrape();
    const { data, errors } = await gateway.graphql(
      'query ($id: ID!) { a: stage(restApiId: "petstore01", stageName: "dev") { description } b: restApi(restApiId: $id) { name } }',
      { id: '..' },
    );
    expect([data, errors]).toMatchObject([{ a: {}, b: null }, [{ path: ['b'] }]]);
    expectAlerts(rules, everyMinute(before, await scrape()), 15, []);
  });
});

describe('the alert for changes of unknown outcome', () => {
  test('fires for a single one, the first of its kind', async () => {
    const { gateway, scrape } = await gatewayWith(reset);
    const before = await scrape();
    const { data } = await change(gateway);
    expect(data).toMatchObject({ updateStage: { userErrors: [{ code: 'OUTCOME_UNKNOWN' }] } });
    const series = once(before, await scrape());
    expectAlerts(rules, series, 4, []);
    expectAlerts(rules, series, 7, ['StagegraphOutcomeUnknown']);
    expectAlerts(rules, series, 20, []);
  });
});

describe('the alert for throttling', () => {
  test('fires where AWS says 429 again and again', async () => {
    const { gateway, scrape } = await gatewayWith(
      exception(429, 'TooManyRequestsException', 'Rate exceeded'),
    );
    const before = await scrape();
    await change(gateway);
    const series = everyMinute(before, await scrape(), 10);
    expectAlerts(rules, series, 20, ['StagegraphThrottledByAws']);
  });
});

describe('the alert for the keys of tokens', () => {
  let state = { ageSeconds: 0, failedFetches: 0 };
  const metrics = createMetrics({ version: '1.2.3', limiters, tokenKeys: () => state });
  const scrape = (ageSeconds: number, failedFetches: number) => {
    state = { ageSeconds, failedFetches };
    return scrapeOf(metrics);
  };

  test('fires when they are a quarter of an hour old, and not while they are fetched anew', async () => {
    const ageing = everyMinute(await scrape(0, 0), await scrape(60, 0));
    expectAlerts(rules, ageing, 14, []);
    expectAlerts(rules, ageing, 17, ['StagegraphTokenKeysStale']);
    expectAlerts(rules, everyMinute(await scrape(120, 0), await scrape(120, 0)), 17, []);
  });

  test('fires when fetches fail again and again, and not for one', async () => {
    const before = await scrape(120, 0);
    const after = await scrape(120, 1);
    expectAlerts(rules, everyMinute(before, after), 10, ['StagegraphTokenKeysStale']);
    expectAlerts(rules, once(before, after), 10, []);
  });
});
