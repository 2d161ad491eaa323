import { describe, expect, test } from '@jest/globals';
import type { EmbeddedStageApi } from '../../src/embedded/start.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { type SharingProcess, startSharing } from '../support/sharing-process.ts';
import { startStageApi } from '../support/stage-api.ts';

const SLOW = 120_000;

let redis: RedisServer | undefined;
let stageApi: EmbeddedStageApi | undefined;

/** Lists that are stored each by itself: together they are asked for far more often than the quota allows. */
const questions = Array.from({ length: 60 }, (_, n) => `{ restApis(first: ${n + 1}) { nodes { name } } }`);

/** Asks them all again and again; gives the answers that failed. */
async function poll({ ask }: SharingProcess, ms: number): Promise<readonly string[]> {
  const failed: string[] = [];
  const end = performance.now() + ms;
  const client = async (first: number) => {
    for (let n = first; performance.now() < end; n++) {
      const answer = await ask(questions[n % questions.length] ?? '');
      if (answer.includes('"errors"')) failed.push(answer);
    }
  };
  await Promise.all([0, 15, 30, 45].map(client));
  return failed;
}

describe('three processes with the quota of AWS as their shared limit', () => {
  test(
    'keep to it, so that AWS refuses none of their calls, and none of their answers fails once all was seen',
    async () => {
      redis = await startRedis();
      stageApi = await startStageApi();
      const { url } = redis;
      const endpoint = stageApi.url;
      // AWS's own are 10 and 40: two budgets of these would be refused.
      const env = { UPSTREAM_RATE: '9', UPSTREAM_BURST: '36', CACHE_TTL_SECONDS: '1', LOG_LEVEL: 'warn' };
      const start = () => startSharing(url, endpoint, env);
      const processes = await Promise.all([start(), start(), start()]);
      stageApi.configure({ quota: true });
      for (const { ask } of processes) {
        for (const question of questions) while ((await ask(question)).includes('"errors"'));
      }
      const failed = await Promise.all(processes.map((process) => poll(process, 6000)));
      expect(failed.flat()).toEqual([]);
      const statuses = stageApi.requests().map(({ status }) => status);
      // More than the burst: the rate was what they had to share.
      expect(statuses.length).toBeGreaterThan(80);
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
    },
    SLOW,
  );
});
