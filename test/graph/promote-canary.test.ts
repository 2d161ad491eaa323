import { beforeAll, describe, expect, test } from '@jest/globals';
import { lookAtDeployments } from '../support/first-looks.ts';
import { copied, mutate, removed, replaced, revisionOf, stored } from '../support/mutations.ts';
import { sentPatches, useGateway } from '../support/run.ts';

const prod = { restApiId: 'petstore01', stageName: 'prod' };
const promotion = [
  copied('/canarySettings/deploymentId', '/deploymentId'),
  copied('/canarySettings/stageVariableOverrides', '/variables'),
  replaced('/canarySettings/percentTraffic', '0.0'),
];
const STAGE =
  'stage { deploymentId variables { name value } canarySettings { percentTraffic deploymentId } }';

const gateway = useGateway();
beforeAll(() => lookAtDeployments(gateway));

const promote = (input: object = {}) => mutate(gateway, 'promoteCanary', { ...prod, ...input }, STAGE);

describe('promoteCanary', () => {
  test('copies the canary to the stage: one read, one call, the copies first', async () => {
    const answer = await promote();
    expect(answer).toMatchObject({
      userErrors: [],
      patchOperations: promotion,
      stage: {
        deploymentId: 'dep002',
        variables: [
          { name: 'backend', value: 'petstore.example.com' },
          { name: 'featureFlags', value: 'search:on' },
          { name: 'table', value: 'pets' },
        ],
        canarySettings: { percentTraffic: 0, deploymentId: 'dep002' },
      },
    });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1 });
    expect(sentPatches(gateway)).toEqual([
      [
        { op: 'copy', from: '/canarySettings/deploymentId', path: '/deploymentId' },
        { op: 'copy', from: '/canarySettings/stageVariableOverrides', path: '/variables' },
        { op: 'replace', path: '/canarySettings/percentTraffic', value: '0.0' },
      ],
    ]);
  });

  test('keeps the canary if removeCanary is null, which means the default', async () => {
    const answer = await promote({ removeCanary: null });
    expect(answer).toMatchObject({ userErrors: [], patchOperations: promotion });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1 });
    expect(await stored(gateway, 'prod')).toHaveProperty('canarySettings');
  });

  test('warns that the canary still exists, at 0 %', async () => {
    const { warnings } = await promote();
    expect(warnings).toEqual([
      { code: 'CANARY_KEPT', message: expect.stringMatching(/at 0 %.*removeCanary ends it/) },
    ]);
  });

  test('removes the canary in a second call on request, and then has no warning', async () => {
    const answer = await promote({ removeCanary: true });
    expect(answer).toMatchObject({
      userErrors: [],
      warnings: [],
      patchOperations: [...promotion, removed('/canarySettings')],
      stage: { deploymentId: 'dep002', canarySettings: null },
    });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 2 });
    expect(await stored(gateway, 'prod')).not.toHaveProperty('canarySettings');
  });

  test('returns the operations of both calls in a dry run', async () => {
    const answer = await promote({ removeCanary: true, dryRun: true });
    expect(answer.patchOperations).toEqual([...promotion, removed('/canarySettings')]);
    expect(answer).toMatchObject({ stage: { deploymentId: 'dep001' }, warnings: [] });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test.each([{}, { dryRun: true }, { removeCanary: true }])(
    'refuses %j without a canary, and never starts one',
    async (input) => {
      const answer = await promote({ ...input, stageName: 'staging' });
      expect(answer).toMatchObject({
        patchOperations: [],
        userErrors: [
          {
            code: 'CANARY_NOT_FOUND',
            message: expect.stringContaining('no canary'),
            field: ['input', 'stageName'],
            awsRequestId: null,
          },
        ],
        stage: { deploymentId: 'dep002', canarySettings: null },
      });
      expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
    },
  );

  test('lets AWS refuse if the canary is removed between the read and the call', async () => {
    gateway.stageApi.configure({
      faults: [
        {
          operation: 'UpdateStage',
          action: 'fail',
          status: 400,
          code: 'BadRequestException',
          message: 'Promotion not available. Canary does not exist.',
        },
      ],
    });
    const { userErrors } = await promote();
    expect(userErrors).toEqual([
      expect.objectContaining({ code: 'CANARY_NOT_FOUND', awsRequestId: expect.any(String) }),
    ]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1 });
  });

  test('reads only once, also with an expected revision', async () => {
    const expectedRevision = await revisionOf(gateway);
    gateway.stageApi.resetCalls();
    const { userErrors } = await promote({ expectedRevision });
    expect(userErrors).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1 });
  });

  test('promotes a canary without overrides, and keeps the variables', async () => {
    const { userErrors } = await promote({ restApiId: 'billing003' });
    expect(userErrors).toEqual([]);
    const stage = await stored(gateway, 'prod', 'billing003');
    expect(stage).toMatchObject({ deploymentId: 'bil001', canarySettings: { percentTraffic: 0 } });
    expect(stage).not.toHaveProperty('variables');
  });
});
