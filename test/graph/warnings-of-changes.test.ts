import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sampleData } from '../../src/embedded/state/sample-data.ts';
import { mutate } from '../support/mutations.ts';
import { type GatewayOptions, run, type Running } from '../support/run.ts';

const prod = { restApiId: 'petstore01', stageName: 'prod' };
const beta = { restApiId: 'orders0002', stageName: 'beta' };
const settings = { throttlingRateLimit: 5 };

let gateway: Running;
const start = async (options: GatewayOptions = {}): Promise<void> => {
  gateway = await run(options);
};
beforeEach(() => start());
afterEach(() => gateway.close());

/** The warnings of a change, and what it costs in all. */
async function change(...[name, input]: [Parameters<typeof mutate>[1], object]) {
  gateway.stageApi.resetCalls();
  const { warnings, userErrors } = await mutate(gateway, name, input);
  expect(userErrors).toEqual([]);
  return { warnings, codes: warnings.map(({ code }) => code), calls: gateway.stageApi.calls() };
}

describe('a change that depends on methods', () => {
  test('looks at each deployment once in the life of the gateway', async () => {
    const input = { ...prod, resourcePath: '/pets', httpMethod: 'GET', settings };
    expect(await change('setMethodSetting', input)).toEqual({
      warnings: [],
      codes: [],
      calls: { UpdateStage: 1, GetDeployment: 2 },
    });
    expect((await change('setMethodSetting', input)).calls).toEqual({ UpdateStage: 1 });
    expect((await change('promoteCanary', prod)).calls).toEqual({ GetStage: 1, UpdateStage: 1 });
  });

  test('looks after the write: at none if that fails', async () => {
    gateway.stageApi.configure({
      faults: [{ operation: 'UpdateStage', action: 'fail', status: 400, code: 'BadRequestException' }],
    });
    gateway.stageApi.resetCalls();
    const { userErrors } = await mutate(gateway, 'setMethodSetting', {
      ...prod,
      resourcePath: '/pets',
      httpMethod: 'GET',
      settings,
    });
    expect(userErrors).toHaveLength(1);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
  });

  test('is made without warnings if the look is denied', async () => {
    const fault = {
      operation: 'GetDeployment',
      action: 'fail',
      status: 403,
      code: 'AccessDeniedException',
    } as const;
    gateway.stageApi.configure({ faults: [fault] });
    const input = { ...prod, resourcePath: '/nope', httpMethod: 'GET', settings };
    expect((await change('setMethodSetting', input)).codes).toEqual([]);
  });

  test('does not wait for a look as long as a read does', async () => {
    gateway.stageApi.configure({ faults: [{ operation: 'GetDeployment', action: 'hang' }] });
    const order: string[] = [];
    const input = { ...prod, resourcePath: '/nope', httpMethod: 'GET', settings };
    const changed = change('setMethodSetting', input);
    const read = gateway.graphql(
      '{ stage(restApiId: "petstore01", stageName: "prod") { methods { httpMethod } } }',
    );
    await Promise.all([changed.then(() => order.push('change')), read.then(() => order.push('read'))]);
    expect(order).toEqual(['change', 'read']);
    expect((await changed).codes).toEqual([]);
    expect((await read).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
  });

  test('another one of the same API need not wait for the look', async () => {
    gateway.stageApi.configure({ faults: [{ operation: 'GetDeployment', action: 'hang' }] });
    const order: string[] = [];
    const slow = change('setMethodSetting', { ...prod, resourcePath: '/pets', httpMethod: 'GET', settings });
    const fast = mutate(gateway, 'updateStage', { ...prod, description: 'x' });
    await Promise.all([slow.then(() => order.push('slow')), fast.then(() => order.push('fast'))]);
    expect(order).toEqual(['fast', 'slow']);
  });
});

describe('NO_SUCH_METHOD', () => {
  test('proposes the nearest path', async () => {
    const input = { ...prod, resourcePath: '/pets/{id}', httpMethod: 'GET', settings };
    for (const dryRun of [true, false]) {
      const { warnings } = await change('setMethodSetting', { ...input, dryRun });
      expect(warnings).toEqual([
        { code: 'NO_SUCH_METHOD', message: expect.stringMatching(/Did you mean "\/pets\/\{petId\}"\?$/) },
      ]);
    }
  });

  test('in updateStage, patchStage and createStage as well', async () => {
    const methodSettings = [{ resourcePath: '/pest', httpMethod: 'GET', settings }];
    const created = { restApiId: 'petstore01', stageName: 'fresh', deploymentId: 'dep001', methodSettings };
    const patchOperations = [{ op: 'replace', path: '/~1pest/GET/throttling/rateLimit', value: '5.0' }];
    expect((await change('updateStage', { ...prod, methodSettings })).codes).toEqual(['NO_SUCH_METHOD']);
    expect((await change('patchStage', { ...prod, patchOperations })).codes).toEqual(['NO_SUCH_METHOD']);
    expect((await change('createStage', { ...created, dryRun: true })).codes).toEqual(['NO_SUCH_METHOD']);
    expect((await change('createStage', created)).codes).toEqual(['NO_SUCH_METHOD']);
  });
});

describe('another deployment', () => {
  test('by a promotion that rolls back', async () => {
    for (const dryRun of [true, false]) {
      const { codes } = await change('promoteCanary', { ...beta, removeCanary: true, dryRun });
      expect(codes).toEqual(['PROMOTES_OLDER_DEPLOYMENT', 'METHODS_REMOVED']);
    }
  });

  test('by updateStage: with a dry run, and where the cache has the stage', async () => {
    const input = { restApiId: 'petstore01', stageName: 'dev', deploymentId: 'dep001' };
    expect((await change('updateStage', { ...input, dryRun: true })).codes).toEqual(['METHODS_REMOVED']);
    expect((await change('updateStage', input)).codes).toEqual([]);
    await gateway.close();

    await start({ ttlMs: 60_000 });
    await gateway.graphql('{ stages(restApiId: "petstore01") { stageName } }');
    const { codes, calls } = await change('updateStage', input);
    expect(codes).toEqual(['METHODS_REMOVED']);
    expect(calls).toEqual({ UpdateStage: 1, GetDeployment: 2 });
  });

  test('by patchStage: as by the mutations, where the cache has the stage', async () => {
    await gateway.close();
    await start({ ttlMs: 60_000 });
    const copied = [{ op: 'copy', path: '/deploymentId', from: '/canarySettings/deploymentId' }];
    const share = [{ op: 'replace', path: '/canarySettings/percentTraffic', value: '90.0' }];
    await gateway.graphql('{ stages(restApiId: "orders0002") { stageName } }');
    expect((await change('patchStage', { ...beta, patchOperations: share })).codes).toEqual([
      'CANARY_STEP_LARGE',
    ]);
    expect((await change('patchStage', { ...beta, patchOperations: copied })).codes).toEqual([
      'CANARY_OF_ITSELF',
      'PROMOTES_OLDER_DEPLOYMENT',
      'METHODS_REMOVED',
    ]);
  });

  test('that was not promoted has no warning: what counts is the stage after the change', async () => {
    await mutate(gateway, 'setCanarySettings', { ...beta, deploymentId: 'ord002' });
    const { data } = await gateway.graphql<{ stage: { revision: string } }>(
      '{ stage(restApiId: "orders0002", stageName: "beta") { revision } }',
    );
    const patchOperations = [
      { op: 'copy', path: '/deploymentId', from: '/canarySettings/deploymentId' },
      { op: 'replace', path: '/canarySettings/deploymentId', value: 'ord001' },
    ];
    const input = { ...beta, expectedRevision: data.stage.revision, patchOperations };
    expect((await change('patchStage', input)).codes).toEqual([]);
  });

  test('by a new one, where the stage was read', async () => {
    await gateway.close();
    await start({ ttlMs: 60_000 });
    const restApis = sampleData.restApis.map((api) => ({
      ...api,
      resources: (api.resources ?? []).filter(({ id }) => id !== 'ordadmin02'),
    }));
    await gateway.stageApi.load({ ...sampleData, restApis });
    await gateway.graphql('{ stages(restApiId: "orders0002") { stageName } }');
    await mutate(gateway, 'removeCanary', beta);
    const { codes } = await change('createRestApiDeployment', beta);
    expect(codes).toEqual(['METHODS_REMOVED']);
  });
});

describe('a canary', () => {
  test('of the deployment that the stage has', async () => {
    const dev = { restApiId: 'petstore01', stageName: 'dev', deploymentId: 'dep003', percentTraffic: 5 };
    expect((await change('setCanarySettings', { ...dev, dryRun: true })).codes).toEqual(['CANARY_OF_ITSELF']);
    expect(await change('setCanarySettings', dev)).toMatchObject({
      codes: ['CANARY_OF_ITSELF'],
      calls: { GetStage: 1, UpdateStage: 1 },
    });
    const fresh = {
      ...{ restApiId: 'petstore01', stageName: 'fresh', deploymentId: 'dep001' },
      canarySettings: { percentTraffic: 5 },
    };
    expect((await change('createStage', { ...fresh, dryRun: true })).codes).toEqual(['CANARY_OF_ITSELF']);
    expect((await change('createStage', fresh)).codes).toEqual(['CANARY_OF_ITSELF']);
  });

  test('that grows too fast', async () => {
    expect((await change('setCanarySettings', { ...prod, percentTraffic: 100 })).codes).toEqual([
      'CANARY_STEP_LARGE',
    ]);
    const deployed = { ...prod, canarySettings: { percentTraffic: 50 } };
    expect((await change('createRestApiDeployment', { ...deployed, dryRun: true })).codes).toEqual([
      'CANARY_STEP_LARGE',
    ]);
    expect((await change('createRestApiDeployment', deployed)).codes).toEqual(['CANARY_STEP_LARGE']);
  });
});
