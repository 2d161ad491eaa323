import {
  CreateDeploymentCommand,
  CreateStageCommand,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { badRequest, manualClock, remove, replace, useStageApi } from '../stage-api.ts';

const clock = manualClock();
const stageApi = useStageApi({ now: clock.now });
const patch = (stageName: string, ...operations: PatchOperation[]) =>
  stageApi.patch('petstore01', stageName, ...operations);
const copy = (path: string, from: string): PatchOperation => ({ op: 'copy', path, from });
const deploy = (input: object) =>
  stageApi.client().send(new CreateDeploymentCommand({ restApiId: 'petstore01', ...input }));
const stage = async (stageName: string) =>
  (await stageApi.raw('GET', `/restapis/petstore01/stages/${stageName}`)).json;

describe('§6 Creating a canary', () => {
  it('with CreateStage keeps the given members; useStageCache is false and percentTraffic a double', async () => {
    const { text, json } = await stageApi.raw('POST', '/restapis/petstore01/stages', {
      stageName: 'new',
      deploymentId: 'dep001',
      canarySettings: { deploymentId: 'dep001', percentTraffic: 50, stageVariableOverrides: { a: 'b' } },
    });
    expect(json).toMatchObject({
      canarySettings: {
        deploymentId: 'dep001',
        percentTraffic: 50,
        useStageCache: false,
        stageVariableOverrides: { a: 'b' },
      },
    });
    expect(text).toContain('"percentTraffic":50.0');
  });

  it('with CreateStage and no members has the deployment of the stage and no traffic', async () => {
    const created = await stageApi.client().send(
      new CreateStageCommand({
        restApiId: 'petstore01',
        stageName: 'new',
        deploymentId: 'dep001',
        canarySettings: {},
      }),
    );
    expect(created.canarySettings).toEqual({
      deploymentId: 'dep001',
      percentTraffic: 0,
      useStageCache: false,
    });
  });

  it('with CreateDeployment replaces the canary as a whole and leaves the stage', async () => {
    clock.advance(5);
    const { id } = await deploy({
      stageName: 'prod',
      stageDescription: 'ignored',
      variables: { ignored: 'x' },
      canarySettings: { percentTraffic: 5 },
    });
    const after = await stage('prod');
    expect(after).toMatchObject({
      deploymentId: 'dep001',
      description: 'Live traffic',
      variables: { backend: 'petstore.example.com', table: 'pets', featureFlags: 'search:off' },
      lastUpdatedDate: clock.seconds(),
    });
    expect(after).toHaveProperty('canarySettings', {
      deploymentId: id,
      percentTraffic: 5,
      useStageCache: false,
    });
  });

  it('with CreateDeployment on a stage without canary starts one', async () => {
    const { id } = await deploy({
      stageName: 'dev',
      canarySettings: { percentTraffic: 5, useStageCache: true, stageVariableOverrides: { a: 'b' } },
    });
    expect(await stage('dev')).toMatchObject({
      deploymentId: 'dep003',
      canarySettings: {
        deploymentId: id,
        percentTraffic: 5,
        useStageCache: true,
        stageVariableOverrides: { a: 'b' },
      },
    });
  });

  it.each([
    [replace('/canarySettings/percentTraffic', '50'), { percentTraffic: 50 }],
    [replace('/canarySettings/useStageCache', 'true'), { useStageCache: true }],
    [replace('/canarySettings/deploymentId', 'dep001'), { deploymentId: 'dep001' }],
    [replace('/canarySettings/stageVariableOverrides/a', 'b'), { stageVariableOverrides: { a: 'b' } }],
  ])('with %j on a stage that has none starts from defaults', async (operation, expected) => {
    const { canarySettings } = await patch('dev', operation);
    expect(canarySettings).toEqual({
      deploymentId: 'dep003',
      percentTraffic: 0,
      useStageCache: false,
      ...expected,
    });
  });
});

describe('§6 Errors', () => {
  it.each([
    [undefined, 'null'],
    ['', ''],
  ])('a canary deployment to the stage %j is rejected', async (stageName, printed) => {
    await expect(deploy({ stageName, canarySettings: { percentTraffic: 5 } })).rejects.toMatchObject(
      badRequest(
        `Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is ${printed}`,
      ),
    );
  });

  it('a canary deployment to an unknown stage is rejected', async () => {
    await expect(deploy({ stageName: 'nope', canarySettings: {} })).rejects.toMatchObject(
      badRequest(
        'Invalid deployment content specified.Stage nope must already be created before making a canary release deployment',
      ),
    );
  });

  it('a deployment without canary to a stage with a canary is rejected', async () => {
    await expect(deploy({ stageName: 'prod' })).rejects.toMatchObject(
      badRequest(
        'Invalid deployment content specified.Non canary deployment not supported on stage prod because Canary is enabled. Provide CanarySettings in deploymentInput.',
      ),
    );
    await patch('prod', remove('/canarySettings'));
    const { id } = await deploy({ stageName: 'prod' });
    expect(await stage('prod')).toMatchObject({ deploymentId: id });
  });

  it('a rejected deployment is not stored', async () => {
    await deploy({ stageName: 'prod' }).catch(() => undefined);
    const { json } = await stageApi.raw('GET', '/restapis/petstore01/deployments');
    expect(json).toMatchObject({ item: { length: 3 } });
  });
});

const promotion = [
  replace('/canarySettings/percentTraffic', '0.0'),
  copy('/deploymentId', '/canarySettings/deploymentId'),
  copy('/variables', '/canarySettings/stageVariableOverrides'),
];

describe('§6 Promoting and removing', () => {
  it('copies the deployment, merges the overrides, and keeps the canary', async () => {
    const promoted = await patch('prod', ...promotion);
    expect(promoted).toMatchObject({
      deploymentId: 'dep002',
      variables: { backend: 'petstore.example.com', table: 'pets', featureFlags: 'search:on' },
      canarySettings: {
        deploymentId: 'dep002',
        percentTraffic: 0,
        stageVariableOverrides: { featureFlags: 'search:on' },
        useStageCache: false,
      },
    });
  });

  it('has nothing to merge from a canary without overrides', async () => {
    const { json } = await stageApi.raw('PATCH', '/restapis/billing003/stages/prod', {
      patchOperations: promotion,
    });
    expect(json).not.toHaveProperty('variables');
    expect(json).toMatchObject({ deploymentId: 'bil001' });
  });

  it('without a canary depends on the order: copy first fails, replace first makes one', async () => {
    await expect(patch('dev', ...promotion.toReversed())).rejects.toMatchObject(
      badRequest('Promotion not available. Canary does not exist.'),
    );
    await expect(patch('dev', ...promotion)).resolves.toMatchObject({ deploymentId: 'dep003' });
  });

  it('removes the canary and nothing else', async () => {
    const before = await stage('prod');
    await patch('prod', remove('/canarySettings'));
    expect(await stage('prod')).toEqual({
      ...Object.fromEntries(Object.entries(before ?? {}).filter(([member]) => member !== 'canarySettings')),
      lastUpdatedDate: clock.seconds(),
    });
    await expect(patch('prod', remove('/canarySettings'))).resolves.not.toHaveProperty('canarySettings');
  });

  it('§4 removes single overrides, and omits the member after the last one', async () => {
    const { canarySettings } = await patch(
      'prod',
      remove('/canarySettings/stageVariableOverrides/featureFlags'),
    );
    expect(canarySettings).toEqual({ deploymentId: 'dep002', percentTraffic: 10, useStageCache: false });
    const none = await patch('dev', remove('/canarySettings/stageVariableOverrides/featureFlags'));
    expect(none.canarySettings).toBeUndefined();
  });

  it('§8 checks overrides like variables', async () => {
    await expect(
      patch('prod', replace('/canarySettings/stageVariableOverrides/a-b', 'x')),
    ).rejects.toMatchObject(
      badRequest('Invalid stage variable name: a-b.  Please use names with only word characters.'),
    );
  });
});
