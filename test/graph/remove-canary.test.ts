import { describe, expect, test } from '@jest/globals';
import { mutate, removed, stored } from '../support/mutations.ts';
import { sentPatches, useGateway } from '../support/run.ts';

const gateway = useGateway();

const remove = (stageName: string, input: object = {}) =>
  mutate(
    gateway,
    'removeCanary',
    { restApiId: 'petstore01', stageName, ...input },
    'stage { deploymentId canarySettings { deploymentId } }',
  );

describe('removeCanary', () => {
  test("routes all traffic to the stage's own deployment, in one call", async () => {
    const { canarySettings, ...before } = (await stored(gateway, 'prod')) ?? {};
    expect(canarySettings).toBeDefined();
    const answer = await remove('prod');
    expect(answer).toMatchObject({
      userErrors: [],
      warnings: [],
      patchOperations: [removed('/canarySettings')],
      stage: { deploymentId: 'dep001', canarySettings: null },
    });
    expect(sentPatches(gateway)).toEqual([[{ op: 'remove', path: '/canarySettings' }]]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
    expect(await stored(gateway, 'prod')).toEqual({ ...before, lastUpdatedDate: expect.any(Number) });
  });

  test('succeeds if the stage has no canary', async () => {
    const answer = await remove('dev');
    expect(answer).toMatchObject({ userErrors: [], stage: { canarySettings: null } });
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
  });

  test('succeeds although AWS reports the missing canary as an error', async () => {
    const message =
      'Cannot remove method setting canarySettings because there is no method setting for this method ';
    const fault = { operation: 'UpdateStage', action: 'fail', status: 400, message } as const;
    gateway.stageApi.configure({ faults: [fault] });
    const answer = await remove('dev');
    expect(answer).toMatchObject({
      userErrors: [],
      patchOperations: [],
      stage: { deploymentId: 'dep003', canarySettings: null },
    });
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1, GetStage: 1 });
  });
});
