import { beforeAll, describe, expect, test } from '@jest/globals';
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
