import { beforeEach, describe, expect, test } from '@jest/globals';
import { mutate } from '../support/mutations.ts';
import { type Running, run } from '../support/run.ts';

let gateway: Running;
beforeEach(async () => {
  gateway = await run({ stageApi: { cacheClusterClock: 'realistic' } });
});

const flush = (stageName: string) =>
  mutate(
    gateway,
    'flushStageCache',
    { restApiId: 'petstore01', stageName },
    'stage { stageName cacheClusterStatus }',
  );

describe('flushStageCache', () => {
  test('flushes the cache in one call, and reads the stage afterwards', async () => {
    expect(await flush('prod')).toMatchObject({
      userErrors: [],
      warnings: [],
      stage: { stageName: 'prod', cacheClusterStatus: 'FLUSH_IN_PROGRESS' },
    });
    expect(gateway.stageApi.calls()).toEqual({ FlushStageCache: 1, GetStages: 1 });
    expect(gateway.stageApi.requests()[0]?.params).toEqual({ restApiId: 'petstore01', stageName: 'prod' });
  });

  test('succeeds for a stage without a cache', async () => {
    expect(await flush('dev')).toMatchObject({
      userErrors: [],
      stage: { stageName: 'dev', cacheClusterStatus: 'NOT_AVAILABLE' },
    });
  });

  test('returns no stage if it does not exist', async () => {
    expect(await flush('nowhere')).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }], stage: null });
    expect(gateway.stageApi.calls()).toEqual({ FlushStageCache: 1 });
  });
});
