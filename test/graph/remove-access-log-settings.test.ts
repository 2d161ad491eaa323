import { describe, expect, test } from '@jest/globals';
import { mutate, removed, stored } from '../support/mutations.ts';
import { sentPatches, useGateway } from '../support/run.ts';

const gateway = useGateway();

const remove = (stageName: string) =>
  mutate(
    gateway,
    'removeAccessLogSettings',
    { restApiId: 'petstore01', stageName },
    'stage { stageName accessLogSettings { format } }',
  );

describe('removeAccessLogSettings', () => {
  test('removes the whole access log in one call', async () => {
    expect(await stored(gateway, 'prod')).toHaveProperty('accessLogSettings');
    expect(await remove('prod')).toMatchObject({
      userErrors: [],
      warnings: [],
      patchOperations: [removed('/accessLogSettings')],
      stage: { stageName: 'prod', accessLogSettings: null },
    });
    expect(sentPatches(gateway)).toEqual([[{ op: 'remove', path: '/accessLogSettings' }]]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
    expect(await stored(gateway, 'prod')).not.toHaveProperty('accessLogSettings');
  });

  test('succeeds if the stage has no access log', async () => {
    expect(await remove('dev')).toMatchObject({
      userErrors: [],
      stage: { stageName: 'dev', accessLogSettings: null },
    });
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
  });
});
