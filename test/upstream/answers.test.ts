import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mutate } from '../support/mutations.ts';
import { startGateway } from '../support/run.ts';

const MEGABYTE = 1024 * 1024;
/** What the gateway reads, and what the sockets of both sides hold beside it. */
const MOST_BYTES = 48 * MEGABYTE;

/** Answers everything with JSON that never ends, as fast as it is read. Keeps how much was sent for each request. */
async function startEndless(status: number) {
  const sent: number[] = [];
  const chunk = Buffer.alloc(MEGABYTE, ' ');
  const server = createServer((request, response) => {
    request.resume();
    const index = sent.push(0) - 1;
    response.writeHead(status, { 'content-type': 'application/json' });
    const write = (): void => {
      let isRead = true;
      while (isRead && !response.destroyed) {
        isRead = response.write(chunk);
        sent[index] = (sent[index] ?? 0) + chunk.length;
      }
    };
    response.on('drain', write);
    write();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    sent,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe.each([200, 400, 500])('an answer without end, of status %i, is read up to a limit', (status) => {
  let upstream: Awaited<ReturnType<typeof startEndless>>;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  beforeEach(async () => {
    upstream = await startEndless(status);
    gateway = await startGateway(upstream.url, { requestTimeoutMs: 15_000, deadlineMs: 60_000 });
  });
  afterEach(async () => {
    await gateway.close();
    await upstream.close();
  });
  const expectBounded = () => {
    expect(upstream.sent.length).toBeGreaterThan(0);
    expect(upstream.sent.filter((bytes) => bytes > MOST_BYTES)).toEqual([]);
  };

  test('then a query is told UPSTREAM_UNAVAILABLE', async () => {
    const { errors } = await gateway.graphql('{ stages(restApiId: "petstore01") { stageName } }');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expectBounded();
  });

  test('then the outcome of a change is unknown', async () => {
    const { userErrors } = await mutate(gateway, 'createStage', {
      restApiId: 'petstore01',
      stageName: 'dev',
      deploymentId: 'dep001',
    });
    expect(userErrors.map(({ code }) => code)).toEqual(['OUTCOME_UNKNOWN']);
    expectBounded();
  });
});
