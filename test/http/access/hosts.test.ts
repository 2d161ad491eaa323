import { beforeAll, describe, expect, test } from '@jest/globals';
import { hostNameOf } from '../../../src/http/access/hosts.ts';
import { startMetrics } from '../../../src/http/metrics-server.ts';
import { exchange, expectClean, request } from '../../support/hostile.ts';
import { type Gateway, run } from '../../support/run.ts';
import { silentLogger } from '../../support/silence.ts';

const TYPENAME = '{"query":"{ __typename }"}';
const ask = (gateway: Gateway, ...headers: string[]) =>
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
  ])('a request to the host %s is answered', async (host) => {
    expect(await ask(open, `host: ${host}`)).toMatchObject({ status: 200 });
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
  ])('a request to the host %s is refused: a page could have chosen the name', async (host) => {
    const answer = await ask(open, `host: ${host}`);
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
  ])('the same holds for %s', async (start) => {
    const page = ['accept: text/html', 'apollo-require-preflight: 1'];
    expect(await exchange(open.url, request([start, 'host: evil.example', ...page]))).toMatchObject({
      status: 421,
    });
  });

  test.each([
    ['its own host', 'localhost:4000', 'http://localhost:4000'],
    [
      'another port of its host: a web server that hands requests on',
      'localhost:4000',
      'http://localhost:5173',
    ],
    ['another name of this machine', 'localhost:4000', 'http://127.0.0.1:5173'],
    ['its own host behind TLS', 'gateway.example.com', 'https://gateway.example.com'],
    ['a listed origin', 'localhost', 'https://studio.example.com'],
  ])('a page of %s may ask', async (_, host, origin) => {
    expect(await ask(open, `host: ${host}`, `origin: ${origin}`)).toMatchObject({ status: 200 });
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
  ])('a page of the origin "%s" may not', async (origin) => {
    const answer = await ask(open, 'host: localhost', `origin: ${origin}`);
    expect(answer).toMatchObject({
      status: 421,
      json: { errors: [{ message: expect.stringContaining('CORS_ORIGINS') as unknown }] },
    });
    expectClean(answer, `${origin} localhost`);
  });
});

test('where routers or tokens say who asks, any host will do', async () => {
  const secret = 'router-authorization: secret';
  const answer = await ask(closed, 'host: gateway.svc', 'origin: https://shop.example', secret);
  expect(answer).toMatchObject({ status: 200 });
});

describe('a host that is missing or malformed is refused with 400, everywhere:', () => {
  test.each([
    ['none', []],
    ['an empty one', ['host:']],
    ['a space in it', ['host: a b']],
    ['half an IPv6 address', ['host: [::1']],
    ['brackets around a name', ['host: [localhost]']],
    ['a path', ['host: a/b']],
    ['a user', ['host: a@localhost']],
    ['a port that is no number', ['host: localhost:http']],
    ['letters that are not of ASCII', ['host: ü']],
    ['two of them', ['host: localhost', 'Host: evil.example']],
  ])('%s', async (_, headers) => {
    const secret = 'router-authorization: secret';
    for (const answer of [await ask(open, ...headers), await ask(closed, secret, ...headers)]) {
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
    'none, in HTTP/1.0, for the probe %s of a balancer: it is answered',
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
      limiter: () => ({ tokens: 1, waiting: { mutation: 0, read: 0, refresh: 0 } }),
      sharing: undefined,
    });
  const scrape = async (url: string, ...headers: string[]) =>
    (await exchange(url, request(['GET /metrics HTTP/1.1', ...headers]))).status;

  test('on a loopback address are for this machine alone', async () => {
    const { url, close } = await start('127.0.0.1');
    expect(await scrape(url, 'host: localhost:9464')).toBe(200);
    expect(await scrape(url, 'host: prometheus.corp.example')).toBe(200);
    expect(await scrape(url, 'host: evil.example')).toBe(421);
    expect(await scrape(url, 'host: localhost', 'origin: http://evil.example')).toBe(421);
    expect(await scrape(url, 'host: a b')).toBe(400);
    expect(await scrape(url)).toBe(400);
    await close();
  });

  test('on other addresses are for any name that leads there', async () => {
    const { url, close } = await start('0.0.0.0');
    expect(await scrape(url, 'host: gateway.svc:9464')).toBe(200);
    expect(await scrape(url)).toBe(400);
    await close();
  });
});

test('a name is read in lower case, without port and final dot', () => {
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
