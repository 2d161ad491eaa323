import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../../support/polling.ts';
import { run, type Running } from '../../support/run.ts';

const log: Record<string, unknown>[] = [];
let gateway: Running;
beforeAll(async () => {
  gateway = await run({
    log: (line) => log.push(JSON.parse(line) as Record<string, unknown>),
    ttlMs: 60_000,
  });
});
beforeEach(() => {
  log.length = 0;
});

/** The line of the request; there is exactly one. */
function line(): Record<string, unknown> {
  const lines = log.filter(({ msg }) => msg === 'request');
  expect(lines).toHaveLength(1);
  return lines[0] ?? {};
}

describe("a request's log line", () => {
  test('names the operation and the client, and has the cost', async () => {
    const client = { 'apollographql-client-name': 'console', 'apollographql-client-version': '4.2' };
    const query = 'query Live($api: ID!) { stages(restApiId: $api) { stageName } }';
    await gateway.graphql(query, { api: 'petstore01' }, client);
    const call = log.find(({ msg }) => msg === 'upstream call');
    expect(line()).toMatchObject({
      operationName: 'Live',
      operationType: 'query',
      clientName: 'console',
      clientVersion: '4.2',
      status: 200,
      durationMs: expect.any(Number),
      upstreamCalls: 1,
      cacheHits: 0,
      cacheMisses: 1,
      awsRequestIds: [call?.awsRequestId],
    });
    log.length = 0;
    await gateway.graphql(query, { api: 'petstore01' }, client);
    expect(line()).toMatchObject({ upstreamCalls: 0, cacheHits: 1, cacheMisses: 0 });
  });

  test('lists the errors that the client got', async () => {
    await gateway.graphql(
      '{ stages(restApiId: "nowhere01") { stageName } stage(restApiId: "?", stageName: "a") { id } }',
    );
    expect(line().errorCodes).toEqual(expect.arrayContaining(['NOT_FOUND', 'BAD_USER_INPUT']));
    log.length = 0;
    await gateway.graphql(
      'mutation { updateStage(input: { restApiId: "petstore01", stageName: "dev" }) { __typename } }',
    );
    expect(line()).toMatchObject({ operationType: 'mutation', userErrorCodes: ['INVALID_INPUT'] });
    log.length = 0;
    await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'a' });
    expect(line()).toMatchObject({ status: 415, errorCodes: ['BAD_REQUEST'] });
  });

  test('is bounded and has no control characters', async () => {
    const name = `N${'n'.repeat(5000)}`;
    await gateway.graphql(
      `query ${name} { __typename }`,
      {},
      { 'apollographql-client-name': 'c'.repeat(5000) },
    );
    expect(JSON.stringify(line()).length).toBeLessThan(700);
    log.length = 0;
    await fetch(new URL(`/${'p'.repeat(5000)}?secret=1`, gateway.url));
    expect(JSON.stringify(line()).length).toBeLessThan(700);
    expect(JSON.stringify(log)).not.toContain('secret');
    log.length = 0;
    await gateway.graphql('{ __typename }', {}, { 'apollographql-client-name': 'red \u009b31m' });
    expect(line().clientName).toBe('red �31m');
  });

  test('has no variables, values or credentials', async () => {
    await gateway.graphql(
      `mutation Change($value: String!) { setStageVariables(input: {
        restApiId: "petstore01", stageName: "dev", set: [{ name: "token", value: $value }]
      }) { stage { variables { value } } } }`,
      { value: 's3cr3t-value' },
      { authorization: 'Bearer s3cr3t-token', cookie: 's3cr3t-cookie=1' },
    );
    expect(log.length).toBeGreaterThan(1);
    expect(JSON.stringify(log)).not.toContain('s3cr3t');
  });
});

describe('a request that its client has aborted', () => {
  test('has one line about it', async () => {
    const lines: Record<string, unknown>[] = [];
    const slow = await run({
      log: (text) => lines.push(JSON.parse(text) as Record<string, unknown>),
      stageApi: { latencyMs: 500 },
    });
    const controller = new AbortController();
    const asked = fetch(slow.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"query Impatient { stages(restApiId: \\"petstore01\\") { stageName } }"}',
      signal: controller.signal,
    });
    await until(() => slow.stageApi.requests().length !== 0);
    controller.abort();
    await expect(asked).rejects.toThrow('aborted');
    // The call is finished, because other requests may wait for it.
    await until(() => lines.some(({ msg }) => msg === 'upstream call'));
    await slow.close();
    expect(lines.filter(({ msg }) => String(msg).startsWith('request'))).toEqual([
      expect.objectContaining({ msg: 'request aborted by the client', operationName: 'Impatient' }),
    ]);
  });
});

describe('the id of a request', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const traceparent = `00-${trace}-00f067aa0ba902b7-01`;
  test.each([
    ['its own', { 'x-request-id': 'mine', traceparent }, 'mine'],
    ["its trace's", { traceparent }, trace],
    [
      'new, if the trace id is invalid',
      { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` },
      /^[\da-f-]{36}$/,
    ],
  ])('is %s, and is returned', async (_, headers, id) => {
    const answer = await gateway.graphql('{ __typename }', {}, headers);
    expect(answer.headers.get('x-request-id')).toMatch(id);
    expect(line().requestId).toMatch(id);
  });
});
