import { beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config/config.ts';
import { LOCAL_PAGES } from '../../../src/http/access/origins.ts';
import { startIssuer } from '../../support/issuer.ts';
import { run, type Running } from '../../support/run.ts';

const SANDBOX = 'https://studio.apollographql.com';

let gateway: Running;
beforeAll(async () => {
  gateway = await run({ corsOrigins: [SANDBOX] });
});

const preflight = (origin: string, url = gateway.url) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'apollo-require-preflight,authorization,content-type',
    },
  });
const allowedOrigin = ({ headers }: Response) => headers.get('access-control-allow-origin');

describe('CORS', () => {
  test('a page of an allowed origin may send operations, with a token and the header for CSRF prevention', async () => {
    const response = await preflight(SANDBOX);
    expect(response.status).toBe(204);
    expect(allowedOrigin(response)).toBe(SANDBOX);
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'apollo-require-preflight,authorization,content-type',
    );
    expect(response.headers.get('vary')).toContain('Origin');
  });

  test('the page can read the response and its useful headers', async () => {
    const { data, headers } = await gateway.graphql('{ __typename }', {}, { origin: SANDBOX });
    expect(data).toEqual({ __typename: 'Query' });
    expect(headers.get('access-control-allow-origin')).toBe(SANDBOX);
    expect(headers.get('access-control-expose-headers')).toBe('x-request-id, retry-after');
  });

  test('the page can read errors before GraphQL too', async () => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { origin: SANDBOX, 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
    expect(allowedOrigin(response)).toBe(SANDBOX);
  });

  test('with authentication a preflight needs no token, and the page can read the error of an operation without one', async () => {
    const issuer = await startIssuer();
    const asking = await run({ corsOrigins: [SANDBOX], auth: issuer.options });
    try {
      expect(allowedOrigin(await preflight(SANDBOX, asking.url))).toBe(SANDBOX);
      const { status, headers } = await asking.graphql('{ __typename }', {}, { origin: SANDBOX });
      expect([status, headers.get('access-control-allow-origin')]).toEqual([401, SANDBOX]);
    } finally {
      await asking.close();
      await issuer.close();
    }
  });

  test.each([{}, { origin: SANDBOX }, { 'access-control-request-method': 'POST' }])(
    'an OPTIONS request that is not a preflight, %j, gets an empty response',
    async (headers) => {
      const response = await fetch(gateway.url, { method: 'OPTIONS', headers });
      expect([response.status, await response.text()]).toEqual([204, '']);
    },
  );

  test('cookies are not allowed', async () => {
    const response = await preflight(SANDBOX);
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test.each([
    'https://studio.apollographql.com.evil.example',
    'http://studio.apollographql.com',
    'https://sandbox.embed.apollographql.com',
    'null',
  ])('a page of %s cannot read responses', async (origin) => {
    expect(allowedOrigin(await preflight(origin))).toBeNull();
    const { headers } = await gateway.graphql('{ __typename }', {}, { origin });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  const page = 'http://localhost:5173';
  test.each([page, 'https://localhost', 'http://127.0.0.1:3000', 'http://[::1]:8080'])(
    'by default a page of this machine may send operations: %s',
    async (origin) => {
      const local = await run({ corsOrigins: readConfig({}).corsOrigins });
      expect(allowedOrigin(await preflight(origin, local.url))).toBe(origin);
      const { headers } = await local.graphql('{ __typename }', {}, { origin });
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      await local.close();
    },
  );

  test.each([
    ['in production', { NODE_ENV: 'production', STAGE_API: 'embedded' }, page],
    ['with CORS_ORIGINS', { CORS_ORIGINS: 'https://a.example' }, page],
    ['of a name that only begins so', {}, 'http://localhost.evil.example'],
    ['of a name that only ends so', {}, 'http://evil-localhost:80'],
    ['of another scheme', {}, 'ftp://localhost'],
  ])('and not %s', async (_, env, origin) => {
    const other = await run({ corsOrigins: readConfig(env).corsOrigins });
    expect(allowedOrigin(await preflight(origin, other.url))).toBeNull();
    await other.close();
  });

  test('a page of this machine gets no way around CSRF protection', async () => {
    const local = await run({ corsOrigins: [LOCAL_PAGES] });
    const response = await fetch(`${local.url}?query={__typename}`, { headers: { origin: page } });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('CSRF');
    await local.close();
  });

  test.each([
    ['a preflight', {}],
    ['a request where neither tokens nor secrets are required', { allowedHosts: [] }],
  ])('the log names a refused origin once: %s', async (_, options) => {
    const log: string[] = [];
    const logging = await run({ ...options, log: (line) => log.push(line) });
    const evil = `https://evil.example${'x'.repeat(200)}`;
    for (const origin of ['https://a.example', evil, 'https://a.example'])
      await preflight(origin, logging.url);
    const refusals = log
      .filter((line) => line.includes('CORS_ORIGINS'))
      .map((line) => JSON.parse(line) as object);
    expect(refusals).toEqual([
      expect.objectContaining({ level: 40, origin: 'https://a.example' }),
      expect.objectContaining({ level: 40, origin: `${evil.slice(0, 100)}…` }),
    ]);
    await logging.close();
  });

  test('the log names fifty origins and no more', async () => {
    const log: string[] = [];
    const logging = await run({ log: (line) => log.push(line) });
    for (let index = 0; index < 60; index++) await preflight(`https://a${index}.example`, logging.url);
    expect(log.filter((line) => line.includes('CORS_ORIGINS'))).toHaveLength(50);
    await logging.close();
  });

  test('without allowed origins, no page of another origin can read responses', async () => {
    const closed = await run();
    try {
      expect(allowedOrigin(await preflight(SANDBOX, closed.url))).toBeNull();
      const { headers } = await closed.graphql('{ __typename }', {}, { origin: SANDBOX });
      expect(headers.get('access-control-allow-origin')).toBeNull();
    } finally {
      await closed.close();
    }
  });
});
