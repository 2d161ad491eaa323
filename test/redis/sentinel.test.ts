import { describe, expect, test } from '@jest/globals';
import { until } from '../support/polling.ts';
import { startWatchedRedis } from '../support/redis-sentinel.ts';
import { describeProd, readProd, startSharing } from '../support/sharing-process.ts';
import { startStageApi } from '../support/stage-api.ts';

const SLOW = 90_000;
const sentinels = { REDIS_MODE: 'auto', REDIS_SENTINEL_MASTER: 'shared' };

describe('a primary and a replica behind a Sentinel', () => {
  test(
    'are shared; when the primary is killed, the processes go on, and share the replica that has taken over',
    async () => {
      const { url, primary, replica } = await startWatchedRedis();
      const stageApi = await startStageApi();
      const start = () => startSharing(url, stageApi.url, sentinels);
      const [one, two] = await Promise.all([start(), start()]);
      await one.ask(readProd);
      await two.ask(readProd);
      expect(stageApi.calls()).toEqual({ GetStages: 1 });
      await primary.kill();
      expect(await one.ask(describeProd('while the primary is dead'))).toContain('"userErrors":[]');
      const available = ({ output }: typeof one) => output().split('Redis is available').length - 1;
      await until(() => available(one) >= 2 && available(two) >= 2, 50);
      expect(await replica.client.info('replication')).toContain('role:master');
      expect(await two.ask(readProd)).toContain('while the primary is dead');
      expect(await two.ask(describeProd('with the replica'))).toContain('"userErrors":[]');
      expect(await one.ask(readProd)).toContain('with the replica');
    },
    SLOW,
  );

  test(
    'a Sentinel without the name of its primary is said to be one',
    async () => {
      const { url } = await startWatchedRedis();
      const stageApi = await startStageApi();
      const { output } = await startSharing(url, stageApi.url, {});
      expect(output()).toMatch(/the server is a Sentinel: set REDIS_SENTINEL_MASTER.*"Redis cannot be used"/);
    },
    SLOW,
  );
});
