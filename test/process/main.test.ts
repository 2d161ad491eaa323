import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createSilentServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openToAws, startProcess } from '../support/gateway-process.ts';
import { largeAnswer } from '../support/sample-states.ts';

const SLOW = 60_000;
const send = (url: string, query: string) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });

describe('the process', () => {
  test(
    'starts both servers, prints their addresses, and ends on SIGTERM with code 0',
    async () => {
      const gateway = startProcess({ PORT: '0', EMBEDDED_PORT: '0', METRICS_PORT: '0' });
      const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
      const [, page = ''] = await gateway.said(/Console: (\S+)/);
      expect(page).toBe(new URL('/', url).href);
      expect(gateway.output()).toMatch(/Embedded Stage API with sample data: http:\/\/127\.0\.0\.1:\d+/);

      const response = await send(url, '{ stages(restApiId: "petstore01") { stageName } }');
      expect(await response.json()).toMatchObject({ data: { stages: [{}, {}, {}] } });
      const [, metrics = ''] = await gateway.said(/Metrics: (\S+)/);
      expect(await (await fetch(metrics)).text()).toContain(
        'stagegraph_upstream_calls_total{account="000000000000",region="us-east-1",operation="GetStages",outcome="OK"} 1',
      );
      expect(await (await fetch(metrics)).text()).toContain(
        'stagegraph_mutations_total{mutation="updateStage",outcome="OUTCOME_UNKNOWN"} 0',
      );

      gateway.process.kill('SIGTERM');
      expect(await gateway.exited).toBe(0);
      expect(gateway.output()).toContain('"msg":"stopped"');
    },
    SLOW,
  );

  test(
    'does not start with an invalid configuration: it prints all mistakes, and ends with code 1',
    async () => {
      const gateway = startProcess({ PORT: 'many', EXPLORER: 'vim' });
      expect(await gateway.exited).toBe(1);
      expect(gateway.output()).toContain('stagegraph cannot start:\nPORT: ');
      expect(gateway.output()).toContain('EXPLORER: ');
    },
    SLOW,
  );

  test(
    'does not start against AWS without authentication, unless AUTH is off',
    async () => {
      const gateway = startProcess({ STAGE_API: 'aws', AWS_REGION: 'eu-central-1' });
      expect(await gateway.exited).toBe(1);
      expect(gateway.output()).toContain('Or set AUTH to "off"');
    },
    SLOW,
  );

  test(
    'in production prints only JSON',
    async () => {
      const env = { NODE_ENV: 'production', STAGE_API: 'embedded', PORT: '0', EMBEDDED_PORT: '0' };
      const gateway = startProcess({ ...env, SHUTDOWN_DELAY_SECONDS: '0' });
      await gateway.said(/"msg":"listening"/);
      gateway.process.kill('SIGTERM');
      expect(await gateway.exited).toBe(0);
      const lines = gateway.output().trim().split('\n');
      const json = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as object);
      expect(json).toContainEqual(expect.objectContaining({ msg: 'listening', version: '0.1.0' }));
      expect(gateway.output()).not.toContain('GraphQL gateway:');
    },
    SLOW,
  );
});

describe('stopping', () => {
  const short = {
    PORT: '0',
    EMBEDDED_PORT: '0',
    UPSTREAM_TIMEOUT_SECONDS: '1',
    UPSTREAM_DEADLINE_SECONDS: '1',
  };

  const folder = mkdtempSync(join(tmpdir(), 'stagegraph-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function withLargeAnswer(): Record<string, string> {
    const file = join(folder, 'state.json');
    writeFileSync(file, JSON.stringify(largeAnswer.state));
    return { EMBEDDED_DATA: file };
  }

  /** A request whose response of twenty megabytes is not read. */
  async function holdRequest(url: string): Promise<void> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    const body = JSON.stringify({ query: largeAnswer.query });
    const length = `content-length: ${Buffer.byteLength(body)}`;
    const head = ['POST /graphql HTTP/1.1', 'host: localhost', 'content-type: application/json', length];
    const request = [...head, '', body].join('\r\n');
    socket.write(request + request);
    await once(socket, 'readable');
  }

  test(
    'is not ready at once, still answers, and ends after the delay',
    async () => {
      const gateway = startProcess({ ...short, SHUTDOWN_DELAY_SECONDS: '2' });
      const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
      gateway.process.kill('SIGTERM');
      await gateway.said(/"msg":"stopping"/);
      expect((await fetch(new URL('/readyz', url))).status).toBe(503);
      expect((await send(url, '{ __typename }')).status).toBe(200);
      expect(await gateway.exited).toBe(0);
      await expect(send(url, '{ __typename }')).rejects.toThrow('fetch failed');
    },
    SLOW,
  );

  test(
    'closes idle connections and incomplete requests; complete requests are answered',
    async () => {
      const upstream = createServer().listen(0, '127.0.0.1');
      await once(upstream, 'listening');
      const gateway = startProcess({
        PORT: '0',
        HOST: '127.0.0.1',
        ...openToAws,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
        UPSTREAM_TIMEOUT_SECONDS: '50',
        UPSTREAM_DEADLINE_SECONDS: '50',
        SHUTDOWN_TIMEOUT_SECONDS: '100',
      });
      const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
      const { hostname, port } = new URL(url);
      /** Sends text on a connection, and returns all that it receives until the connection is closed. */
      const exchange = async (text: string) => {
        const socket = connect(Number(port), hostname);
        socket.on('error', () => undefined);
        let answered = '';
        socket.setEncoding('utf8').on('data', (more: string) => {
          answered += more;
        });
        await once(socket, 'connect');
        if (text !== '') await new Promise((resolve) => socket.write(text, resolve));
        return once(socket, 'close').then(() => answered);
      };
      const silent = exchange('');
      const halfHead = exchange('POST /graphql HTTP/1.1\r\nhost: localhost\r\n');
      const head = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
      const halfBody = exchange(`${head}content-length: 9\r\n\r\n{`);
      const running = send(url, '{ stages(restApiId: "petstore01") { stageName } }');
      const [, response] = (await once(upstream, 'request')) as [IncomingMessage, ServerResponse];

      gateway.process.kill('SIGTERM');
      expect(await silent).toBe('');
      expect(await halfHead).toBe('');
      expect(await halfBody).toMatch(/^HTTP\/1.1 408 .*"code":"BAD_REQUEST"/s);
      // All this while a request is in flight.
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"item":[]}');
      expect(await (await running).json()).toEqual({ data: { stages: [] } });
      expect(await gateway.exited).toBe(0);
      upstream.close();
      upstream.closeAllConnections();
    },
    SLOW,
  );

  test(
    'ends with code 0 on a signal during the start',
    async () => {
      // A Redis that accepts a connection and never answers.
      const redis = createSilentServer().listen(0, '127.0.0.1').unref();
      await once(redis, 'listening');
      const gateway = startProcess({
        ...openToAws,
        REDIS_URL: `redis://127.0.0.1:${(redis.address() as AddressInfo).port}`,
      });
      const [connection] = (await once(redis, 'connection')) as [Socket];
      gateway.process.kill('SIGTERM');
      expect(await gateway.exited).toBe(0);
      expect(gateway.output()).toContain('"msg":"stopped before it listened"');
      connection.destroy();
    },
    SLOW,
  );

  test(
    'ends with code 1 at the timeout while a request is in flight',
    async () => {
      const gateway = startProcess({ ...short, ...withLargeAnswer(), SHUTDOWN_TIMEOUT_SECONDS: '2' });
      const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
      await holdRequest(url);
      gateway.process.kill('SIGTERM');
      expect(await gateway.exited).toBe(1);
      expect(gateway.output()).toContain('not stopped in time');
    },
    SLOW,
  );

  test(
    'ends at once, with code 1, on a second signal',
    async () => {
      const gateway = startProcess({ ...short, ...withLargeAnswer() });
      const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
      await holdRequest(url);
      gateway.process.kill('SIGTERM');
      await gateway.said(/"msg":"stopping"/);
      gateway.process.kill('SIGTERM');
      expect(await gateway.exited).toBe(1);
      expect(gateway.output()).toContain('stopped at once');
    },
    SLOW,
  );
});

describe('the command', () => {
  test(
    'prints the configuration that it would start with, without its secrets',
    async () => {
      const env = { STAGE_API: 'aws', AUTH: 'off', AWS_ENDPOINT_URL: 'http://user:s3cret@127.0.0.1:1' };
      const printed = startProcess(env, ['--print-config']);
      expect(await printed.exited).toBe(0);
      expect(printed.output()).toContain('AWS_ENDPOINT_URL=http://(hidden)@127.0.0.1:1\n');
      expect(printed.output()).toContain('# PORT=4000 (default)\n');
    },
    SLOW,
  );

  test(
    'reports an unknown command',
    async () => {
      const mistaken = startProcess({}, ['sreve']);
      expect(await mistaken.exited).toBe(1);
      expect(mistaken.output()).toContain('Unknown command: sreve\nSee --help.');
    },
    SLOW,
  );
});
