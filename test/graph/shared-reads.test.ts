import { describe, expect, test } from '@jest/globals';
import { noGatewayObserver, type OperationDone } from '../../src/observability/observer.ts';
import { changeElsewhere } from '../support/another-tool.ts';
import { until } from '../support/polling.ts';
import { type GatewayOptions, run, type Running } from '../support/run.ts';

let gateway: Running;

const start = async (options: GatewayOptions = {}) => {
  gateway = await run({ ttlMs: 60_000, staleMs: 60_000, ...options });
};

const PROD = `{ stage(restApiId: "petstore01", stageName: "prod") { description observedAt revision } }`;
const DESCRIBE = `
  mutation ($description: String) {
    updateStage(input: { restApiId: "petstore01", stageName: "prod", description: $description }) {
      userErrors { code message }
    }
  }`;
interface Prod {
  stage: { description: string | null; observedAt: string; revision: string } | null;
}
const prod = async (headers = {}) => (await gateway.graphql<Prod>(PROD, {}, headers)).data.stage;

describe('between requests', () => {
  test('a read is served from the cache, whichever stage of the API was read first', async () => {
    await start();
    await gateway.graphql('{ stages(restApiId: "petstore01") { stageName } }');
    const first = await prod();
    expect(await prod()).toEqual(first);
    await gateway.graphql('{ restApi(restApiId: "petstore01") { stages { stageName } } }');
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('deployments and APIs are cached by the same rules', async () => {
    await start();
    const query = `{
      stage(restApiId: "petstore01", stageName: "dev") { deployment { description } restApi { name } }
      restApis(first: 2) { nodes { name } }
      restApi(restApiId: "petstore01") { deployments(first: 2) { nodes { description } } name }
    }`;
    const first = await gateway.graphql(query);
    expect(first.errors).toBeUndefined();
    gateway.stageApi.resetCalls();
    expect((await gateway.graphql(query)).data).toEqual(first.data);
    expect(gateway.stageApi.calls()).toEqual({});
  });

  test('identical reads in flight are one call', async () => {
    await start({ ttlMs: 0 });
    gateway.stageApi.configure({ latencyMs: 100 });
    await Promise.all([prod(), prod(), prod(), prod()]);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('Cache-Control: no-cache reads from AWS, but not more often than once a second for all clients', async () => {
    await start();
    const headers = { 'cache-control': 'no-cache' };
    await Promise.all([prod(headers), prod(headers), prod(headers)]);
    await prod(headers);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('missing stages and APIs have negative entries', async () => {
    await start();
    const query = `{
      stage(restApiId: "petstore01", stageName: "nope") { stageName }
      none: stage(restApiId: "nosuchapi0", stageName: "prod") { stageName }
      restApi(restApiId: "nosuchapi0") { name }
    }`;
    await gateway.graphql(query);
    gateway.stageApi.resetCalls();
    expect((await gateway.graphql(query)).data).toEqual({ stage: null, none: null, restApi: null });
    expect(gateway.stageApi.calls()).toEqual({});
  });
});

describe('after a write', () => {
  test('its answer is cached for every request', async () => {
    await start();
    const before = await prod();
    await gateway.graphql(DESCRIBE, { description: 'Changed' });
    gateway.stageApi.resetCalls();
    const after = await prod();
    expect(after?.description).toBe('Changed');
    expect(after?.revision).not.toBe(before?.revision);
    expect(gateway.stageApi.calls()).toEqual({});
  });

  test('reads are never stale, not even through a read that was in flight', async () => {
    await start({ ttlMs: 1 });
    for (let round = 0; round < 30; round++) {
      const description = `round ${round}`;
      // Reads begin and end at all times during the write.
      const readers = Array.from({ length: 3 }, prod);
      const write = gateway.graphql(DESCRIBE, { description });
      const more = Array.from({ length: 3 }, prod);
      await write;
      expect((await prod())?.description).toBe(description);
      await Promise.all([...readers, ...more]);
      expect((await prod())?.description).toBe(description);
    }
  });

  test('that AWS answers without the stage, the stage is read again', async () => {
    await start();
    await prod();
    gateway.stageApi.resetCalls();
    await gateway.graphql(`mutation {
      tagStage(input: { restApiId: "petstore01", stageName: "prod", tags: [{ key: "a", value: "b" }] }) { userErrors { code } }
    }`);
    const { data } = await gateway.graphql<{ stage: { tags: { key: string }[] } }>(
      '{ stage(restApiId: "petstore01", stageName: "prod") { tags { key } } }',
    );
    expect(data.stage.tags.map(({ key }) => key)).toContain('a');
    expect(gateway.stageApi.calls()).toEqual({ TagResource: 1, GetStages: 1 });
  });

  test('with an unknown outcome, the stage is read again', async () => {
    await start({ requestTimeoutMs: 300, deadlineMs: 900 });
    await prod();
    gateway.stageApi.configure({
      faults: [{ operation: 'UpdateStage', action: 'hang', afterwards: true }],
    });
    const { data } = await gateway.graphql<{ updateStage: { userErrors: { code: string }[] } }>(DESCRIBE, {
      description: 'Perhaps',
    });
    expect(data.updateStage.userErrors.map(({ code }) => code)).toEqual(['OUTCOME_UNKNOWN']);
    gateway.stageApi.configure({ faults: [] });
    expect((await prod())?.description).toBe('Perhaps');
  });

  test('a new deployment is in the list of deployments', async () => {
    await start();
    const list = `{ restApi(restApiId: "petstore01") { deployments { nodes { description } } } }`;
    await gateway.graphql(list);
    await gateway.graphql(
      'mutation { createRestApiDeployment(input: { restApiId: "petstore01", description: "new" }) { deployment { deploymentId } } }',
    );
    const { data } = await gateway.graphql(list);
    expect(JSON.stringify(data)).toContain('"new"');
  });
});

describe('an answer of AWS, or an unknown outcome, never leaves a stale entry', () => {
  test('a change that is refused for its revision caches the stage that it has read', async () => {
    await start();
    const before = await prod();
    await changeElsewhere(gateway.stageApi, 'by another tool');
    const { data } = await gateway.graphql<{ updateStage: { userErrors: { code: string }[] } }>(
      `mutation ($expectedRevision: String) {
        updateStage(input: {
          restApiId: "petstore01", stageName: "prod", description: "mine", expectedRevision: $expectedRevision
        }) { userErrors { code } }
      }`,
      { expectedRevision: before?.revision },
    );
    expect(data.updateStage.userErrors.map(({ code }) => code)).toEqual(['PRECONDITION_FAILED']);
    expect((await prod())?.description).toBe('by another tool');
  });

  test('a stage is read again if the second call of its creation has an unknown outcome', async () => {
    await start({ requestTimeoutMs: 500, deadlineMs: 4000 });
    await gateway.graphql('{ stages(restApiId: "search0004") { stageName } }');
    gateway.stageApi.configure({ faults: [{ operation: 'UpdateStage', action: 'reset', afterwards: true }] });
    const { data } = await gateway.graphql<{ createStage: { userErrors: { code: string }[] } }>(`mutation {
      createStage(input: {
        restApiId: "search0004", stageName: "fresh", deploymentId: "sea001", clientCertificateId: "cert01"
      }) { userErrors { code } }
    }`);
    expect(data.createStage.userErrors.map(({ code }) => code)).toEqual(['PARTIALLY_APPLIED']);
    gateway.stageApi.configure({ faults: [] });
    const read = await gateway.graphql(
      '{ stage(restApiId: "search0004", stageName: "fresh") { clientCertificateId } }',
    );
    expect(read.data).toEqual({ stage: { clientCertificateId: 'cert01' } });
  });

  test('a deployment with an unknown outcome can be found as the message says', async () => {
    await start({ requestTimeoutMs: 500, deadlineMs: 4000 });
    const list = '{ restApi(restApiId: "search0004") { deployments { nodes { description } } } }';
    await gateway.graphql(list);
    gateway.stageApi.configure({
      faults: [{ operation: 'CreateDeployment', action: 'reset', afterwards: true }],
    });
    const { data } = await gateway.graphql<{ createRestApiDeployment: { userErrors: { code: string }[] } }>(
      'mutation { createRestApiDeployment(input: { restApiId: "search0004", description: "perhaps" }) { userErrors { code } } }',
    );
    expect(data.createRestApiDeployment.userErrors.map(({ code }) => code)).toEqual(['OUTCOME_UNKNOWN']);
    gateway.stageApi.configure({ faults: [] });
    expect(JSON.stringify((await gateway.graphql(list)).data)).toContain('"perhaps"');
  });
});

describe('when the rate limiter is exhausted', () => {
  test('reads are served stale, and refreshed in the background', async () => {
    await start({ ttlMs: 1, rate: 0.5, burst: 1 });
    const first = await prod();
    const again = await Promise.all([prod(), prod(), prod()]);
    expect(again).toEqual([first, first, first]);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('a request that cannot be served in time fails at once, with retryAfterSeconds', async () => {
    await start({ rate: 0.1, burst: 1, deadlineMs: 1000 });
    await prod();
    const { data, errors } = await gateway.graphql('{ stages(restApiId: "orders0002") { stageName } }');
    expect(data).toEqual({ stages: null });
    expect(errors).toMatchObject([
      { extensions: { code: 'THROTTLED', retryAfterSeconds: expect.closeTo(10, -1) } },
    ]);
    const { data: write } = await gateway.graphql<{
      updateStage: { userErrors: { code: string; retryAfterSeconds: number }[] };
    }>(DESCRIBE.replace('userErrors {', 'userErrors { retryAfterSeconds'), { description: 'x' });
    expect(write.updateStage.userErrors).toMatchObject([
      { code: 'THROTTLED', retryAfterSeconds: expect.any(Number) },
    ]);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('a 429 of AWS pauses the rate limiter', async () => {
    await start({ rate: 100, burst: 100, ttlMs: 0, deadlineMs: 1500 });
    gateway.stageApi.configure({
      faults: [
        {
          operation: '*',
          action: 'fail',
          status: 429,
          code: 'TooManyRequestsException',
          retryAfterSeconds: 30,
          times: 1,
        },
      ],
    });
    const first = await gateway.graphql(PROD);
    expect(first.errors).toMatchObject([{ extensions: { code: 'THROTTLED', retryAfterSeconds: 30 } }]);
    const second = await gateway.graphql(PROD);
    expect(second.errors).toMatchObject([{ extensions: { code: 'THROTTLED' } }]);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });
});

test('a request that joins a refresh of a slow AWS reports that AWS is slow', async () => {
  await start({ ttlMs: 20, staleMs: 1500, requestTimeoutMs: 5000, deadlineMs: 600 });
  const read = () => gateway.graphql('{ stage(restApiId: "petstore01", stageName: "dev") { stageName } }');
  await read();
  const filled = performance.now();
  gateway.stageApi.configure({ faults: [{ operation: 'GetStages', action: 'hang' }] });
  await new Promise((resolve) => setTimeout(resolve, 30));
  // After its timeout, later reads do not wait for a refresh.
  expect((await read()).errors).toBeUndefined();
  expect((await read()).errors).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 1550 - (performance.now() - filled)));
  const { errors } = await read();
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_TIMEOUT']);
});

test('a client that disconnects while its read is queued is not an error', async () => {
  const log: string[] = [];
  const codes: string[] = [];
  const operated = ({ codes: found }: OperationDone) => void codes.push(...found);
  const observer = { ...noGatewayObserver, operated };
  await start({ rate: 0.5, burst: 1, log: (line) => log.push(line), observer });
  const query = (restApiId: string) => `{ stage(restApiId: "${restApiId}", stageName: "dev") { stageName } }`;
  await gateway.graphql(query('petstore01'));
  const client = new AbortController();
  const asked = fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: query('orders0002') }),
    signal: client.signal,
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  client.abort();
  await expect(asked).rejects.toThrow('abort');
  const isOver = () => log.some((line) => line.includes('request aborted by the client')) && codes.length > 0;
  await until(() => isOver());
  const lines = log.map((line) => JSON.parse(line) as { level: number });
  expect(lines.filter(({ level }) => level >= 40)).toEqual([]);
  expect(codes).toEqual(['OVERLOADED']);
  expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
});

test('while AWS cannot be reached, reads are served from the cache and changes fail fast', async () => {
  await start({ ttlMs: 1 });
  const known = await prod();
  gateway.stageApi.configure({
    faults: [{ operation: '*', action: 'fail', status: 503, code: 'ServiceUnavailableException' }],
  });
  expect(await prod()).toEqual(known);
  const { errors } = await gateway.graphql(DESCRIBE, { description: 'x' });
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  gateway.stageApi.configure({ faults: [] });
});
