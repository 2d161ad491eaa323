import { describe, expect, test } from '@jest/globals';
import { startProcess } from '../support/gateway-process.ts';
import { exchange, request } from '../support/hostile.ts';

const SLOW = 60_000;
const statusAs = async (url: string, host: string): Promise<number> =>
  (await exchange(url, request([`GET ${new URL(url).pathname} HTTP/1.1`, `host: ${host}`]))).status;

describe('a name that a web page could have chosen', () => {
  test(
    'is refused by every port of a gateway without authentication',
    async () => {
      const env = { PORT: '0', EMBEDDED_PORT: '0', METRICS_PORT: '0', ALLOWED_HOSTS: '*.corp.example' };
      const gateway = startProcess(env);
      const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
      const [, metrics = ''] = await gateway.said(/Metrics: (\S+)/);
      const [, stageApi = ''] = await gateway.said(/Embedded Stage API with sample data: (\S+)/);
      const control = `${stageApi}/_embedded/modes`;
      for (const each of [new URL('/healthz', url).href, metrics, control]) {
        expect([each, await statusAs(each, 'evil.example')]).toEqual([each, 421]);
        expect([each, await statusAs(each, 'a.corp.example')]).toEqual([each, 200]);
        expect([each, await statusAs(each, 'localhost')]).toEqual([each, 200]);
      }
    },
    SLOW,
  );

  test(
    'is refused by the embedded Stage API that runs alone',
    async () => {
      const stageApi = startProcess({ ALLOWED_HOSTS: 'a.example' }, ['stage-api', '--port', '0']);
      const [, url = ''] = await stageApi.said(/listens on (\S+)/);
      expect(await statusAs(`${url}/_embedded/modes`, 'evil.example')).toBe(421);
      expect(await statusAs(`${url}/_embedded/modes`, 'a.example')).toBe(200);
    },
    SLOW,
  );

  test(
    'is accepted where router secrets are required',
    async () => {
      const gateway = startProcess({ PORT: '0', EMBEDDED_PORT: '0', ROUTER_SECRETS: 'secret' });
      const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
      expect(await statusAs(new URL('/healthz', url).href, 'gateway.svc')).toBe(200);
    },
    SLOW,
  );
});
