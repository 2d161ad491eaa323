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

describe('the alert for a gateway that is gone', () => {
  const build = async () => {
    const all = await scrapeOf(createMetrics({ version: '1.2.3', limiters }));
    const [name = ''] = [...all.keys()].filter((each) => each.startsWith('stagegraph_build_info'));
    return name;
  };

  test('fires five minutes after the last process has ended', async () => {
    const series = { [await build()]: '1x10 stale' };
    expectAlerts(rules, series, 10, []);
    expectAlerts(rules, series, 14, []);
    expectAlerts(rules, series, 17, ['StagegraphAbsent']);
  });

  test('fires where Prometheus has never found one', () => {
    expectAlerts(rules, { up: '1x20' }, 6, ['StagegraphAbsent']);
  });

  test('does not fire while one process is there, nor during a restart', async () => {
    const [one, other] = ['a', 'b'].map((instance) => ({ instance }));
    const named = (name: string, of: { instance: string } | undefined) =>
      name.replace('{', `{instance="${of?.instance}",`);
    const name = await build();
    expectAlerts(rules, { [named(name, one)]: '1x20', [named(name, other)]: '1x5 stale' }, 20, []);
    expectAlerts(rules, { [name]: '1x5 stale _ _ 1x12' }, 20, []);
  });
});

describe('the alerts for what the gateway can do without', () => {
  let state = { database: true, redis: true };
  const metrics = createMetrics({
    version: '1.2.3',
    limiters,
    sharing: () => ({ isUp: state.redis, processes: 1, outages: 0 }),
    database: {
      status: () => ({ available: state.database, since: 0, reason: undefined, outages: 0 }),
      bytes: () => 0,
      queued: () => 0,
      events: () => ({ waiting: 0, dropped: 0 }),
    },
  });
  const scrape = (database: boolean, redis: boolean) => {
    state = { database, redis };
    return scrapeOf(metrics);
  };

  test.each([
    ['the database', 'StagegraphDatabaseUnavailable', false, true],
    ['Redis', 'StagegraphRedisUnavailable', true, false],
  ])('fire when %s has been unavailable for ten minutes', async (_, alert, database, redis) => {
    const series = everyMinute(await scrape(database, redis), await scrape(database, redis));
    expectAlerts(rules, series, 9, []);
    expectAlerts(rules, series, 11, [alert]);
  });

  test('do not fire while both answer, nor for an outage that ends', async () => {
    const up = await scrape(true, true);
    expectAlerts(rules, everyMinute(up, up), 15, []);
    const down = await scrape(false, false);
    const outage = [...up].map(([name, value]) => [name, `${value}x2 ${down.get(name)}x8 ${value}x10`]);
    expectAlerts(rules, Object.fromEntries(outage) as Series, 10, []);
    expectAlerts(rules, Object.fromEntries(outage) as Series, 15, []);
  });

  test('do not fire for a process without them', async () => {
    const without = await scrapeOf(createMetrics({ version: '1.2.3', limiters }));
    expectAlerts(rules, everyMinute(without, without), 15, []);
  });

  test('fire for one process among others', async () => {
    const of = (instance: string, scraped: Scrape): [string, string][] =>
      [...scraped].map(([name, value]) => [
        name.includes('{')
          ? name.replace('{', `{instance="${instance}",`)
          : `${name}{instance="${instance}"}`,
        `${value}x20`,
      ]);
    const series = [...of('a', await scrape(true, true)), ...of('b', await scrape(true, false))];
    expectAlerts(rules, Object.fromEntries(series), 15, ['StagegraphRedisUnavailable']);
  });
});
