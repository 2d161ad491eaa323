import { beforeAll, describe, expect, test } from '@jest/globals';
import { lookAtDeployments } from '../support/first-looks.ts';
import { expectRefused, mutate, type Refusal, removed, replaced, stored } from '../support/mutations.ts';
import { sentPatches, useGateway } from '../support/run.ts';

const prod = { restApiId: 'petstore01', stageName: 'prod' };
const destinationArn = 'arn:aws:logs:us-east-1:123456789012:log-group:petstore';
const variable = (name: string, value = 'x') => ({ name, value });
const pets = { resourcePath: '/pets', httpMethod: 'GET' };

const gateway = useGateway();
beforeAll(() => lookAtDeployments(gateway));

const update = (input: object) => mutate(gateway, 'updateStage', { ...prod, ...input });

describe('updateStage', () => {
  test('makes any combination of changes in one call, in a fixed order', async () => {
    const { patchOperations, userErrors } = await update({
      methodSettings: [{ ...pets, settings: { throttlingBurstLimit: 5 } }],
      canarySettings: { percentTraffic: 20, setVariableOverrides: [variable('table', 'cats')] },
      accessLogSettings: { destinationArn },
      variables: { set: [variable('zoo')], remove: ['featureFlags'] },
      tracingEnabled: false,
      documentationVersion: '1.0',
      clientCertificateId: 'cert01',
      cacheClusterSize: 'SIZE_1_6_GB',
      cacheClusterEnabled: true,
      description: 'New',
      deploymentId: 'dep003',
    });
    expect(userErrors).toEqual([]);
    expect(patchOperations).toEqual([
      replaced('/deploymentId', 'dep003'),
      replaced('/description', 'New'),
      replaced('/cacheClusterEnabled', 'true'),
      replaced('/cacheClusterSize', '1.6'),
      replaced('/clientCertificateId', 'cert01'),
      replaced('/documentationVersion', '1.0'),
      replaced('/tracingEnabled', 'false'),
      replaced('/variables/zoo', 'x'),
      removed('/variables/featureFlags'),
      replaced('/accessLogSettings/destinationArn', destinationArn),
      replaced('/canarySettings/percentTraffic', '20.0'),
      replaced('/canarySettings/stageVariableOverrides/table', 'cats'),
      replaced('/~1pets/GET/throttling/burstLimit', '5'),
    ]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1 });
    expect(await stored(gateway, 'prod')).toMatchObject({
      deploymentId: 'dep003',
      description: 'New',
      cacheClusterSize: '1.6',
      clientCertificateId: 'cert01',
      tracingEnabled: false,
      variables: { backend: 'petstore.example.com', table: 'pets', zoo: 'x' },
      accessLogSettings: { destinationArn },
      canarySettings: { percentTraffic: 20, deploymentId: 'dep002' },
    });
  });

  test.each([
    [{ description: 'x' }, { UpdateStage: 1 }],
    [{ variables: { remove: ['table'] } }, { UpdateStage: 1 }],
    [{ accessLogSettings: null, canarySettings: null }, { UpdateStage: 1 }],
    [{ methodSettings: [{ ...pets, settings: { metricsEnabled: true } }] }, { UpdateStage: 1 }],
    [
      { methodSettings: [{ ...pets, httpMethod: 'ANY', settings: { metricsEnabled: true } }] },
      { UpdateStage: 1 },
    ],
    [{ methodSettings: [{ ...pets, settings: { metricsEnabled: null } }] }, { GetStage: 1, UpdateStage: 1 }],
    [{ canarySettings: { percentTraffic: 1 } }, { GetStage: 1, UpdateStage: 1 }],
  ])('%j makes the calls %j', async (input, calls) => {
    expect((await update(input)).userErrors).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual(calls);
  });

  test.each([
    ['description', '/description'],
    ['clientCertificateId', '/clientCertificateId'],
    ['documentationVersion', '/documentationVersion'],
  ])('clears %s with null', async (name, path) => {
    await update({ clientCertificateId: 'cert01' });
    expect(await stored(gateway, 'prod')).toHaveProperty(name);
    const { patchOperations } = await update({ [name]: null });
    expect(patchOperations).toEqual([replaced(path, '')]);
    expect(await stored(gateway, 'prod')).not.toHaveProperty(name);
  });

  test('resets switches with null, and removes access log and canary', async () => {
    const { patchOperations } = await update({
      cacheClusterEnabled: null,
      tracingEnabled: null,
      accessLogSettings: null,
      canarySettings: null,
    });
    expect(patchOperations).toEqual([
      replaced('/cacheClusterEnabled', 'false'),
      replaced('/tracingEnabled', 'false'),
      removed('/accessLogSettings'),
      removed('/canarySettings'),
    ]);
    const stage = await stored(gateway, 'prod');
    expect(stage).toMatchObject({ cacheClusterEnabled: false, tracingEnabled: false });
    expect(stage).not.toHaveProperty('accessLogSettings');
    expect(stage).not.toHaveProperty('canarySettings');
  });

  test('is atomic: a refusal of AWS leaves the stage unchanged', async () => {
    const before = await stored(gateway, 'prod');
    const { userErrors, patchOperations } = await update({ description: 'New', documentationVersion: '9' });
    expect(userErrors).toEqual([
      expect.objectContaining({
        code: 'REJECTED',
        message: 'AWS refused: Documentation version does not exist',
        awsRequestId: expect.any(String),
      }),
    ]);
    expect(patchOperations).toEqual([]);
    expect(await stored(gateway, 'prod')).toEqual(before);
  });

  test('starts a canary with a deployment, and refuses to start one without', async () => {
    const dev = { stageName: 'dev' };
    const without = await update({ ...dev, description: 'x', canarySettings: { percentTraffic: 5 } });
    expect(without.userErrors).toEqual([
      expect.objectContaining({ code: 'INVALID_INPUT', field: ['input', 'canarySettings', 'deploymentId'] }),
    ]);
    expect(sentPatches(gateway)).toEqual([]);
    await update({ ...dev, canarySettings: { percentTraffic: 5, deploymentId: 'dep001' } });
    expect(await stored(gateway, 'dev')).toMatchObject({ canarySettings: { deploymentId: 'dep001' } });
  });
});

describe('updateStage warns', () => {
  const codes = async (input: object) => (await update(input)).warnings.map(({ code }) => code);

  test('about a resize, which drops cached responses', async () => {
    const size = { cacheClusterEnabled: true, cacheClusterSize: 'SIZE_6_1_GB' };
    expect(await codes(size)).toEqual(['CACHE_CONTENT_LOST']);
  });

  test('not about a resize if the stage that it read has the same size', async () => {
    const same = { cacheClusterEnabled: true, cacheClusterSize: 'SIZE_0_5_GB', dryRun: true };
    expect(await codes(same)).toEqual([]);
    expect(await codes({ ...same, cacheClusterSize: 'SIZE_6_1_GB' })).toEqual(['CACHE_CONTENT_LOST']);
    expect(await codes({ ...same, stageName: 'dev', cacheClusterSize: 'SIZE_6_1_GB' })).toEqual([]);
  });

  test('about caching without a cluster, unless it enables one', async () => {
    const caching = {
      stageName: 'dev',
      methodSettings: [{ ...pets, settings: { cachingEnabled: true } }],
    };
    expect(await codes({ ...caching, dryRun: true })).toEqual(['CACHING_WITHOUT_CLUSTER']);
    expect(await codes({ ...caching, cacheClusterEnabled: true })).toEqual([]);
  });
});

const must = (field: string[], ...says: string[]): Refusal => ({ field, says });
test.each<readonly [object, ...Refusal[]]>([
  [{}, must([], 'At least one change is required')],
  [{ methodSettings: [] }, must([], 'At least one change is required')],
  [{ methodSettings: null, dryRun: true }, must([], 'At least one change is required')],
  [{ deploymentId: null }, must(['deploymentId'], 'deploymentId cannot be null', 'always serves')],
  [{ deploymentId: '' }, must(['deploymentId'], 'deploymentId must be 1 to 128 letters')],
  [{ clientCertificateId: '.' }, must(['clientCertificateId'], '"."')],
  [{ documentationVersion: '' }, must(['documentationVersion'], 'must not be empty; null clears it')],
  [{ cacheClusterSize: null }, must(['cacheClusterSize'], 'cannot be null', 'cacheClusterEnabled: false')],
  [{ cacheClusterSize: 'SIZE_237_GB' }, must(['cacheClusterSize'], 'requires cacheClusterEnabled: true')],
  [
    { cacheClusterSize: 'SIZE_237_GB', cacheClusterEnabled: null },
    must(['cacheClusterSize'], 'requires cacheClusterEnabled: true'),
  ],
  [{ variables: null }, must(['variables'], 'variables cannot be null: list the names to remove')],
  [{ variables: {} }, must(['variables'], 'At least one variable')],
  [{ variables: { set: [variable('a b')] } }, must(['variables', 'set', '0', 'name'], '"a b"')],
  [{ accessLogSettings: {} }, must(['accessLogSettings'], 'destinationArn or format')],
  [{ accessLogSettings: { format: null } }, must(['accessLogSettings', 'format'], 'cannot be null')],
  [{ canarySettings: {} }, must(['canarySettings'], 'At least one setting of the canary')],
  [
    { canarySettings: { deploymentId: null, percentTraffic: 101 } },
    must(['canarySettings', 'deploymentId'], 'cannot be null'),
    must(['canarySettings', 'percentTraffic'], 'percentTraffic', 'not 101'),
  ],
  [
    { methodSettings: [{ ...pets, settings: {} }] },
    must(['methodSettings', '0', 'settings'], 'at least one value'),
  ],
  [
    {
      description: 'x',
      deploymentId: null,
      variables: { remove: ['x y'] },
      accessLogSettings: { destinationArn: 'x' },
      canarySettings: { percentTraffic: -1 },
      methodSettings: [
        { ...pets, settings: { cacheTtlInSeconds: 9999 } },
        { ...pets, settings: { throttlingRateLimit: 0 } },
      ],
    },
    must(['deploymentId'], 'cannot be null'),
    must(['variables', 'remove', '0'], '"x y"'),
    must(['accessLogSettings', 'destinationArn'], '"x"'),
    must(['canarySettings', 'percentTraffic'], 'not -1'),
    must(['methodSettings', '0', 'settings', 'cacheTtlInSeconds'], 'not 9999'),
    must(['methodSettings', '1', 'settings', 'throttlingRateLimit'], 'blockAllTraffic'),
    must(['methodSettings', '1'], 'GET /pets appears twice'),
  ],
  [
    {
      methodSettings: [
        { ...pets, settings: { metricsEnabled: true } },
        { ...pets, httpMethod: 'ANY', settings: { metricsEnabled: false } },
        { ...pets, resourcePath: '/other', httpMethod: 'ANY', settings: { metricsEnabled: false } },
      ],
    },
    must(['methodSettings', '1'], 'ANY /pets and GET /pets', 'both write the settings of GET /pets'),
  ],
])('%# updateStage refuses invalid input, and sends nothing', (input, ...refusals) =>
  expectRefused(gateway, 'updateStage', { ...prod, ...input }, refusals),
);
