import { beforeAll, describe, expect, test } from '@jest/globals';
import { lookAtDeployments } from '../support/first-looks.ts';
import { expectRefused, mutate, type Refusal, replaced, stored } from '../support/mutations.ts';
import { sentPatches, useGateway } from '../support/run.ts';

const fresh = { restApiId: 'petstore01', stageName: 'fresh', deploymentId: 'dep002' };
const variable = (name: string, value = 'x') => ({ name, value });
const destinationArn = 'arn:aws:logs:us-east-1:123456789012:log-group:petstore-fresh';
const pets = { resourcePath: '/pets', httpMethod: 'GET', settings: { throttlingBurstLimit: 5 } };

interface WithStage {
  stage: { stageName: string; createdDate: string; lastUpdatedDate: string } | null;
}

const gateway = useGateway();
beforeAll(() => lookAtDeployments(gateway));

const create = (input: object = {}) =>
  mutate<WithStage>(
    gateway,
    'createStage',
    { ...fresh, ...input },
    'stage { stageName createdDate lastUpdatedDate }',
  );
const sentCreation = () =>
  gateway.stageApi.requests().find(({ operation }) => operation === 'CreateStage')?.body;

describe('createStage', () => {
  test('creates a stage in one call, and returns it', async () => {
    const { stage, ...answer } = await create();
    expect(answer).toEqual({ patchOperations: [], warnings: [], userErrors: [] });
    expect(stage).toMatchObject({ stageName: 'fresh', createdDate: stage?.lastUpdatedDate });
    expect(gateway.stageApi.calls()).toEqual({ CreateStage: 1 });
    expect(sentCreation()).toEqual({ stageName: 'fresh', deploymentId: 'dep002' });
    expect(await stored(gateway, 'fresh')).toMatchObject({ deploymentId: 'dep002', methodSettings: {} });
  });

  test('sends everything that CreateStage takes in one call', async () => {
    const { userErrors, patchOperations } = await create({
      description: 'Fresh',
      cacheClusterEnabled: true,
      cacheClusterSize: 'SIZE_1_6_GB',
      variables: [variable('b', '2'), variable('a', '1')],
      documentationVersion: '1.0',
      canarySettings: {
        deploymentId: 'dep003',
        percentTraffic: 5,
        useStageCache: true,
        stageVariableOverrides: [variable('a', '3')],
      },
      tracingEnabled: true,
      tags: [{ key: 'team', value: 'pets' }],
    });
    expect({ userErrors, patchOperations }).toEqual({ userErrors: [], patchOperations: [] });
    expect(sentCreation()).toEqual({
      stageName: 'fresh',
      deploymentId: 'dep002',
      description: 'Fresh',
      cacheClusterEnabled: true,
      cacheClusterSize: '1.6',
      variables: { a: '1', b: '2' },
      documentationVersion: '1.0',
      canarySettings: {
        deploymentId: 'dep003',
        percentTraffic: 5,
        useStageCache: true,
        stageVariableOverrides: { a: '3' },
      },
      tracingEnabled: true,
      tags: { team: 'pets' },
    });
    expect(gateway.stageApi.calls()).toEqual({ CreateStage: 1 });
  });

  test('treats null as omitted, and an empty list as none', async () => {
    const nothing = { description: null, cacheClusterEnabled: null, cacheClusterSize: null };
    const none = { variables: [], tags: [], methodSettings: [], tracingEnabled: null };
    const none2 = { canarySettings: null, accessLogSettings: null, clientCertificateId: null };
    const { userErrors } = await create({ ...nothing, ...none, ...none2, documentationVersion: null });
    expect(userErrors).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({ CreateStage: 1 });
    expect(sentCreation()).toEqual({ stageName: 'fresh', deploymentId: 'dep002' });
  });

  test("uses the stage's own deployment and 0 % for a canary by default", async () => {
    await create({ canarySettings: {} });
    expect(await stored(gateway, 'fresh')).toMatchObject({
      canarySettings: { deploymentId: 'dep002', percentTraffic: 0, useStageCache: false },
    });
  });

  test('patches what CreateStage does not take in a second call', async () => {
    const answer = await create({
      methodSettings: [{ resourcePath: '*', httpMethod: 'ALL', settings: { metricsEnabled: true } }, pets],
      accessLogSettings: { destinationArn: `${destinationArn}:*`, format: '$context.requestId' },
      clientCertificateId: 'cert01',
    });
    expect(answer).toMatchObject({
      userErrors: [],
      patchOperations: [
        replaced('/clientCertificateId', 'cert01'),
        replaced('/accessLogSettings/destinationArn', destinationArn),
        replaced('/accessLogSettings/format', '$context.requestId'),
        replaced('/*/*/metrics/enabled', 'true'),
        replaced('/~1pets/GET/throttling/burstLimit', '5'),
      ],
    });
    expect(sentPatches(gateway)).toHaveLength(1);
    expect(gateway.stageApi.calls()).toEqual({ CreateStage: 1, UpdateStage: 1 });
    expect(await stored(gateway, 'fresh')).toMatchObject({
      clientCertificateId: 'cert01',
      accessLogSettings: { destinationArn, format: '$context.requestId' },
      methodSettings: {
        '*/*': { metricsEnabled: true, throttlingBurstLimit: 5000 },
        '~1pets/GET': { metricsEnabled: true, throttlingBurstLimit: 5 },
      },
    });
  });

  test('reports PARTIALLY_APPLIED if only the first call succeeds, and keeps the stage', async () => {
    const message = 'CloudWatch Logs role ARN must be set in account settings to enable logging';
    gateway.stageApi.configure({ cloudWatchLogsRole: false });
    const answer = await create({ methodSettings: [{ ...pets, settings: { loggingLevel: 'INFO' } }] });
    expect(answer).toMatchObject({ stage: { stageName: 'fresh' }, patchOperations: [], warnings: [] });
    expect(answer.userErrors).toEqual([
      {
        code: 'PARTIALLY_APPLIED',
        message: expect.stringMatching(
          new RegExp(`^The stage was created and is kept; .* was not applied\\. .*${message}`),
        ),
        field: null,
        retryable: false,
        retryAfterSeconds: null,
        awsRequestId: expect.any(String),
      },
    ]);
    expect(await stored(gateway, 'fresh')).toMatchObject({ methodSettings: {} });
  });

  test('reports that the deployment does not exist', async () => {
    const { userErrors, stage } = await create({ deploymentId: 'dep999' });
    expect(stage).toBeNull();
    expect(userErrors.map(({ code }) => code)).toEqual(['DEPLOYMENT_NOT_FOUND']);
  });

  test('warns about risky settings', async () => {
    const settings = { cachingEnabled: true, dataTraceEnabled: true };
    const { warnings } = await create({ methodSettings: [{ ...pets, settings }] });
    expect(warnings.map(({ code }) => code)).toEqual(['CACHING_WITHOUT_CLUSTER', 'FULL_REQUEST_DATA_LOGGED']);
  });
});

describe('a dry run of createStage', () => {
  test('returns the operations of the second call, sends nothing, and checks the name with one read', async () => {
    const settings = { cachingEnabled: true };
    const answer = await create({ dryRun: true, methodSettings: [{ ...pets, settings }] });
    expect(answer).toEqual({
      stage: null,
      patchOperations: [replaced('/~1pets/GET/caching/enabled', 'true')],
      warnings: [expect.objectContaining({ code: 'CACHING_WITHOUT_CLUSTER' })],
      userErrors: [],
    });
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('refuses an existing name and an unknown API', async () => {
    const taken = await create({ dryRun: true, stageName: 'dev' });
    expect(taken.userErrors).toEqual([
      expect.objectContaining({ code: 'ALREADY_EXISTS', field: ['input', 'stageName'], awsRequestId: null }),
    ]);
    const nowhere = await create({ dryRun: true, restApiId: 'nowhere' });
    expect(nowhere.userErrors).toEqual([
      expect.objectContaining({ code: 'NOT_FOUND', field: ['input', 'restApiId'] }),
    ]);
  });
});

const must = (field: string[], ...says: string[]): Refusal => ({ field, says });
test.each<readonly [object, ...Refusal[]]>([
  [{ deploymentId: '' }, must(['deploymentId'], 'deploymentId must be 1 to 128 letters', '""')],
  [{ deploymentId: '../x' }, must(['deploymentId'], 'deploymentId', '"../x"')],
  [{ documentationVersion: '' }, must(['documentationVersion'], 'documentationVersion must not be empty')],
  [{ cacheClusterSize: 'SIZE_118_GB' }, must(['cacheClusterSize'], 'requires cacheClusterEnabled: true')],
  [
    { cacheClusterSize: 'SIZE_118_GB', cacheClusterEnabled: false },
    must(['cacheClusterSize'], 'cacheClusterSize requires cacheClusterEnabled: true'),
  ],
  [{ variables: [variable('a b')] }, must(['variables', '0', 'name'], 'must be 1 to 64', '"a b"')],
  [{ variables: [variable('a', '')] }, must(['variables', '0', 'value'], 'must be 1 to 512', '"a"')],
  [{ variables: [variable('a'), variable('a')] }, must(['variables', '1'], '"a" appears twice')],
  [
    {
      tags: [
        { key: 'aws:x', value: '' },
        { key: 'k', value: 'x'.repeat(257) },
      ],
    },
    must(['tags', '0', 'key'], 'must not start with "aws:"', '"aws:x"'),
    must(['tags', '1', 'value'], 'tag "k" must be at most 256'),
  ],
  [
    { canarySettings: { deploymentId: '', percentTraffic: -1, stageVariableOverrides: [variable('é')] } },
    must(['canarySettings', 'deploymentId'], 'must be 1 to 128 letters'),
    must(['canarySettings', 'percentTraffic'], 'percentTraffic must be 0 to 100 percent, not -1'),
    must(['canarySettings', 'stageVariableOverrides', '0', 'name'], '"é"'),
  ],
  [
    { methodSettings: [pets, { ...pets, httpMethod: 'PUT', settings: { loggingLevel: null } }] },
    must(
      ['methodSettings', '1', 'settings', 'loggingLevel'],
      'loggingLevel cannot be null',
      'nothing to reset',
    ),
  ],
  [{ methodSettings: [pets, pets] }, must(['methodSettings', '1'], 'GET /pets appears twice')],
  [
    { methodSettings: [{ ...pets, resourcePath: 'pets', settings: {} }] },
    must(['methodSettings', '0', 'resourcePath'], 'must start with "/"'),
    must(['methodSettings', '0', 'settings'], 'must change at least one value'),
  ],
  [{ accessLogSettings: {} }, must(['accessLogSettings'], 'destinationArn or format is required')],
  [
    { accessLogSettings: { destinationArn: null, format: 'x' } },
    must(['accessLogSettings', 'destinationArn'], 'cannot be null'),
    must(['accessLogSettings', 'format'], 'must contain $context.requestId'),
  ],
  [{ clientCertificateId: '' }, must(['clientCertificateId'], 'clientCertificateId must be 1 to 128')],
  [
    {
      methodSettings: Array.from({ length: 81 }, (_, index) => ({ ...pets, resourcePath: `/p${index}` })),
    },
    must([], '81 patch operations', 'at most 80'),
  ],
])('%# createStage refuses invalid input, and sends nothing', (input, ...refusals) =>
  expectRefused(gateway, 'createStage', { ...fresh, ...input }, refusals),
);
