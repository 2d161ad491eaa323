import { describe, expect, test } from '@jest/globals';
import { startBalancer } from '../support/balancer.ts';
import { openToAws, startProcess } from '../support/gateway-process.ts';
import { startStageApi } from '../support/stage-api.ts';

const CLIENTS = 8;

async function startOne(endpoint: string) {
  const gateway = startProcess({
    ...openToAws,
    AWS_ENDPOINT_URL: endpoint,
    PORT: '0',
    HOST: '127.0.0.1',
    UPSTREAM_RATE: '1000',
    UPSTREAM_BURST: '1000',
    CACHE_TTL_SECONDS: '0',
    SHUTDOWN_DELAY_SECONDS: '1',
  });
  const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
  return { ...gateway, origin: new URL(url).origin };
}

describe('a rolling update', () => {
  test('of all processes behind a load balancer, under load, drops no request', async () => {
    const stageApi = await startStageApi({ latencyMs: 150 });
    const lb = await startBalancer();
    const { url: endpoint } = stageApi;
    const old = await Promise.all([startOne(endpoint), startOne(endpoint)]);
    for (const { origin } of old) await lb.add(origin);

    const answers: string[] = [];
    let loading = true;
    const client = async (): Promise<void> => {
      while (loading) {
        const response = await fetch(`${lb.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"query":"{ stages(restApiId: \\"petstore01\\") { stageName } }"}',
        });
        answers.push(`${response.status} ${await response.text()}`);
      }
    };
    const clients = Array.from({ length: CLIENTS }, client);

    for (const one of old) {
      const next = await startOne(endpoint);
      await lb.add(next.origin);
      one.process.kill('SIGTERM');
      expect(await one.exited).toBe(0);
      lb.remove(one.origin);
    }
    // Only new processes are left.
    const before = answers.length;
    while (answers.length < before + CLIENTS) await new Promise((resolve) => setTimeout(resolve, 10));
    loading = false;
    await Promise.all(clients);

    const right =
      '200 {"data":{"stages":[{"stageName":"dev"},{"stageName":"prod"},{"stageName":"staging"}]}}';
    expect(answers.filter((answer) => answer.trim() !== right)).toEqual([]);
    expect(answers.length).toBeGreaterThan(50);
  }, 120_000);
});
