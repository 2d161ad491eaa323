import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createSchema } from '../../src/schema.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { type Act, exception, reset, startFailingUpstream } from '../support/faults.ts';
import { documentOf } from '../support/mutations.ts';
import { expectAlerts, promtool, type Series } from '../support/promtool.ts';
import { type Gateway, startGateway } from '../support/run.ts';

const rules = fileURLToPath(new URL('../../docs/alerts/stagegraph.yaml', import.meta.url));

const close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of close.splice(0)) await end();
});

/** A gateway whose AWS fails in one way until it is healed, and its metrics. */
async function gatewayWith(fault: Act | 'refuse') {
  const upstream = await startFailingUpstream(fault);
  const metrics = createMetrics({
    version: '1.2.3',
    budget: () => ({ tokens: 7, waiting: { mutation: 0, read: 0, refresh: 0 } }),
    mutations: Object.keys(createSchema().getMutationType()?.getFields() ?? {}),
  });
  const gateway = await startGateway(upstream.url, { observer: metrics.observer, deadlineMs: 2000 });
  close.push(
    () => gateway.close(),
    () => upstream.close(),
  );
  /** The gateway's own series, as Prometheus reads them. */
  const scrape = async (): Promise<ReadonlyMap<string, number>> => {
    const lines = (await metrics.print()).split('\n').filter((line) => line.startsWith('stagegraph_'));
    return new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.replace(/^.* /, ''))]));
  };
  return { gateway, upstream, scrape };
}

type Scrape = ReadonlyMap<string, number>;

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
