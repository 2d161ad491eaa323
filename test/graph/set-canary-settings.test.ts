import { describe, expect, test } from '@jest/globals';
import { expectRefused, mutate, type Refusal, removed, replaced, stored } from '../support/mutations.ts';
import { sentPatches, useGateway } from '../support/run.ts';

const prod = { restApiId: 'petstore01', stageName: 'prod' };
const dev = { restApiId: 'petstore01', stageName: 'dev' };
const variable = (name: string, value: string) => ({ name, value });
const CANARY =
  'stage { canarySettings { percentTraffic deploymentId useStageCache stageVariableOverrides { name value } } }';

const gateway = useGateway();

const set = (input: object) => mutate(gateway, 'setCanarySettings', input, CANARY);

describe('setCanarySettings', () => {
  test('starts a canary in one call after one read, with its deployment first', async () => {
    const answer = await set({
      ...dev,
      deploymentId: 'dep002',
      percentTraffic: 12.5,
      useStageCache: true,
      setVariableOverrides: [variable('table', 'cats'), variable('backend', 'canary.example.com')],
    });
    expect(answer).toMatchObject({
      userErrors: [],
      warnings: [],
      patchOperations: [
        replaced('/canarySettings/deploymentId', 'dep002'),
        replaced('/canarySettings/percentTraffic', '12.5'),
        replaced('/canarySettings/useStageCache', 'true'),
        replaced('/canarySettings/stageVariableOverrides/backend', 'canary.example.com'),
        replaced('/canarySettings/stageVariableOverrides/table', 'cats'),
      ],
      stage: {
        canarySettings: {
          percentTraffic: 12.5,
          deploymentId: 'dep002',
          useStageCache: true,
          stageVariableOverrides: [variable('backend', 'canary.example.com'), variable('table', 'cats')],
        },
      },
    });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1 });
    expect(sentPatches(gateway)).toHaveLength(1);
  });

  test('starts a canary at 0 % by default', async () => {
    await set({ ...dev, deploymentId: 'dep001' });
    expect(await stored(gateway, 'dev')).toMatchObject({
      deploymentId: 'dep003',
      canarySettings: { deploymentId: 'dep001', percentTraffic: 0, useStageCache: false },
    });
  });

  test.each([
    { percentTraffic: 10 },
    { useStageCache: true },
    { setVariableOverrides: [variable('table', 'cats')] },
    { removeVariableOverrides: ['table'], percentTraffic: 5 },
    { percentTraffic: null, dryRun: true },
  ])('does not start a canary by accident: %j requires a deployment if there is no canary', async (input) => {
    const { userErrors, patchOperations } = await set({ ...dev, ...input });
    expect(userErrors).toEqual([
      expect.objectContaining({
        code: 'INVALID_INPUT',
        field: ['input', 'deploymentId'],
        message: expect.stringMatching(/no canary: deploymentId is required to start one/),
      }),
    ]);
    expect(patchOperations).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
    expect(await stored(gateway, 'dev')).not.toHaveProperty('canarySettings');
  });

  test('adjusts an existing canary, and keeps omitted settings', async () => {
    await set({ ...prod, percentTraffic: 50 });
    expect(await stored(gateway, 'prod')).toMatchObject({
      canarySettings: {
        deploymentId: 'dep002',
        percentTraffic: 50,
        stageVariableOverrides: { featureFlags: 'search:on' },
        useStageCache: false,
      },
    });
  });

  test('resets percentTraffic and useStageCache with null', async () => {
    await set({ ...prod, useStageCache: true });
    const answer = await set({ ...prod, percentTraffic: null, useStageCache: null });
    expect(answer.patchOperations).toEqual([
      replaced('/canarySettings/percentTraffic', '0.0'),
      replaced('/canarySettings/useStageCache', 'false'),
    ]);
    expect(await stored(gateway, 'prod')).toMatchObject({
      canarySettings: { percentTraffic: 0, useStageCache: false },
    });
  });

  test('removes overrides, and ignores missing ones', async () => {
    const answer = await set({ ...prod, removeVariableOverrides: ['nothing', 'featureFlags'] });
    expect(answer.patchOperations).toEqual([removed('/canarySettings/stageVariableOverrides/featureFlags')]);
    expect((await stored(gateway, 'prod'))?.canarySettings).not.toHaveProperty('stageVariableOverrides');
  });

  test('succeeds without a call if no override to remove exists', async () => {
    const answer = await set({ ...prod, removeVariableOverrides: ['nothing'] });
    expect(answer).toMatchObject({ userErrors: [], patchOperations: [] });
    expect(answer).toMatchObject({ stage: { canarySettings: { percentTraffic: 10 } } });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test('succeeds without a call if there is no canary to remove overrides from', async () => {
    const answer = await set({ ...dev, removeVariableOverrides: ['table'] });
    expect(answer).toMatchObject({ userErrors: [], patchOperations: [], stage: { canarySettings: null } });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test('reports that the deployment does not exist', async () => {
    const { userErrors } = await set({ ...prod, deploymentId: 'dep999' });
    expect(userErrors).toEqual([
      expect.objectContaining({ code: 'DEPLOYMENT_NOT_FOUND', awsRequestId: expect.any(String) }),
    ]);
    expect(await stored(gateway, 'prod')).toMatchObject({ canarySettings: { deploymentId: 'dep002' } });
  });

  const must = (field: string[], ...says: string[]): Refusal => ({ field, says });
  const percent = (percentTraffic: number) =>
    [
      { percentTraffic },
      must(['percentTraffic'], `percentTraffic must be 0 to 100 percent, not ${percentTraffic}`),
    ] as const;
  const overrides = ['setVariableOverrides', '0'];
  test.each<readonly [object, ...Refusal[]]>([
    [{}, must([], 'At least one setting of the canary is required')],
    [{ setVariableOverrides: [], removeVariableOverrides: null }, must([], 'At least one setting')],
    percent(-0.1),
    percent(100.5),
    percent(1e300),
    [{ deploymentId: null }, must(['deploymentId'], 'deploymentId cannot be null', 'removeCanary ends it')],
    [{ deploymentId: 'a/b' }, must(['deploymentId'], 'deploymentId must be 1 to 128 letters', '"a/b"')],
    [
      { setVariableOverrides: [variable('my-name', '$LATEST')] },
      must([...overrides, 'name'], 'must be 1 to 64 letters', '"my-name"'),
      must([...overrides, 'value'], 'The value of "my-name" must be 1 to 512 letters'),
    ],
    [
      { setVariableOverrides: [variable('a', '1'), variable('a', '2')] },
      must(['setVariableOverrides', '1'], '"a" appears twice'),
    ],
    [{ removeVariableOverrides: ['a b'] }, must(['removeVariableOverrides', '0'], '"a b"')],
    [
      { setVariableOverrides: [variable('a', '1')], removeVariableOverrides: ['b', 'a'] },
      must(['removeVariableOverrides', '1'], '"a" is both set and removed'),
    ],
    [
      { percentTraffic: 200, deploymentId: '', removeVariableOverrides: ['x', 'x'] },
      must(['deploymentId'], 'must be 1 to 128 letters'),
      must(['percentTraffic'], 'not 200'),
      must(['removeVariableOverrides', '1'], '"x" appears twice'),
    ],
  ])('refuses %j, and sends nothing', (input, ...refusals) =>
    expectRefused(gateway, 'setCanarySettings', { ...prod, ...input }, refusals),
  );
});
