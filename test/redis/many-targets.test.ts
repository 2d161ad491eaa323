import { describe, expect, test } from '@jest/globals';
import { DEV, PROD, type RunningFleet, startFleet, target } from '../support/fleet.ts';
import { startRedis } from '../support/redis.ts';
import { startStageApi } from '../support/stage-api.ts';

const READ =
  '{ a: stage(restApiId: "petstore01", stageName: "dev") { description } b: stage(restApiId: "petstore01", stageName: "dev", region: "us-west-2") { description } c: stage(restApiId: "petstore01", stageName: "dev", account: "dev") { description } }';
const WRITE =
  'mutation ($region: String) { updateStage(input: { region: $region, restApiId: "petstore01", stageName: "dev", description: "Changed" }) { userErrors { code } warnings { code } } }';

describe('two processes with the same targets on one Redis', () => {
  test('share cache, locks and the rate limiter of each account, and mix no targets', async () => {
    const redis = await startRedis();
    const [home, region, account] = await Promise.all([startStageApi(), startStageApi(), startStageApi()]);
    const file = {
      quota: 'account' as const,
      targets: [
        target({ account: PROD, region: 'us-east-1', home: true, endpoint: home.url }),
        target({ account: PROD, region: 'us-west-2', endpoint: region.url }),
        target({ account: DEV, alias: 'dev', region: 'us-east-1', endpoint: account.url }),
      ],
    };
    const options = { ttlMs: 60_000, rate: 0.001, burst: 20, redisUrl: redis.url };
    const one = await startFleet(file, options);
    const two = await startFleet(file, options);
    const original = (await one.graphql(READ)).data;
    expect(await two.graphql(READ)).toMatchObject({ data: original, errors: undefined });
    // What the one process has read, the other has from Redis.
    expect([home, region, account].map((api) => api.calls())).toEqual(Array(3).fill({ GetStages: 1 }));

    const { data } = await two.graphql(WRITE, { region: 'us-west-2' });
    expect(data).toEqual({ updateStage: { userErrors: [], warnings: [] } });
    expect((await one.graphql(READ)).data).toEqual({ ...original, b: { description: 'Changed' } });

    const available = async (process: RunningFleet) => {
      const answer = await process.graphql<{ stageTargets: { budget: { available: number } }[] }>(
        '{ stageTargets { budget { available } } }',
      );
      return answer.data.stageTargets.map(({ budget }) => budget.available);
    };
    // Three calls of the one account, in both Regions and by both processes; one of the other.
    expect((await available(two)).slice(0, 2)).toEqual([17, 17]);
    await Promise.all([one.close(), two.close()]);
  });
});
