import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import type { EmbeddedStageApi } from '../../src/embedded/start.ts';
import { until } from '../support/polling.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { describeProd, readProd, startSharing } from '../support/sharing-process.ts';
import { startStageApi } from '../support/stage-api.ts';

let redis: RedisServer | undefined;
let stageApi: EmbeddedStageApi | undefined;

describe('three processes', () => {
  test('of which one is killed during a write: no reader sees a stale value, and the others can write', async () => {
    redis = await startRedis();
    stageApi = await startStageApi();
    const { url } = redis;
    const endpoint = stageApi.url;
    const start = () => startSharing(url, endpoint, { UPSTREAM_TIMEOUT_SECONDS: '3' });
    const [one, two, three] = await Promise.all([start(), start(), start()]);
    expect(await one.ask(describeProd('before'))).toContain('"userErrors":[]');
    expect(await Promise.all([two.ask(readProd), three.ask(readProd)])).toEqual([
      expect.stringContaining('before'),
      expect.stringContaining('before'),
    ]);

    // AWS carries it out, and the process dies before it hears of that.
    stageApi.configure({
      faults: [{ operation: 'UpdateStage', action: 'hang', afterwards: true, times: 1 }],
    });
    stageApi.resetCalls();
    const lost = one.ask(describeProd('carried out')).catch(() => 'no answer');
    await until(() => stageApi?.calls().UpdateStage !== undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const exited = once(one.child, 'exit');
    one.child.kill('SIGKILL');
    await exited;
    expect(await lost).toBe('no answer');

    expect(await Promise.all([two.ask(readProd), three.ask(readProd)])).toEqual([
      expect.stringContaining('carried out'),
      expect.stringContaining('carried out'),
    ]);
    // The lock goes with its lease.
    expect(await two.ask(describeProd('after'))).toContain('"userErrors":[]');
    expect(await three.ask(readProd)).toContain('after');
  }, 120_000);
});
