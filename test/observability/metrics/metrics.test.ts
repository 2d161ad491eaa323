import { beforeAll, describe, expect, test } from '@jest/globals';
import { type MetricsServer, startMetrics } from '../../../src/http/metrics-server.ts';
import { createMetrics } from '../../../src/observability/metrics/metrics.ts';
import { exchange, request } from '../../support/hostile.ts';
import { bearer, startIssuer } from '../../support/issuer.ts';
import { limiterWith } from '../../support/limiters.ts';
import { until } from '../../support/polling.ts';
import { run, type Running } from '../../support/run.ts';
import { silentLogger } from '../../support/silence.ts';

const limiters = () => [limiterWith({ mutation: 1, read: 2, refresh: 0 })];
const sharing = () => ({ isUp: true, processes: 3, outages: 2 });
const options = { version: '1.2.3', limiters, sharing };

/** Every sample of a scrape: its name and labels as Prometheus writes them, and its value. */
const samplesOf = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
  );

describe('metrics', () => {
  let server: MetricsServer;
  let gateway: Running | undefined;
  beforeAll(async () => {
    server = await startMetrics({ ...options, host: '127.0.0.1', port: 0, logger: silentLogger });
  });

  const scrape = async () => samplesOf(await (await fetch(server.url)).text());

  test('count the cost of a query, from the operation to the call', async () => {
    gateway = await run({ observer: server.metrics.observer, ttlMs: 60_000 });
    const query =
      'query Dashboard { a: stage(restApiId: "petstore01", stageName: "prod") { stageName } b: stage(restApiId: "petstore01", stageName: "dev") { stageName } }';
    await gateway.graphql(query);
    await gateway.graphql(query);
    const samples = await scrape();
    expect(Object.fromEntries(samples)).toMatchObject({
      'stagegraph_graphql_operations_total{operation_name="Dashboard",operation_type="query",outcome="ok"}': 2,
      'stagegraph_graphql_operation_duration_seconds_count{operation_name="Dashboard",operation_type="query"}': 2,
      'stagegraph_http_responses_total{status="200"}': 2,
      'stagegraph_upstream_calls_total{account="000000000000",region="us-east-1",operation="GetStages",outcome="OK"}': 1,
      'stagegraph_upstream_call_duration_seconds_count{account="000000000000",region="us-east-1",operation="GetStages"}': 1,
      'stagegraph_upstream_queue_wait_seconds_count{account="000000000000",region="us-east-1",priority="read"}': 1,
      'stagegraph_cache_reads_total{kind="stages",outcome="miss"}': 1,
      'stagegraph_cache_reads_total{kind="stages",outcome="hit"}': 1,
      'stagegraph_cache_age_seconds_count{kind="stages"}': 1,
      'stagegraph_batch_size_sum{kind="stage"}': 4,
      'stagegraph_batch_size_count{kind="stage"}': 2,
      'stagegraph_upstream_budget_tokens{account="111122223333",region="us-east-1"}': 7,
      stagegraph_redis_up: 1,
      stagegraph_redis_processes: 3,
      stagegraph_redis_outages_total: 2,
      'stagegraph_upstream_queue_length{account="111122223333",region="us-east-1",priority="read"}': 2,
      [`stagegraph_build_info{version="1.2.3",node_version="${process.version}"}`]: 1,
    });
    expect([...samples.keys()].filter((name) => name.startsWith('process_cpu_'))).not.toHaveLength(0);
  });

  test('count mutations by outcome, whatever the selection', async () => {
    gateway = await run({ observer: server.metrics.observer });
    const change = (input: string) =>
      gateway?.graphql(
        `mutation { setStageVariables(input: { restApiId: "petstore01", ${input} }) { __typename } }`,
      );
    await change('stageName: "dev", set: [{ name: "a", value: "b" }]');
    await change('stageName: "dev", dryRun: true, set: [{ name: "a", value: "b" }]');
    await change('stageName: "nowhere", set: [{ name: "a", value: "b" }]');
    await change('stageName: "dev"');
    const of = (outcome: string) =>
      `stagegraph_mutations_total{mutation="setStageVariables",outcome="${outcome}"}`;
    expect(Object.fromEntries(await scrape())).toMatchObject({
      [of('OK')]: 1,
      [of('DRY_RUN')]: 1,
      [of('NOT_FOUND')]: 1,
      [of('INVALID_INPUT')]: 1,
    });
  });

  test('count requests by the clients of admitted callers, also those that the rate limit refuses', async () => {
    const issuer = await startIssuer();
    const { observer, print } = createMetrics(options);
    gateway = await run({ observer, rateLimit: 3, auth: issuer.options });
    const token = bearer(await issuer.token('stages:read', { sub: 'ada' }));
    const ask = (headers: Record<string, string>, query = '{ __typename }') =>
      gateway?.graphql(query, {}, headers);
    await ask({ ...token, 'apollographql-client-name': 'web' });
    await ask({ ...token, 'graphql-client-name': 'ios' }, '{ nonsense }');
    await ask(token);
    await ask({ ...token, 'apollographql-client-name': 'web' });
    // Not admitted: the name is not believed.
    await ask({ 'apollographql-client-name': 'stranger' });
    const clients = [...samplesOf(await print())].filter(([name]) => name.startsWith('stagegraph_client_'));
    const of = (client: string, outcome: string) =>
      `stagegraph_client_requests_total{client="${client}",outcome="${outcome}"}`;
    expect(Object.fromEntries(clients)).toEqual({
      [of('web', 'ok')]: 1,
      [of('ios', 'error')]: 1,
      [of('none', 'ok')]: 1,
      [of('web', 'RATE_LIMITED')]: 1,
      [of('none', 'UNAUTHENTICATED')]: 1,
    });
    await issuer.close();
  });

  test('begin at 0 for alarming outcomes', async () => {
    const { print } = createMetrics({ ...options, mutations: ['updateStage', 'deleteStage'] });
    const begun = [...samplesOf(await print())].filter(([name]) =>
      name.startsWith('stagegraph_mutations_total'),
    );
    const of = (mutation: string, outcome: string) =>
      `stagegraph_mutations_total{mutation="${mutation}",outcome="${outcome}"}`;
    expect(begun).toEqual([
      [of('updateStage', 'OUTCOME_UNKNOWN'), 0],
      [of('updateStage', 'PARTIALLY_APPLIED'), 0],
      [of('deleteStage', 'OUTCOME_UNKNOWN'), 0],
      [of('deleteStage', 'PARTIALLY_APPLIED'), 0],
    ]);
  });

  test('count errors by code, throttles, retries and calls that were not sent', async () => {
    gateway = await run({
      observer: server.metrics.observer,
      rate: 0.1,
      burst: 2,
      deadlineMs: 3000,
      stageApi: { faults: [{ operation: 'GetRestApis', action: 'fail', status: 429 }] },
    });
    await gateway.graphql('{ nonsense }');
    await gateway.graphql('{ restApis { nodes { name } } }');
    await gateway.graphql('{ stages(restApiId: "petstore01") { stageName } }');
    expect(Object.fromEntries(await scrape())).toMatchObject({
      'stagegraph_graphql_errors_total{code="GRAPHQL_VALIDATION_FAILED"}': 1,
      'stagegraph_graphql_errors_total{code="THROTTLED"}': 2,
      'stagegraph_upstream_throttles_total{account="000000000000",region="us-east-1",operation="GetRestApis"}':
        expect.any(Number),
      'stagegraph_upstream_refusals_total{account="000000000000",region="us-east-1",operation="GetStages",priority="read"}': 1,
    });
  });

  test('count refusals before GraphQL', async () => {
    const count = async (code: string) =>
      (await scrape()).get(`stagegraph_graphql_errors_total{code="${code}"}`) ?? 0;
    const before = { secret: await count('UNAUTHENTICATED'), rate: await count('RATE_LIMITED') };
    gateway = await run({ observer: server.metrics.observer, routerSecrets: ['a secret of a router'] });
    expect((await gateway.graphql('{ __typename }')).status).toBe(401);
    await gateway.close();
    gateway = await run({ observer: server.metrics.observer, rateLimit: 1 });
    await gateway.graphql('{ __typename }');
    expect((await gateway.graphql('{ __typename }')).status).toBe(429);
    expect(await count('UNAUTHENTICATED')).toBe(before.secret + 1);
    expect(await count('RATE_LIMITED')).toBe(before.rate + 1);
  });

  test('count malformed and aborted requests once', async () => {
    const before = await scrape();
    const own = await run({ observer: server.metrics.observer, stageApi: { latencyMs: 200 } });
    gateway = own;
    const head = ['POST /graphql HTTP/1.1', 'host: a', 'content-type: application/json'];
    await exchange(own.url, Buffer.from('no HTTP at all\r\n\r\n'));
    await exchange(own.url, request(['GET /graphql%zz HTTP/1.1', 'host: a']));
    await exchange(own.url, request([...head, 'transfer-encoding: chunked'], 'zz\r\n\r\n'));
    await exchange(own.url, request(['GET / HTTP/1.1', 'host: a', `x: ${'a'.repeat(20_000)}`]));
    const impatient = new AbortController();
    const asked = fetch(own.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ stages(restApiId: \\"petstore01\\") { stageName } }"}',
      signal: impatient.signal,
    });
    await until(() => own.stageApi.requests().length !== 0);
    impatient.abort();
    await expect(asked).rejects.toThrow('aborted');
    await own.close();
    gateway = undefined;
    const after = await scrape();
    const counted = (series: string) => (after.get(series) ?? 0) - (before.get(series) ?? 0);
    expect({
      400: counted('stagegraph_http_responses_total{status="400"}'),
      431: counted('stagegraph_http_responses_total{status="431"}'),
      499: counted('stagegraph_http_responses_total{status="499"}'),
      BAD_REQUEST: counted('stagegraph_graphql_errors_total{code="BAD_REQUEST"}'),
    }).toEqual({ 400: 3, 431: 1, 499: 1, BAD_REQUEST: 4 });
  });

  test('are not on the public port, and are alone on their own', async () => {
    gateway = await run();
    expect((await fetch(new URL('/metrics', gateway.url))).status).toBe(404);
    expect((await fetch(new URL('/graphql', server.url))).status).toBe(404);
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(404);
  });
});

describe('labels', () => {
  /** Metrics with a manual clock. */
  const withClock = () => {
    let minutes = 0;
    const metrics = createMetrics({ ...options, now: () => minutes * 60_000 });
    const common = { type: 'query', outcome: 'ok', durationMs: 1, codes: [], client: null } as const;
    return {
      ...metrics,
      answer: (name: string) => metrics.observer.operated({ ...common, name }),
      pass: (more: number) => (minutes += more),
      count: async (name: string) =>
        samplesOf(await metrics.print()).get(
          `stagegraph_graphql_operations_total{operation_name="${name}",operation_type="query",outcome="ok"}`,
        ),
    };
  };
  const inventedNames = (count: number) => Array.from({ length: count }, (_, index) => `Invented${index}`);

  test('a name in use keeps its series, however many others are invented', async () => {
    const { answer, pass, count } = withClock();
    answer('Dashboard');
    for (let round = 0; round < 10; round++) {
      for (const name of inventedNames(5000)) answer(name);
      answer('Dashboard');
      pass(9);
    }
    expect(await count('Dashboard')).toBe(11);
  });

  test('a new name replaces an idle one', async () => {
    const { answer, pass, count, print } = withClock();
    for (const name of inventedNames(200)) answer(name);
    answer('Dashboard');
    answer('Dashboard');
    expect(await count('Dashboard')).toBeUndefined();
    expect(await count('other')).toBe(2);
    pass(11);
    answer('Dashboard');
    expect(await count('Dashboard')).toBe(1);
    expect(await count('Invented0')).toBeUndefined();
    expect(await print()).not.toContain('"Invented0"');
    expect(await count('Invented1')).toBe(1);
  });

  test('an idle client gives its series to another one', async () => {
    const { observer, pass, print } = withClock();
    const seriesOf = async (client: string) =>
      [...samplesOf(await print()).keys()].filter((series) => series.includes(`client="${client}"`));
    for (const name of inventedNames(50)) observer.failed('RATE_LIMITED', name);
    pass(11);
    for (let time = 0; time < 2; time++) observer.failed('RATE_LIMITED', 'dashboard');
    expect(await seriesOf('Invented0')).toEqual([]);
    expect(await seriesOf('dashboard')).toEqual([
      'stagegraph_client_requests_total{client="dashboard",outcome="RATE_LIMITED"}',
    ]);
  });

  test('names that are seen once replace none', async () => {
    const { answer, pass, count } = withClock();
    for (const name of inventedNames(200)) answer(name);
    pass(11);
    for (const name of inventedNames(5000).slice(200)) answer(name);
    expect(await count('other')).toBe(4800);
    expect(await count('Invented0')).toBe(1);
  });

  test('the number of series is bounded, whatever names and codes clients send', async () => {
    const { observer, print } = createMetrics(options);
    const before = samplesOf(await print()).size;
    for (let index = 0; index < 5000; index++) {
      const name = `Hostile_${index}_${'x'.repeat(index % 300)}`;
      const common = { outcome: 'ok', durationMs: 1, codes: [name], client: name } as const;
      observer.operated({ ...common, name, type: 'query' });
      observer.operated({ ...common, name, type: 'unknown' });
      observer.changed({ mutation: 'updateStage', outcome: name });
      observer.failed(name, name);
    }
    const samples = samplesOf(await print());
    const names = [...samples].filter(([series]) => series.startsWith('stagegraph_graphql_operations_total'));
    // 200 names, `other`, and invalid operations.
    expect(names).toHaveLength(202);
    expect(names.reduce((sum, [, count]) => sum + count, 0)).toBe(10_000);
    expect(samples.get('stagegraph_graphql_errors_total{code="other"}')).toBe(15_000);
    const clients = [...samples].filter(([series]) => series.startsWith('stagegraph_client_requests_total'));
    // 50 clients and `other`, of two outcomes each.
    expect(clients).toHaveLength(102);
    expect(clients.reduce((sum, [, count]) => sum + count, 0)).toBe(15_000);
    expect(samples.get('stagegraph_mutations_total{mutation="updateStage",outcome="other"}')).toBe(5000);
    // A histogram has a series for each bucket, its sum and its count.
    expect(samples.size - before).toBeLessThan(202 * 17);
    expect(Math.max(...[...samples.keys()].map((series) => series.length))).toBeLessThan(300);
  });

  test('a name is escaped in its label', async () => {
    const { observer, print } = createMetrics(options);
    const evil = 'a"} 1\nevil 2';
    observer.operated({ name: evil, type: 'query', outcome: 'ok', durationMs: 1, codes: [], client: evil });
    expect(samplesOf(await print()).has('evil')).toBe(false);
  });
});
