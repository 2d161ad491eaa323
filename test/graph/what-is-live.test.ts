import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sampleData } from '../../src/embedded/state/sample-data.ts';
import { open } from '../support/deployments.ts';
import { apiId, manyApis } from '../support/many-apis.ts';
import { mutate } from '../support/mutations.ts';
import { type GatewayOptions, run, type Running } from '../support/run.ts';

let gateway: Running;
/** With a new gateway: what it knows of deployments stays as long as it lives. */
const start = async (options: GatewayOptions & Parameters<typeof run>[0] = {}): Promise<void> => {
  gateway = await run(options);
};
afterEach(() => gateway.close());

const denied = {
  operation: 'GetDeployment',
  action: 'fail',
  status: 403,
  code: 'AccessDeniedException',
} as const;

async function ask<Data = Record<string, unknown>>(query: string, headers = {}) {
  gateway.stageApi.resetCalls();
  const { data, errors } = await gateway.graphql<Data>(query, {}, headers);
  return { data, errors, calls: gateway.stageApi.calls() };
}

const stage = (selection: string, restApiId = 'petstore01', stageName = 'prod') =>
  `{ stage(restApiId: "${restApiId}", stageName: "${stageName}") { ${selection} } }`;

describe('the methods of a stage', () => {
  beforeEach(() => start());

  test('are those of its deployment, with their effective settings', async () => {
    const { data } = await ask(
      stage(`methods {
        resourcePath httpMethod declaredAsAny authorizationType apiKeyRequired
        effectiveSetting { source throttlingRateLimit }
      }`),
    );
    const method = (
      resourcePath: string,
      httpMethod: string,
      authorizationType: string,
      effective: object,
    ) => ({
      resourcePath,
      httpMethod,
      declaredAsAny: false,
      authorizationType,
      apiKeyRequired: false,
      effectiveSetting: effective,
    });
    expect(data).toEqual({
      stage: {
        methods: [
          method('/', 'GET', 'NONE', { source: 'METHOD', throttlingRateLimit: 1000 }),
          method('/pets', 'GET', 'NONE', { source: 'METHOD', throttlingRateLimit: 100 }),
          method('/pets', 'POST', 'AWS_IAM', { source: 'STAGE', throttlingRateLimit: 1000 }),
          method('/pets/{petId}', 'GET', 'NONE', { source: 'METHOD', throttlingRateLimit: 200 }),
        ],
      },
    });
  });

  test('have the same settings as effectiveMethodSetting gives', async () => {
    const all =
      'source metricsEnabled loggingLevel dataTraceEnabled throttlingBurstLimit throttlingRateLimit cachingEnabled cacheTtlInSeconds cacheDataEncrypted requireAuthorizationForCacheControl unauthorizedCacheControlHeaderStrategy';
    const { data } = await ask<{ stage: { methods: { effectiveSetting: object }[]; one: object } }>(
      stage(
        `methods { effectiveSetting { ${all} } } one: effectiveMethodSetting(resourcePath: "/pets", httpMethod: GET) { ${all} }`,
      ),
    );
    expect(data.stage.methods[1]?.effectiveSetting).toEqual(data.stage.one);
  });

  test('are seven where the API declares ANY', async () => {
    const { data } = await ask<{ stage: { methods: { httpMethod: string; declaredAsAny: boolean }[] } }>(
      stage('methods { httpMethod declaredAsAny }', 'billing003'),
    );
    expect(data.stage.methods).toHaveLength(7);
    expect(data.stage.methods.every(({ declaredAsAny }) => declaredAsAny)).toBe(true);
  });
});

describe('the methods of a deployment, and what differs between two', () => {
  beforeEach(() => start());
  const names = 'resourcePath httpMethod';

  test('before is the other one, after is this one', async () => {
    const { data } = await ask(
      stage(`deployment {
        methods { ${names} }
        differencesFrom(deploymentId: "dep003") { added { ${names} } removed { ${names} } changed { after { ${names} } } isOlder }
      }`),
    );
    expect(data).toEqual({
      stage: {
        deployment: {
          methods: [
            { resourcePath: '/', httpMethod: 'GET' },
            { resourcePath: '/pets', httpMethod: 'GET' },
            { resourcePath: '/pets', httpMethod: 'POST' },
            { resourcePath: '/pets/{petId}', httpMethod: 'GET' },
          ],
          differencesFrom: {
            added: [],
            removed: [
              { resourcePath: '/orders', httpMethod: 'POST' },
              { resourcePath: '/pets/{petId}', httpMethod: 'DELETE' },
            ],
            changed: [],
            isOlder: true,
          },
        },
      },
    });
  });

  test('is null for a deployment that the API does not have, and an error for an invalid id', async () => {
    const { data, errors } = await ask(
      stage(
        'deployment { none: differencesFrom(deploymentId: "nope00") { isOlder } bad: differencesFrom(deploymentId: "a/b") { isOlder } }',
      ),
    );
    expect(data).toEqual({ stage: { deployment: { none: null, bad: null } } });
    expect(errors).toMatchObject([
      { path: ['stage', 'deployment', 'bad'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('those of a canary are what its promotion would change', async () => {
    const { data } = await ask(
      stage(
        `canarySettings { differences { added { ${names} } removed { ${names} } isOlder } }`,
        'orders0002',
        'beta',
      ),
    );
    expect(data).toEqual({
      stage: {
        canarySettings: {
          differences: {
            added: [],
            removed: [
              { resourcePath: '/admin', httpMethod: 'GET' },
              { resourcePath: '/orders/{orderId}', httpMethod: 'DELETE' },
            ],
            isOlder: true,
          },
        },
      },
    });
  });
});

describe('settings that reach nothing', () => {
  beforeEach(() => start());

  test('are those of methods that neither deployment has, and dead keys', async () => {
    expect((await ask(stage('orphanedMethodSettings { key canonical }', 'orders0002', 'live'))).data).toEqual(
      {
        stage: {
          orphanedMethodSettings: [
            { key: 'orders/GET', canonical: false },
            { key: '~1admin/GET', canonical: true },
            { key: '~1orders~1{orderId}/DELETE', canonical: true },
          ],
        },
      },
    );
  });

  test('cost no call on a stage without settings of methods', async () => {
    const { data, calls } = await ask(stage('orphanedMethodSettings { key }', 'petstore01', 'staging'));
    expect(data).toEqual({ stage: { orphanedMethodSettings: [] } });
    expect(calls).toEqual({ GetStages: 1 });
  });
});

describe('findings', () => {
  beforeEach(() => start());
  const FINDINGS = 'findings { code severity message resourcePath httpMethod fix { op path value from } }';

  test('of the codes that are asked for; those of the stage alone cost no call', async () => {
    const { data, calls } = await ask(
      stage('findings(codes: [NO_WEB_ACL, ACCESS_LOG_OFF, DEAD_KEY]) { code }'),
    );
    expect(data).toEqual({ stage: { findings: [{ code: 'NO_WEB_ACL' }] } });
    expect(calls).toEqual({ GetStages: 1 });
    expect((await ask(stage('findings(codes: []) { code }'))).data).toEqual({ stage: { findings: [] } });
    expect((await ask(stage('findings(codes: null) { code }'))).data).not.toEqual({
      stage: { findings: [] },
    });
  });

  test.each([
    [
      'orphaned settings, of a stage without entries',
      'petstore01',
      'dev',
      'ORPHANED_SETTING, CLUSTER_WITHOUT_CACHE',
    ],
    [
      'an older canary, of a stage without one',
      'petstore01',
      'staging',
      'PROMOTES_OLDER_DEPLOYMENT, CACHE_NOT_ENCRYPTED',
    ],
  ])('of %s, cost no call', async (_, api, name, codes) => {
    const { data, calls } = await ask(stage(`findings(codes: [${codes}]) { code }`, api, name));
    expect(data).toEqual({ stage: { findings: [] } });
    expect(calls).toEqual({ GetStages: 1 });
  });

  test('have a fix that patchStage takes as it is, and that ends them', async () => {
    interface Finding {
      readonly code: string;
      readonly resourcePath: string | null;
      readonly httpMethod: string | null;
      readonly fix: object[] | null;
    }
    const apis: [string, string][] = [
      ['petstore01', 'dev'],
      ['petstore01', 'staging'],
      ['petstore01', 'prod'],
      ['orders0002', 'beta'],
      ['orders0002', 'live'],
      ['billing003', 'prod'],
    ];
    const mended = new Set<string>();
    const idOf = ({ code, resourcePath, httpMethod }: Finding): string =>
      `${code} ${httpMethod} ${resourcePath}`;
    for (const [restApiId, stageName] of apis) {
      const findings = async (): Promise<Finding[]> =>
        (await ask<{ stage: { findings: Finding[] } }>(stage(FINDINGS, restApiId, stageName))).data.stage
          .findings;
      for (const finding of await findings()) {
        if (finding.fix === null) continue;
        const patch = (dryRun: boolean) =>
          mutate(gateway, 'patchStage', { restApiId, stageName, patchOperations: finding.fix, dryRun });
        expect(await patch(true)).toMatchObject({ userErrors: [], patchOperations: finding.fix });
        expect(await patch(false)).toMatchObject({ userErrors: [] });
        expect((await findings()).map(idOf)).not.toContain(idOf(finding));
        mended.add(finding.code);
        await gateway.reset();
      }
    }
    expect([...mended].sort()).toEqual([
      'CACHE_NOT_ENCRYPTED',
      'CANARY_OF_ITSELF',
      'DATA_TRACE_ON',
      'DEAD_KEY',
      'EXECUTION_LOG_OFF',
      'ORPHANED_SETTING',
      'THROTTLING_OFF',
      'TRACING_OFF',
    ]);
  });
});

describe('a deployment that cannot be read', () => {
  beforeEach(async () => {
    await start({ ttlMs: 60_000 });
    gateway.stageApi.configure({ faults: [denied] });
  });

  // The second time the query is compiled; a response with errors is never cached.
  test.each([1, 2, 3])(
    'drops the findings that depend on it, with an error at the field (%s)',
    async (times) => {
      const query = stage('stageName findings { code }', 'orders0002', 'live');
      for (let i = 1; i < times; i++) await ask(query);
      const { data, errors } = await ask(query);
      expect(data).toEqual({
        stage: {
          stageName: 'live',
          findings: [
            { code: 'ACCESS_LOG_OFF' },
            { code: 'TRACING_OFF' },
            { code: 'NO_WEB_ACL' },
            { code: 'DEAD_KEY' },
          ],
        },
      });
      expect(errors).toMatchObject([
        {
          path: ['stage', 'findings'],
          extensions: { code: 'UPSTREAM_ACCESS_DENIED', aws: { operation: 'GetDeployment' } },
        },
      ]);
      expect(errors).toHaveLength(1);
    },
  );

  test('makes the methods null, and leaves the rest of the stage', async () => {
    const { data, errors } = await ask(
      stage(
        'stageName methods { resourcePath } orphanedMethodSettings { key } canarySettings { percentTraffic differences { isOlder } }',
      ),
    );
    expect(data).toEqual({
      stage: {
        stageName: 'prod',
        methods: null,
        orphanedMethodSettings: null,
        canarySettings: { percentTraffic: 10, differences: null },
      },
    });
    expect(errors?.map(({ path }) => path?.at(-1))).toEqual([
      'methods',
      'orphanedMethodSettings',
      'differences',
    ]);
  });

  test('is an error at each of several findings', async () => {
    const { errors } = await ask(
      '{ stages(restApiId: "petstore01") { findings(codes: [EXECUTION_LOG_OFF]) { code } again: findings(codes: [DEAD_KEY]) { code } } }',
    );
    expect(errors?.map(({ path }) => path)).toEqual([0, 1, 2].map((index) => ['stages', index, 'findings']));
  });
});

describe('a deployment that does not exist any more', () => {
  test('makes null of what depends on it: no entry is taken for an orphan', async () => {
    await start({ ttlMs: 60_000 });
    const beta = 'stage(restApiId: "orders0002", stageName: "beta")';
    await ask(`{ ${beta} { stageName } }`);
    // By another tool: the cached stage still has both deployments.
    const restApis = sampleData.restApis.map((api) => ({
      ...api,
      deployments: api.deployments?.filter(({ id }) => !['ord001'].includes(id)),
      stages: api.stages
        ?.filter(({ stageName }) => stageName !== 'live')
        .map(({ canarySettings, ...each }) =>
          each.stageName === 'beta' ? each : { ...each, ...(canarySettings && { canarySettings }) },
        ),
    }));
    await gateway.stageApi.load({ ...sampleData, restApis });
    const { data, errors } = await ask(
      `{ ${beta} { orphanedMethodSettings { key } canarySettings { differences { isOlder } } findings(codes: [TRACING_OFF, ORPHANED_SETTING]) { code } } }`,
    );
    expect(data).toEqual({
      stage: {
        orphanedMethodSettings: null,
        canarySettings: { differences: null },
        findings: [{ code: 'TRACING_OFF' }],
      },
    });
    expect(errors).toMatchObject([{ path: ['stage', 'findings'], extensions: { code: 'NOT_FOUND' } }]);
  });
});

describe('one call for each deployment, once', () => {
  const stageNames = Array.from({ length: 10 }, (_, index) => `stage${index}`);
  const tenStages = `{ stages(restApiId: "${apiId(0)}") { methods { resourcePath } findings { code } orphanedMethodSettings { key } } }`;

  test.each([
    ['without a cache', 0, { GetStages: 1 }],
    ['with a cache', 60_000, {}],
  ])('ten stages on two deployments %s: 2, and none after', async (_, ttlMs, after) => {
    await start({ stageApi: manyApis(1, stageNames, ['dep001', 'dep002']), ttlMs });
    expect((await ask(tenStages)).calls).toEqual({ GetStages: 1, GetDeployment: 2 });
    expect((await ask(tenStages)).calls).toEqual(after);
  });

  test('whatever needs it, and although the client wants no cached value', async () => {
    await start();
    await ask(stage('methods { resourcePath } canarySettings { differences { isOlder } }'));
    const { calls } = await ask(
      stage('methods { resourcePath } findings { code } canarySettings { differences { isOlder } }'),
      { 'cache-control': 'no-cache' },
    );
    expect(calls).toEqual({ GetStages: 1 });
  });

  test('of requests at the same time', async () => {
    await start();
    gateway.stageApi.resetCalls();
    const query = stage('methods { resourcePath }');
    await Promise.all([1, 2, 3, 4].map(() => gateway.graphql(query)));
    expect(gateway.stageApi.calls()).toMatchObject({ GetDeployment: 1 });
  });

  test('a deployment of the same id and another date is another one', async () => {
    await start();
    const methods = stage('deployment { methods { resourcePath } }', 'search0004', 'live');
    const state = (createdDate: number, path: string) => ({
      format: 'embedded-stage-api' as const,
      version: 2 as const,
      restApis: [
        {
          id: 'search0004',
          name: 'Search',
          createdDate,
          rootResourceId: 'searoot004',
          deployments: [{ id: 'sea001', createdDate, apiSummary: { [path]: { GET: open } } }],
          stages: [{ stageName: 'live', deploymentId: 'sea001', createdDate, lastUpdatedDate: createdDate }],
        },
      ],
    });
    await gateway.stageApi.load(state(1_700_000_000, '/one'));
    expect((await ask(methods)).data).toEqual({
      stage: { deployment: { methods: [{ resourcePath: '/one' }] } },
    });
    await gateway.stageApi.load(state(1_700_000_001, '/two'));
    expect((await ask(methods)).data).toEqual({
      stage: { deployment: { methods: [{ resourcePath: '/two' }] } },
    });
    expect((await ask(methods)).calls).toEqual({ GetStages: 1, GetDeployment: 1 });
  });
});
