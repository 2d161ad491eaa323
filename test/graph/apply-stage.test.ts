import { beforeAll, describe, expect, test } from '@jest/globals';
import { lookAtDeployments } from '../support/first-looks.ts';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { expectRefused, mutate, replaced, stored } from '../support/mutations.ts';
import { run, type Running, sentPatches, useGateway } from '../support/run.ts';

const prod = { restApiId: 'petstore01', stageName: 'prod' };
const fresh = { restApiId: 'petstore01', stageName: 'fresh' };
const FIELDS = 'changes { part kind path before after redacted } plan';

interface Applied {
  readonly changes: readonly {
    readonly part: string;
    readonly kind: string;
    readonly path: readonly string[];
    readonly before: string | null;
    readonly after: string | null;
    readonly redacted: boolean;
  }[];
  readonly plan: string;
}

const gateway = useGateway();
beforeAll(() => lookAtDeployments(gateway));

async function apply(input: object, on: object = prod, selection = FIELDS) {
  const answer = await mutate(gateway, 'applyStage', { ...on, ...input }, selection);
  return answer as typeof answer & Applied;
}
const pathsOf = ({ changes }: Applied): string[] => changes.map(({ path }) => path.join(' '));

describe('applyStage', () => {
  test('sends what differs in one call, and shows it by the names of the schema', async () => {
    const answer = await apply({
      desired: {
        tracingEnabled: true,
        description: 'Live',
        variables: [
          { name: 'table', value: 'pets' },
          { name: 'backend', value: 'new.example.com' },
        ],
        methodSettings: [
          {
            resourcePath: '/pets',
            httpMethod: 'GET',
            settings: { throttlingRateLimit: 100, cacheTtlInSeconds: 30 },
          },
        ],
      },
    });
    expect(answer).toMatchObject({
      userErrors: [],
      warnings: [],
      changes: [
        {
          part: 'DESCRIPTION',
          kind: 'CHANGED',
          path: ['description'],
          before: 'Live traffic',
          after: 'Live',
        },
        {
          part: 'METHOD_SETTINGS',
          kind: 'CHANGED',
          path: ['methodSettings', '/pets', 'GET', 'cacheTtlInSeconds'],
          before: '60',
          after: '30',
          redacted: false,
        },
        { part: 'VARIABLES', kind: 'CHANGED', path: ['variables', 'backend'] },
      ],
      patchOperations: [
        replaced('/description', 'Live'),
        replaced('/variables/backend', 'new.example.com'),
        replaced('/~1pets/GET/caching/ttlInSeconds', '30'),
      ],
    });
    expect(answer.plan).toMatch(/^[\w-]{32}$/);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1 });
    expect(sentPatches(gateway)).toHaveLength(1);
  });

  test('sends nothing if nothing differs: 1 read, 0 writes', async () => {
    const answer = await apply({ desired: { tracingEnabled: true, tags: [{ key: 'env', value: 'prod' }] } });
    expect(answer).toMatchObject({ userErrors: [], changes: [], patchOperations: [] });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test('with replace removes and resets what is not given of these parts, and leaves others', async () => {
    const answer = await apply({
      replace: ['VARIABLES', 'TRACING', 'CANARY_SETTINGS', 'TAGS', 'METHOD_SETTINGS', 'ACCESS_LOG_SETTINGS'],
      desired: {
        variables: [{ name: 'backend', value: 'petstore.example.com' }],
        methodSettings: [
          { resourcePath: '*', httpMethod: 'ALL', settings: { throttlingRateLimit: 10 } },
          { resourcePath: '/pets', httpMethod: 'GET', settings: { throttlingRateLimit: 5 } },
        ],
      },
    });
    expect(answer.userErrors).toEqual([]);
    const stage = await stored(gateway, 'prod');
    expect(stage).toMatchObject({
      description: 'Live traffic',
      cacheClusterEnabled: true,
      documentationVersion: '1.0',
    });
    expect(stage?.variables).toEqual({ backend: 'petstore.example.com' });
    expect(stage).toMatchObject({ tracingEnabled: false });
    expect(stage).not.toHaveProperty('canarySettings');
    expect(stage).not.toHaveProperty('accessLogSettings');
    expect(stage?.tags ?? {}).toEqual({});
    const entries = stage?.methodSettings as Record<string, object>;
    expect(Object.keys(entries).sort()).toEqual(['*/*', '~1pets/GET']);
    expect(entries['*/*']).toMatchObject({
      throttlingRateLimit: 10,
      throttlingBurstLimit: 5000,
      cachingEnabled: false,
    });
    expect(entries['~1pets/GET']).toMatchObject({ throttlingRateLimit: 5, throttlingBurstLimit: 5000 });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1, UntagResource: 1 });
  });

  test('null clears', async () => {
    const answer = await apply({
      desired: { description: null, variables: null, accessLogSettings: null, canarySettings: null },
    });
    expect(answer.userErrors).toEqual([]);
    expect(new Set(answer.changes.map(({ kind }) => kind))).toEqual(new Set(['REMOVED']));
    const stage = await stored(gateway, 'prod');
    for (const name of ['canarySettings', 'accessLogSettings']) expect(stage).not.toHaveProperty(name);
    expect(stage?.variables ?? {}).toEqual({});
  });

  test('tags have calls of their own, and the stage is read only if it is selected', async () => {
    const tags = [
      { key: 'team', value: 'cats' },
      { key: 'cost', value: '' },
    ];
    const answer = await apply({ desired: { tags }, replace: ['TAGS'] });
    expect(answer).toMatchObject({ userErrors: [], patchOperations: [] });
    expect(pathsOf(answer)).toEqual(['tags cost', 'tags env', 'tags team']);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, TagResource: 1, UntagResource: 1 });
    gateway.stageApi.resetCalls();
    const again = await apply(
      { desired: { tags: [{ key: 'team', value: 'dogs' }] } },
      prod,
      'stage { tags { key value } }',
    );
    expect(again).toMatchObject({
      stage: {
        tags: [
          { key: 'cost', value: '' },
          { key: 'team', value: 'dogs' },
        ],
      },
    });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, TagResource: 1, GetStages: 1 });
  });

  test('never changes tags of AWS', async () => {
    const billing = { restApiId: 'billing003', stageName: 'prod' };
    expect(await apply({ desired: { tags: [] }, replace: ['TAGS'] }, billing)).toMatchObject({ changes: [] });
  });
});

describe('AWS only repeats', () => {
  test('the nine other values of a new entry', async () => {
    const dev = { restApiId: 'petstore01', stageName: 'staging' };
    const desired = {
      methodSettings: [{ resourcePath: '/pets', httpMethod: 'GET', settings: { throttlingRateLimit: 5 } }],
    };
    expect(pathsOf(await apply({ desired }, dev))).toEqual(['methodSettings /pets GET throttlingRateLimit']);
    expect(await apply({ desired }, dev)).toMatchObject({ changes: [] });
  });

  test('an entry that repeats the default entry is a change of its own', async () => {
    const desired = {
      methodSettings: [{ resourcePath: '/new', httpMethod: 'GET', settings: { throttlingRateLimit: 1000 } }],
    };
    const answer = await apply({ desired });
    expect(answer.changes).toMatchObject([
      { kind: 'ADDED', path: ['methodSettings', '/new', 'GET'], before: null, after: null },
    ]);
    expect((await stored(gateway, 'prod'))?.methodSettings).toHaveProperty('~1new/GET');
  });

  test('the size of a cache cluster that is off', async () => {
    const off = { desired: { cacheClusterEnabled: false } };
    expect(pathsOf(await apply(off))).toEqual(['cacheClusterEnabled', 'cacheClusterSize']);
    expect(await apply(off)).toMatchObject({ changes: [] });
  });
});

describe('what means nothing', () => {
  test.each([
    ['an empty description', { description: '' }],
    ['a canary whose deployment is reset', { canarySettings: { deploymentId: null } }],
  ])('%s clears or resets, and a second time nothing differs', async (_, desired) => {
    expect(await apply({ desired })).toMatchObject({ userErrors: [] });
    expect(await apply({ desired })).toMatchObject({ userErrors: [], changes: [], patchOperations: [] });
  });
});

describe('a plan', () => {
  const desired = { description: 'Planned' };

  test('of a dry run is applied as it is', async () => {
    const planned = await apply({ desired, dryRun: true });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
    expect(await apply({ desired, expectedPlan: planned.plan })).toMatchObject({
      userErrors: [],
      plan: planned.plan,
      changes: planned.changes,
    });
  });

  test('that is another one now is refused, and the answer has what would be done', async () => {
    const { plan } = await apply({ desired, dryRun: true });
    await apply({ desired: { description: 'Meanwhile' } });
    gateway.stageApi.resetCalls();
    const answer = await apply({ desired, expectedPlan: plan });
    expect(answer).toMatchObject({
      userErrors: [{ code: 'PRECONDITION_FAILED', field: ['input', 'expectedPlan'] }],
      changes: [{ path: ['description'], before: 'Meanwhile', after: 'Planned' }],
      patchOperations: [],
    });
    expect(answer.plan).not.toBe(plan);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test('is of one stage', async () => {
    const { plan } = await apply({ desired, dryRun: true });
    const other = await apply({ desired, dryRun: true }, { restApiId: 'petstore01', stageName: 'dev' });
    expect(other.plan).not.toBe(plan);
  });
});

describe('create', () => {
  const desired = {
    deploymentId: 'dep002',
    description: 'New',
    variables: [{ name: 'a', value: 'b' }],
    canarySettings: { percentTraffic: 5, deploymentId: 'dep003' },
    accessLogSettings: {
      destinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:x',
      format: '$context.requestId',
    },
    methodSettings: [{ resourcePath: '/pets', httpMethod: 'GET', settings: { throttlingRateLimit: 5 } }],
    tags: [{ key: 'team', value: 'pets' }],
  };

  test('makes a stage where there is none, with what CreateStage takes in its call', async () => {
    const planned = await apply({ desired, create: true, dryRun: true }, fresh);
    expect(planned.userErrors).toEqual([]);
    const answer = await apply({ desired, create: true, expectedPlan: planned.plan }, fresh);
    expect(answer).toMatchObject({
      userErrors: [],
      changes: planned.changes,
      patchOperations: planned.patchOperations,
    });
    expect(new Set(answer.changes.map(({ kind }) => kind))).toEqual(new Set(['ADDED']));
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 2, CreateStage: 1, UpdateStage: 1 });
    expect(await stored(gateway, 'fresh')).toMatchObject({
      deploymentId: 'dep002',
      variables: { a: 'b' },
      tags: { team: 'pets' },
      methodSettings: { '~1pets/GET': { throttlingRateLimit: 5 } },
    });
    expect(await apply({ desired, create: true }, fresh)).toMatchObject({ userErrors: [], changes: [] });
  });

  test('is refused without a deployment, and without create', async () => {
    expect((await apply({ desired: { description: 'x' }, create: true }, fresh)).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', field: ['input', 'desired', 'deploymentId'] },
    ]);
    expect((await apply({ desired }, fresh)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  test('keeps the new stage if a later call fails, and the same input completes it', async () => {
    const fault = {
      operation: 'UpdateStage',
      action: 'fail',
      status: 400,
      code: 'BadRequestException',
    } as const;
    gateway.stageApi.configure({ faults: [{ ...fault, message: 'No' }] });
    const cut = await apply({ desired, create: true }, fresh, 'stage { stageName }');
    expect(cut).toMatchObject({
      stage: { stageName: 'fresh' },
      userErrors: [
        {
          code: 'PARTIALLY_APPLIED',
          message: expect.stringMatching(/^The first 1 of 2 calls .* The same input again/),
        },
      ],
    });
    gateway.stageApi.configure({ faults: [] });
    expect(await apply({ desired, create: true }, fresh)).toMatchObject({ userErrors: [] });
    expect(await apply({ desired, create: true }, fresh)).toMatchObject({ changes: [] });
  });
});

describe('a definition is refused before anything is sent', () => {
  test('with every problem, and its place in the input', () =>
    expectRefused(
      gateway,
      'applyStage',
      {
        ...prod,
        replace: ['DEPLOYMENT'],
        desired: {
          cacheClusterSize: 'SIZE_0_5_GB',
          variables: [{ name: 'a-b', value: '' }],
          canarySettings: { percentTraffic: 101, stageVariableOverrides: [{ name: '', value: 'x' }] },
          methodSettings: [{ resourcePath: 'pets', httpMethod: 'GET', settings: { throttlingRateLimit: 0 } }],
          tags: [{ key: 'aws:x', value: 'y' }],
        },
      },
      [
        { field: ['desired', 'cacheClusterSize'], says: ['cacheClusterEnabled'] },
        { field: ['desired', 'variables', '0', 'name'], says: ['a-b'] },
        { field: ['desired', 'variables', '0', 'value'], says: ['a-b', 'empty'] },
        { field: ['desired', 'canarySettings', 'percentTraffic'], says: ['101'] },
        { field: ['desired', 'canarySettings', 'stageVariableOverrides', '0', 'name'], says: ['empty'] },
        { field: ['desired', 'methodSettings', '0', 'resourcePath'], says: ['start with "/"'] },
        {
          field: ['desired', 'methodSettings', '0', 'settings', 'throttlingRateLimit'],
          says: ['blockAllTraffic'],
        },
        { field: ['desired', 'tags', '0', 'key'], says: ['aws:'] },
        { field: ['replace', '0'], says: ['deploymentId'] },
      ],
    ));

  test('if it says nothing', () =>
    expectRefused(gateway, 'applyStage', { ...prod, desired: {} }, [
      { field: ['desired'], says: ['At least one value'] },
    ]));
});

describe('a long change', () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      resourcePath: `/r${index}`,
      httpMethod: 'ANY',
      settings: { throttlingRateLimit: 5, throttlingBurstLimit: 6 },
    }));

  test('is sent in as few calls as possible', async () => {
    const answer = await apply({ desired: { methodSettings: entries(20) } });
    expect(answer.userErrors).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 4 });
    expect(sentPatches(gateway).map((call) => (call as unknown[]).length)).toEqual([80, 80, 80, 40]);
  });

  test('is refused if it needs more than ten', async () => {
    const answer = await apply({ desired: { methodSettings: entries(60) } });
    expect(answer.userErrors).toMatchObject([
      { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('11 calls; the limit is 10') },
    ]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test('is refused if it does not fit the time of a request', async () => {
    const slow = await run({ rate: 1, burst: 3 });
    const answer = await mutate(slow, 'applyStage', { ...prod, desired: { methodSettings: entries(50) } });
    expect(answer.userErrors).toMatchObject([
      { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('do not fit the time') },
    ]);
    expect(slow.stageApi.calls()).toEqual({ GetStage: 1 });
    await slow.close();
  });

  test('of a new stage counts the call that creates it', async () => {
    const slow = await run({ rate: 0.1, burst: 2 });
    const desired = { deploymentId: 'dep001', clientCertificateId: 'cert01' };
    const answer = await mutate(slow, 'applyStage', { ...fresh, desired, create: true });
    expect(answer.userErrors).toMatchObject([{ code: 'LIMIT_EXCEEDED' }]);
    expect(slow.stageApi.calls()).toEqual({ GetStage: 1 });
    await slow.close();
  });

  test('is refused if a stage would have too many variables in between', async () => {
    const names = (prefix: string) =>
      Array.from({ length: 60 }, (_, i) => ({ name: `${prefix}${i}`, value: 'x' }));
    await apply({ desired: { variables: names('a') } });
    const answer = await apply({ desired: { variables: names('b') }, replace: ['VARIABLES'] });
    expect(answer.userErrors).toMatchObject([
      { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('variables in between') },
    ]);
  });
});

describe('who may not see the values of variables', () => {
  let issuer: Issuer;
  let guarded: Running;
  beforeAll(async () => {
    issuer = await startIssuer();
    guarded = await run({ auth: issuer.options });
  });

  const applyAs = async (scope: string, desired: object, input: object = {}) => {
    const { data, errors } = await guarded.graphql<{ applyStage: Applied & { patchOperations: unknown[] } }>(
      `mutation ($input: ApplyStageInput!) { applyStage(input: $input) { ${FIELDS} patchOperations { op path value } userErrors { code message } } }`,
      { input: { ...prod, desired, dryRun: true, ...input } },
      bearer(await issuer.token(scope)),
    );
    expect(errors).toBeUndefined();
    return data.applyStage;
  };
  const guess = (value: string) => ({
    variables: [{ name: 'table', value }],
    canarySettings: { stageVariableOverrides: [{ name: 'featureFlags', value }] },
  });

  test('cannot tell whether a guess is right: given ones always count as changed', async () => {
    const right = await applyAs('stages:write', { ...guess('pets') });
    const wrong = await applyAs('stages:write', { ...guess('dogs') });
    expect(right).toEqual(wrong);
    expect(right.changes).toEqual([
      {
        part: 'VARIABLES',
        kind: 'CHANGED',
        path: ['variables', 'table'],
        before: null,
        after: null,
        redacted: true,
      },
      {
        part: 'CANARY_SETTINGS',
        kind: 'CHANGED',
        path: ['canarySettings', 'stageVariableOverrides', 'featureFlags'],
        before: null,
        after: null,
        redacted: true,
      },
    ]);
    expect(right.patchOperations).toHaveLength(2);
  });

  test('who may see them gets them, and what is equal is no change', async () => {
    const seen = await applyAs('stages:write stages:variables', guess('pets'));
    expect(seen.changes).toMatchObject([{ before: 'search:on', after: 'pets', redacted: false }]);
  });

  test('a plan has nothing of hidden values, and can be applied', async () => {
    const { plan } = await applyAs('stages:write', guess('pets'));
    expect(await applyAs('stages:write', guess('pets'), { expectedPlan: plan })).toMatchObject({
      userErrors: [],
    });
  });
});
