import { describe, expect, test } from '@jest/globals';
import { mutate, stored } from '../support/mutations.ts';
import { useGateway } from '../support/run.ts';

const gateway = useGateway();

const flush = (stageName: string) =>
  mutate(
    gateway,
    'flushStageAuthorizersCache',
    { restApiId: 'petstore01', stageName },
    'stage { stageName }',
  );

describe('flushStageAuthorizersCache', () => {
  test('flushes cached decisions in one call, and does not change the stage', async () => {
    const before = await stored(gateway, 'prod');
    expect(await flush('prod')).toMatchObject({
      userErrors: [],
      warnings: [],
      stage: { stageName: 'prod' },
    });
    expect(gateway.stageApi.calls()).toEqual({ FlushStageAuthorizersCache: 1, GetStages: 1 });
    expect(await stored(gateway, 'prod')).toEqual(before);
  });

  test('returns no stage if it does not exist', async () => {
    expect(await flush('nowhere')).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }], stage: null });
    expect(gateway.stageApi.calls()).toEqual({ FlushStageAuthorizersCache: 1 });
  });
});
