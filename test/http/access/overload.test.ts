import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { noGatewayObserver } from '../../../src/observability/observer.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { bearer, startIssuer } from '../../support/issuer.ts';
import { until } from '../../support/polling.ts';
import { run, type Running } from '../../support/run.ts';
import { largeAnswer } from '../../support/sample-states.ts';

let gateway: Running;
const shed: string[] = [];
const observer = { ...noGatewayObserver, shed: (reason: string) => shed.push(reason) };
const sockets: Socket[] = [];
afterEach(() => {
  shed.length = 0;
  sockets.length = 0;
});

const read = '{ stages(restApiId: "petstore01") { stageName } }';

describe('overload', () => {
  test('requests above the limit are refused at once, in the format of a GraphQL response', async () => {
    gateway = await run({
      observer,
      overload: { requests: 2, eventLoopDelayMs: 0 },
      stageApi: { latencyMs: 1500 },
    });
    const running = [gateway.graphql(read), gateway.graphql('{ restApis { nodes { name } } }')];
    // Both are in flight: they have reached AWS.
    await until(() => gateway.stageApi.requests().length >= 2);

    const turnedAway = await gateway.graphql(read);
    expect(turnedAway.status).toBe(503);
    expect(turnedAway.headers.get('retry-after')).toBe('1');
    expect(turnedAway.errors).toMatchObject([
      {
        message: expect.stringContaining('the request was not processed'),
        extensions: { code: 'OVERLOADED' },
      },
    ]);
    expect(shed).toEqual(['requests']);
    // Probes are answered.
    expect((await fetch(new URL('/healthz', gateway.url))).status).toBe(200);
    expect((await fetch(new URL('/readyz', gateway.url))).status).toBe(200);

    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await gateway.graphql(read)).status).toBe(200);
  });

  test('all requests are refused while the event loop is delayed', async () => {
    // Every event loop is delayed by more than this.
    gateway = await run({ observer, overload: { requests: 0, eventLoopDelayMs: 1e-6 } });
    let answer = await gateway.graphql('{ __typename }');
    while (answer.status === 200) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      answer = await gateway.graphql('{ __typename }');
    }
    expect(answer.status).toBe(503);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'OVERLOADED' } }]);
    expect(shed).toEqual(['event_loop']);
    expect((await fetch(new URL('/readyz', gateway.url))).status).toBe(200);
  });
});

/** Sends bytes on a new connection, and neither reads nor sends more. */
async function sendBytes(text: string): Promise<Socket> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  sockets.push(socket);
  closeAfterwards(() => socket.destroy());
  await new Promise<void>((resolve) => socket.write(text, () => resolve()));
  return socket;
}
const whole = (query: string, headers: Readonly<Record<string, string>> = {}): string => {
  const body = JSON.stringify({ query });
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) });
  const head = ['POST /graphql HTTP/1.1', 'host: localhost', 'content-type: application/json'];
  return [...head, ...lines.map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n');
};
const half = (headers: Readonly<Record<string, string>> = {}): string =>
  whole('{ __typename }', headers).slice(0, -5);
const large = whole(largeAnswer.query);

const statusOf = async (headers: Readonly<Record<string, string>> = {}) =>
  (await gateway.graphql('{ __typename }', {}, headers)).status;

describe('one caller may have a quarter of the requests in flight:', () => {
  const overload = { requests: 8, eventLoopDelayMs: 0 };

  test('incomplete bodies of one subject do not block another', async () => {
    const issuer = await startIssuer();
    gateway = await run({ observer, overload, auth: issuer.options });
    const ada = bearer(await issuer.token('', { sub: 'ada' }));
    const bob = bearer(await issuer.token('stages:read', { sub: 'bob' }));
    // One after the other: a refused request counts as in flight until its response is sent.
    for (let sent = 1; sent <= 20; sent++) {
      await sendBytes(half(ada));
      await until(() => shed.length === Math.max(0, sent - 2));
    }
    expect(await statusOf(ada)).toBe(429);
    expect(await statusOf(bob)).toBe(200);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await statusOf(ada)) === 200);
    expect(new Set(shed)).toEqual(new Set(['caller']));
    await issuer.close();
  });

  test('callers are identified by the client that a router names, and by address otherwise', async () => {
    gateway = await run({ observer, overload, routerSecrets: ['secret'], trustProxy: 'loopback' });
    // Routers get statuses of responses of this type.
    const secret = { 'router-authorization': 'secret', accept: 'application/graphql-response+json' };
    const web = { ...secret, 'apollographql-client-name': 'web' };
    const from = (address: string) => ({ ...secret, 'x-forwarded-for': address });
    for (const headers of [web, web, web, from('192.0.2.1'), from('192.0.2.1'), from('192.0.2.1')]) {
      await sendBytes(half(headers));
    }
    await until(() => shed.length === 2);
    expect(await statusOf(web)).toBe(429);
    expect(await statusOf({ ...web, 'apollographql-client-name': 'ios' })).toBe(200);
    expect(await statusOf(from('192.0.2.1'))).toBe(429);
    expect(await statusOf(from('192.0.2.2'))).toBe(200);
  });

  test('the error names the limit and when to retry', async () => {
    gateway = await run({ observer, overload: { ...overload, requests: 4 } });
    await sendBytes(half());
    await until(async () => (await statusOf()) === 429);
    const { headers, errors } = await gateway.graphql('{ __typename }');
    expect(headers.get('retry-after')).toBe('1');
    expect(errors).toMatchObject([
      {
        message: 'You have 1 requests in flight; the limit is 1. Wait for some of them, then retry.',
        extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 1, requestId: expect.any(String) },
      },
    ]);
    expect((await fetch(new URL('/readyz', gateway.url))).status).toBe(200);
  });
});

describe('a request stops counting', () => {
  const overload = { requests: 4, eventLoopDelayMs: 0 };
  const withLargeAnswer = { overload, stageApi: { state: largeAnswer.state } };

  test('when its body does not arrive: it gets a timeout', async () => {
    gateway = await run({ overload, clientTimeoutMs: 100 });
    const socket = await sendBytes(half());
    await until(async () => (await statusOf()) === 429);
    await until(async () => (await statusOf()) === 200);
    expect(String(socket.read())).toMatch(/^HTTP\/1.1 408 .*Request timeout/s);
  });

  test('when its response is not received', async () => {
    const log: string[] = [];
    gateway = await run({ ...withLargeAnswer, clientTimeoutMs: 100, log: (line) => log.push(line) });
    await sendBytes(large);
    await until(async () => (await statusOf()) === 429);
    await until(async () => (await statusOf()) === 200);
    expect(log.join('')).toContain('response timeout: the client did not receive');
  });

  test('but not while a client is only slow', async () => {
    gateway = await run({ ...withLargeAnswer, clientTimeoutMs: 1000 });
    const socket = await sendBytes(large.replace('host:', 'connection: close\r\nhost:'));
    let answer = '';
    for await (const chunk of socket.setEncoding('latin1')) {
      answer += String(chunk);
      // More than twice the timeout in all.
      if (answer.length < 2_500_000) await new Promise((resolve) => setTimeout(resolve, 60));
    }
    const [head = '', ...body] = answer.split('\r\n\r\n');
    const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
    expect(length).toBeGreaterThan(5_000_000);
    expect(body.join('').length).toBe(length);
  });

  test('when its connection is closed, also as one of several pipelined requests', async () => {
    gateway = await run({ overload: { ...overload, requests: 3 }, stageApi: { latencyMs: 200 } });
    const socket = await sendBytes(whole(read).repeat(3));
    await until(() => gateway.stageApi.requests().length > 0);
    socket.destroy();
    const together = () => Promise.all([statusOf(), statusOf(), statusOf()]);
    let statuses = await together();
    for (let tries = 0; tries < 100 && statuses.includes(503); tries++) statuses = await together();
    expect(statuses).toEqual([200, 200, 200]);
  });
});
