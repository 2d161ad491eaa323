import { beforeAll, describe, expect, test } from '@jest/globals';
import { hostNameOf } from '../../../src/http/access/hosts.ts';
import { startMetrics } from '../../../src/http/metrics-server.ts';
import { exchange, expectClean, request } from '../../support/hostile.ts';
import { type Gateway, run } from '../../support/run.ts';
import { silentLogger } from '../../support/silence.ts';

const TYPENAME = '{"query":"{ __typename }"}';
const send = (gateway: Gateway, ...headers: string[]) =>
  exchange(
    gateway.url,
    request(
      [
        'POST /graphql HTTP/1.1',
        'content-type: application/json',
        `content-length: ${TYPENAME.length}`,
        ...headers,
      ],
      TYPENAME,
    ),
  );

let open: Gateway;
let closed: Gateway;
beforeAll(async () => {
  open = await run({
    allowedHosts: ['gateway.example.com', '*.corp.example'],
    corsOrigins: ['https://studio.example.com'],
    explorer: 'graphiql',
  });
  closed = await run({ routerSecrets: ['secret'] });
});

describe('where neither tokens nor router secrets are required', () => {
  test.each([
    'localhost',
    'localhost:4000',
    'LOCALHOST',
    'localhost.',
    'app.localhost:1',
    '127.0.0.1',
    '192.0.2.7:80',
    '[::1]:4000',
    '[2001:db8::1]',
    'gateway.example.com',
    'Gateway.Example.com:8080',
    'a.corp.example',
    'a.b.corp.example',
  ])('a request to the host %s is accepted', async (host) => {
    expect(await send(open, `host: ${host}`)).toMatchObject({ status: 200 });
  });

  test.each([
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    'notlocalhost',
    '127.0.0.1.evil.example',
    'x.gateway.example.com',
    'corp.example',
    'evilcorp.example',
    '0x7f.1',
  ])('a request to the host %s is refused: a web page could have chosen the name', async (host) => {
    const answer = await send(open, `host: ${host}`);
    expect(answer).toMatchObject({
      status: 421,
      json: { errors: [{ message: expect.stringContaining('ALLOWED_HOSTS') as unknown }] },
    });
    expectClean(answer, host);
  });

  test.each([
    'GET / HTTP/1.1',
    'GET /graphql?query={__typename} HTTP/1.1',
    'GET /explorer/assets/page.js HTTP/1.1',
    'GET /readyz HTTP/1.1',
    'OPTIONS /graphql HTTP/1.1',
    'PUT /nothing HTTP/1.1',
  ])('so is %s', async (start) => {
    const page = ['accept: text/html', 'apollo-require-preflight: 1'];
    expect(await exchange(open.url, request([start, 'host: evil.example', ...page]))).toMatchObject({
      status: 421,
    });
  });

  test.each([
    ['its own host', 'localhost:4000', 'http://localhost:4000'],
    ['another port of its host, as behind a development proxy', 'localhost:4000', 'http://localhost:5173'],
    ['another name of this machine', 'localhost:4000', 'http://127.0.0.1:5173'],
    ['its own host behind TLS', 'gateway.example.com', 'https://gateway.example.com'],
    ['a listed origin', 'localhost', 'https://studio.example.com'],
  ])('a page of %s may send requests', async (_, host, origin) => {
    expect(await send(open, `host: ${host}`, `origin: ${origin}`)).toMatchObject({ status: 200 });
  });

  test.each([
    ['http://evil.example'],
    ['https://localhost.evil.example'],
    ['http://studio.example.com'],
    ['https://studio.example.com.evil.example'],
    ['null'],
    [''],
    ['http://192.0.2.7'],
    ['file://'],
  ])('a page of the origin "%s" is refused', async (origin) => {
    const answer = await send(open, 'host: localhost', `origin: ${origin}`);
    expect(answer).toMatchObject({
      status: 421,
      json: { errors: [{ message: expect.stringContaining('CORS_ORIGINS') as unknown }] },
    });
    expectClean(answer, `${origin} localhost`);
  });
});

test('with router secrets or tokens any host is accepted', async () => {
  const secret = 'router-authorization: secret';
  const answer = await send(closed, 'host: gateway.svc', 'origin: https://shop.example', secret);
  expect(answer).toMatchObject({ status: 200 });
});

describe('a missing or malformed host is refused with 400, with and without authentication:', () => {
  test.each([
    ['none', []],
    ['an empty one', ['host:']],
    ['a space in it', ['host: a b']],
    ['half an IPv6 address', ['host: [::1']],
    ['brackets around a name', ['host: [localhost]']],
    ['a path', ['host: a/b']],
    ['a user', ['host: a@localhost']],
    ['a port that is not a number', ['host: localhost:http']],
    ['letters outside ASCII', ['host: ü']],
    ['two of them', ['host: localhost', 'Host: evil.example']],
  ])('%s', async (_, headers) => {
    const secret = 'router-authorization: secret';
    for (const answer of [await send(open, ...headers), await send(closed, secret, ...headers)]) {
      expect(answer).toMatchObject({
        status: 400,
        json: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
      });
      expectClean(answer);
    }
  });

  test('none, in HTTP/1.0', async () => {
    const bytes = request(['GET /graphql?query={__typename} HTTP/1.0']);
    expect(await exchange(open.url, bytes)).toMatchObject({ status: 400 });
  });

  test.each(['/healthz', '/readyz'])(
    'none, in HTTP/1.0, except for the probe %s of a load balancer',
    async (path) => {
      expect(await exchange(open.url, request([`GET ${path} HTTP/1.0`]))).toMatchObject({ status: 200 });
    },
  );
});

describe('metrics', () => {
  const start = (host: string) =>
    startMetrics({
      host,
      port: 0,
      allowedHosts: ['*.corp.example'],
      logger: silentLogger,
      version: '1',
      limiters: () => [],
      sharing: undefined,
    });
  const scrape = async (url: string, ...headers: string[]) =>
    (await exchange(url, request(['GET /metrics HTTP/1.1', ...headers]))).status;

  test('on a loopback address accept only local and allowed hosts', async () => {
    const { url, close } = await start('127.0.0.1');
    expect(await scrape(url, 'host: localhost:9464')).toBe(200);
    expect(await scrape(url, 'host: prometheus.corp.example')).toBe(200);
    expect(await scrape(url, 'host: evil.example')).toBe(421);
    expect(await scrape(url, 'host: localhost', 'origin: http://evil.example')).toBe(421);
    expect(await scrape(url, 'host: a b')).toBe(400);
    expect(await scrape(url)).toBe(400);
    await close();
  });

  test('on other addresses accept any valid host', async () => {
    const { url, close } = await start('0.0.0.0');
    expect(await scrape(url, 'host: gateway.svc:9464')).toBe(200);
    expect(await scrape(url)).toBe(400);
    await close();
  });
});

test('a host name is normalized: lower case, no port, no final dot', () => {
  expect(['A.Example.:80', '[::1]:80', '[FE80::1]', 'a_b'].map(hostNameOf)).toEqual([
    'a.example',
    '::1',
    'fe80::1',
    'a_b',
  ]);
  expect(['', ':80', '.', 'a:b', '[1.2.3.4]', 'a,b', '*.example'].map(hostNameOf)).toEqual(
    Array.from({ length: 7 }, () => undefined),
  );
});
