import { describe, expect, test } from '@jest/globals';
import { expectRefused, mutate, type Refusal, stored } from '../support/mutations.ts';
import { startGateway, useGateway } from '../support/run.ts';

const api = { restApiId: 'petstore01' };
const variable = (name: string, value = 'x') => ({ name, value });

interface Created {
  deployment: { deploymentId: string; description: string | null } | null;
  stage: { stageName: string; deploymentId: string } | null;
}

const gateway = useGateway();

const deploy = (input: object = {}) =>
  mutate<Created>(
    gateway,
    'createRestApiDeployment',
    { ...api, ...input },
    'deployment { deploymentId description } stage { stageName deploymentId }',
  );
const sent = () => gateway.stageApi.requests()[0]?.body;

describe('createRestApiDeployment', () => {
  test('creates a deployment without a stage, in one call', async () => {
    const { deployment, stage, userErrors, warnings } = await deploy({ description: 'v2' });
    expect({ userErrors, warnings, stage }).toEqual({ userErrors: [], warnings: [], stage: null });
    expect(deployment).toEqual({ deploymentId: expect.stringMatching(/^\w{6}$/), description: 'v2' });
    expect(sent()).toEqual({ description: 'v2' });
    expect(gateway.stageApi.calls()).toEqual({ CreateDeployment: 1 });
  });

  test('points an existing stage at the deployment, and reads the stage only if it is selected', async () => {
    const { deployment, stage } = await deploy({ stageName: 'dev' });
    expect(stage).toEqual({ stageName: 'dev', deploymentId: deployment?.deploymentId });
    expect(gateway.stageApi.calls()).toEqual({ CreateDeployment: 1, GetStages: 1 });
    expect(await stored(gateway, 'dev')).toMatchObject({ deploymentId: deployment?.deploymentId });
  });

  test('creates a stage for the deployment', async () => {
    const { deployment, userErrors } = await deploy({
      stageName: 'fresh',
      stageDescription: 'Fresh',
      cacheClusterEnabled: true,
      cacheClusterSize: 'SIZE_6_1_GB',
      variables: [variable('table', 'cats')],
      tracingEnabled: true,
    });
    expect(userErrors).toEqual([]);
    expect(sent()).toEqual({
      stageName: 'fresh',
      stageDescription: 'Fresh',
      cacheClusterEnabled: true,
      cacheClusterSize: '6.1',
      variables: { table: 'cats' },
      tracingEnabled: true,
    });
    expect(await stored(gateway, 'fresh')).toMatchObject({
      deploymentId: deployment?.deploymentId,
      description: 'Fresh',
      cacheClusterSize: '6.1',
      variables: { table: 'cats' },
      tracingEnabled: true,
    });
  });

  test('starts it as the canary of an existing stage, which keeps its own deployment', async () => {
    const { deployment, stage, userErrors } = await deploy({
      stageName: 'prod',
      canarySettings: { percentTraffic: 5, stageVariableOverrides: [variable('table', 'cats')] },
    });
    expect(userErrors).toEqual([]);
    expect(stage).toEqual({ stageName: 'prod', deploymentId: 'dep001' });
    expect(await stored(gateway, 'prod')).toMatchObject({
      canarySettings: {
        deploymentId: deployment?.deploymentId,
        percentTraffic: 5,
        stageVariableOverrides: { table: 'cats' },
        useStageCache: false,
      },
    });
  });

  test('treats null as omitted', async () => {
    const nothing = { description: null, stageName: null, variables: null, canarySettings: null };
    const none = { stageDescription: null, cacheClusterEnabled: null, cacheClusterSize: null };
    expect((await deploy({ ...nothing, ...none, tracingEnabled: null, confirm: null })).userErrors).toEqual(
      [],
    );
    expect(sent() ?? {}).toEqual({});
  });

  test('reports that AWS refuses a plain deployment to a stage with a canary', async () => {
    const { userErrors, deployment } = await deploy({ stageName: 'prod' });
    expect(deployment).toBeNull();
    expect(userErrors).toEqual([
      expect.objectContaining({
        code: 'REJECTED',
        message: expect.stringMatching(/^AWS refused: .*because Canary is enabled/),
      }),
    ]);
  });

  test.each([
    ['stageDescription', 'x'],
    ['cacheClusterEnabled', true],
    ['variables', [{ name: 'a', value: 'b' }]],
    ['tracingEnabled', true],
  ])('refuses %s beside a canary, which AWS would ignore silently', async (name, value) => {
    const input = { stageName: 'prod', canarySettings: { percentTraffic: 5 }, [name]: value };
    const { userErrors } = await deploy(input);
    expect(userErrors).toEqual([expect.objectContaining({ code: 'INVALID_INPUT', field: ['input', name] })]);
    expect(gateway.stageApi.calls()).toEqual({});
  });

  test('reports that a canary needs an existing stage', async () => {
    const { userErrors } = await deploy({ stageName: 'fresh', canarySettings: { percentTraffic: 5 } });
    expect(userErrors).toEqual([
      expect.objectContaining({ code: 'NOT_FOUND', field: ['input', 'stageName'] }),
    ]);
  });

  test("waits for the operation's own rate limit without blocking other changes to the API", async () => {
    const limited = await startGateway(gateway.stageApi.url, {
      operationLimits: { CreateDeployment: { rate: 2, burst: 1 } },
    });
    const operations = () => gateway.stageApi.requests().map(({ operation }) => operation);
    await mutate(limited, 'createRestApiDeployment', api);
    const second = mutate(limited, 'createRestApiDeployment', api);
    const { userErrors } = await mutate(limited, 'updateStage', {
      ...api,
      stageName: 'dev',
      description: 'x',
    });
    expect(userErrors).toEqual([]);
    expect(operations()).toEqual(['CreateDeployment', 'UpdateStage']);
    expect((await second).userErrors).toEqual([]);
    expect(operations()).toEqual(['CreateDeployment', 'UpdateStage', 'CreateDeployment']);
    await limited.close();
  });

  test('is refused at once if the rate limit would delay it beyond its deadline', async () => {
    const limited = await startGateway(gateway.stageApi.url, {
      operationLimits: { CreateDeployment: { rate: 0.01, burst: 1 } },
    });
    const answers = [];
    for (const description of ['first', 'second']) {
      answers.push(await mutate(limited, 'createRestApiDeployment', { ...api, description }));
    }
    await limited.close();
    expect(answers.map(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual([[], ['THROTTLED']]);
    expect(gateway.stageApi.calls()).toEqual({ CreateDeployment: 1 });
  });

  test('is retried with a new reservation if AWS throttles it', async () => {
    const fault = {
      operation: 'CreateDeployment',
      action: 'fail',
      status: 429,
      retryAfterSeconds: 0,
    } as const;
    gateway.stageApi.configure({ faults: [{ ...fault, times: 1 }] });
    const { userErrors, deployment } = await deploy({ description: 'v2' });
    expect({ userErrors, deployment }).toMatchObject({ userErrors: [], deployment: { description: 'v2' } });
    expect(gateway.stageApi.calls()).toEqual({ CreateDeployment: 2 });
  });

  test('is refused if the revision is not the expected one, and creates no deployment', async () => {
    const { userErrors, deployment } = await deploy({ stageName: 'dev', expectedRevision: 'stale' });
    expect(userErrors.map(({ code }) => code)).toEqual(['PRECONDITION_FAILED']);
    expect(deployment).toBeNull();
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });
});

describe('a dry run of createRestApiDeployment', () => {
  const dryRun = (input: object) => deploy({ ...input, dryRun: true });

  test.each<[string, object, object | null, string]>([
    ['for no stage', {}, null, 'GetStages'],
    ['for a stage', { stageName: 'dev' }, { stageName: 'dev', deploymentId: 'dep003' }, 'GetStage'],
    ['that makes a stage', { stageName: 'fresh' }, null, 'GetStage'],
    [
      'as a canary',
      { stageName: 'prod', canarySettings: { percentTraffic: 5 } },
      { stageName: 'prod', deploymentId: 'dep001' },
      'GetStage',
    ],
  ])('%s returns the current stage, with one read, and deploys nothing', async (_, input, stage, read) => {
    expect(await dryRun(input)).toMatchObject({ userErrors: [], deployment: null, stage });
    expect(gateway.stageApi.calls()).toEqual({ [read]: 1 });
  });

  test.each<[string, object, object]>([
    [
      'a plain deployment to a stage with a canary',
      { stageName: 'prod' },
      { code: 'REJECTED', field: ['input', 'canarySettings'], awsRequestId: null },
    ],
    [
      'a canary of a stage that is not there',
      { stageName: 'fresh', canarySettings: { percentTraffic: 5 } },
      { code: 'NOT_FOUND', field: ['input', 'stageName'] },
    ],
    [
      'a stage that is not there at the expected revision',
      { stageName: 'fresh', expectedRevision: 'x' },
      { code: 'NOT_FOUND', field: ['input', 'stageName'] },
    ],
    ['an unknown API', { restApiId: 'nowhere' }, { code: 'NOT_FOUND', field: ['input', 'restApiId'] }],
  ])('refuses %s', async (_, input, error) => {
    const { userErrors, deployment } = await dryRun(input);
    expect({ userErrors, deployment }).toMatchObject({ userErrors: [error], deployment: null });
    expect(Object.keys(gateway.stageApi.calls())).not.toContain('CreateDeployment');
  });

  test("neither waits for the operation's own rate limit nor uses it", async () => {
    const limited = await startGateway(gateway.stageApi.url, {
      operationLimits: { CreateDeployment: { rate: 0.01, burst: 1 } },
    });
    const answers = [];
    for (const dryRun of [true, true, false, true])
      answers.push(await mutate(limited, 'createRestApiDeployment', { ...api, dryRun }));
    await limited.close();
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 3, CreateDeployment: 1 });
  });
});

const must = (field: string[], ...says: string[]): Refusal => ({ field, says });
const needsStage = (name: string, value: unknown) =>
  [{ [name]: value }, must([name], `${name} requires stageName`)] as const;
test.each<readonly [object, ...Refusal[]]>([
  needsStage('stageDescription', 'x'),
  needsStage('cacheClusterEnabled', false),
  needsStage('variables', []),
  needsStage('tracingEnabled', true),
  needsStage('canarySettings', {}),
  needsStage('confirm', 'dev'),
  needsStage('expectedRevision', 'x'),
  [{ stageName: '' }, must(['stageName'], 'stageName must be 1 to 128', '""')],
  [{ stageName: '..' }, must(['stageName'], 'stageName must be 1 to 128', '".."')],
  [
    { stageName: 'dev', cacheClusterSize: 'SIZE_118_GB' },
    must(['cacheClusterSize'], 'requires cacheClusterEnabled: true'),
  ],
  [
    { stageName: 'dev', variables: [variable('a b', ''), variable('c'), variable('c')] },
    must(['variables', '0', 'name'], '"a b"'),
    must(['variables', '0', 'value'], '"a b"'),
    must(['variables', '2'], '"c" appears twice'),
  ],
  [
    { stageName: 'dev', canarySettings: { percentTraffic: 100.01, stageVariableOverrides: [variable('-')] } },
    must(['canarySettings', 'percentTraffic'], 'percentTraffic must be 0 to 100 percent, not 100.01'),
    must(['canarySettings', 'stageVariableOverrides', '0', 'name'], '"-"'),
  ],
])('createRestApiDeployment refuses %j, and sends nothing', (input, ...refusals) =>
  expectRefused(gateway, 'createRestApiDeployment', { ...api, ...input }, refusals),
);
