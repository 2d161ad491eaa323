import { beforeAll, describe, expect, test } from '@jest/globals';
import { run, type Running } from '../support/run.ts';

const log: Record<string, unknown>[] = [];
let gateway: Running;
beforeAll(async () => {
  gateway = await run({ log: (line) => log.push(JSON.parse(line) as Record<string, unknown>) });
});

const typename = { query: '{ __typename }' };
const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('over HTTP', () => {
  test('the root redirects to GraphQL', async () => {
    const response = await fetch(new URL('/', gateway.url), { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/graphql');
  });

  test('a request keeps the id that it has, and gets one otherwise', async () => {
    const named = await post(typename, { 'x-request-id': 'from-the-router-1' });
    expect(named.headers.get('x-request-id')).toBe('from-the-router-1');
    const unnamed = await post(typename);
    expect(unnamed.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    const hostile = await post(typename, { 'x-request-id': 'a b"c' });
    expect(hostile.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  test('no cache may store a response', async () => {
    const response = await post(typename);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('the log line has the id', async () => {
    await post(typename, { 'x-request-id': 'find-me' });
    expect(log).toContainEqual(
      expect.objectContaining({
        msg: 'request',
        requestId: 'find-me',
        method: 'POST',
        path: '/graphql',
        status: 200,
      }),
    );
  });

  test('a call to AWS has a log line with its target, without its inputs', async () => {
    log.length = 0;
    await gateway.graphql(`mutation { setStageVariables(input: {
      restApiId: "petstore01", stageName: "dev", set: [{ name: "token", value: "s3cr3t-value" }]
    }) { userErrors { code } } }`);
    expect(log).toContainEqual(
      expect.objectContaining({
        msg: 'upstream call',
        account: '000000000000',
        region: 'us-east-1',
        operation: 'UpdateStage',
        outcome: 'OK',
        awsRequestId: expect.any(String),
      }),
    );
    expect(JSON.stringify(log)).not.toContain('s3cr3t-value');
  });

  test('the log line of a request has its cost', async () => {
    log.length = 0;
    await gateway.graphql('{ stages(restApiId: "petstore01") { stageName } }');
    const call = log.find(({ msg }) => msg === 'upstream call');
    expect(log).toContainEqual(
      expect.objectContaining({
        msg: 'request',
        upstreamCalls: 1,
        cacheHits: 0,
        cacheMisses: 1,
        awsRequestIds: [call?.awsRequestId],
      }),
    );
  });

  test('a request that a browser could be tricked into sending (CSRF) is refused', async () => {
    const response = await fetch(`${gateway.url}?query={__typename}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('CSRF');
  });

  test.each([
    [
      'a body that is not JSON',
      { 'content-type': 'application/xml' },
      '{}',
      415,
      'content-type: application/json',
    ],
    ['broken JSON', { 'content-type': 'application/json' }, '{', 400, 'must be a JSON object'],
  ])('%s is refused in the format of a GraphQL response', async (_, headers, body, status, says) => {
    const response = await fetch(gateway.url, { method: 'POST', headers, body });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: expect.stringContaining(says),
          extensions: { code: 'BAD_REQUEST', requestId: response.headers.get('x-request-id') },
        },
      ],
    });
  });

  test('the error for an unknown path says where GraphQL is', async () => {
    const response = await fetch(new URL('/grahpql', gateway.url));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      errors: [{ message: expect.stringContaining('/graphql') }],
    });
  });

  test('the SDL is served to routers', async () => {
    const { data } = await gateway.graphql<{ _service: { sdl: string } }>('{ _service { sdl } }');
    expect(data._service.sdl).toMatch(
      /type Stage\s+@key\(fields: "id"\)\s+@key\(fields: "restApiId stageName"\)/,
    );
  });
});
