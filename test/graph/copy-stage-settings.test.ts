import { beforeAll, describe, expect, test } from '@jest/globals';
import type { EmbeddedStageApi } from '../../src/embedded/start.ts';
import { lookAtDeployments } from '../support/first-looks.ts';
import { DEV, PROD, type RunningFleet, startFleet, target } from '../support/fleet.ts';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { expectRefused, mutate, stored } from '../support/mutations.ts';
import { run, useGateway } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';
import { EVERY_PART } from '../support/stages.ts';

const staging = { restApiId: 'petstore01', stageName: 'staging' };
const live = { restApiId: 'orders0002', stageName: 'live' };
const FIELDS = 'changes { part kind path before after } plan';

const gateway = useGateway();
beforeAll(() => lookAtDeployments(gateway));

const copy = (input: object) => mutate(gateway, 'copyStageSettings', input, FIELDS);
const differences = async (stage: string) => {
  const { data, errors } = await gateway.graphql<{ stage: { differencesFrom: unknown } }>(`{ ${stage} }`);
  expect(errors).toBeUndefined();
  return data.stage.differencesFrom;
};

describe('copyStageSettings', () => {
  test('makes a stage what another one of its API is: one read for both', async () => {
    const answer = await copy({ ...staging, from: { stageName: 'prod' }, parts: EVERY_PART });
    expect(answer.userErrors).toEqual([]);
    expect(gateway.stageApi.calls()).toMatchObject({ GetStages: 1, UpdateStage: 1, TagResource: 1 });
    expect(gateway.stageApi.calls()).not.toHaveProperty('GetStage');
    const comparison =
      'stage(restApiId: "petstore01", stageName: "staging") { differencesFrom(stageName: "prod") { path } }';
    expect(await differences(comparison)).toEqual([]);
    const again = await copy({ ...staging, from: { stageName: 'prod' }, parts: EVERY_PART });
    expect(again).toMatchObject({ userErrors: [], changes: [], patchOperations: [] });
  });

  test('copies the given parts only; before is the changed stage, after is the other', async () => {
    const answer = await copy({
      ...staging,
      from: { stageName: 'prod' },
      parts: ['VARIABLES', 'DESCRIPTION'],
    });
    expect(answer).toMatchObject({
      changes: [
        { part: 'DESCRIPTION', before: 'Release candidate', after: 'Live traffic' },
        { part: 'VARIABLES', path: ['variables', 'backend'], after: 'petstore.example.com' },
        { part: 'VARIABLES', path: ['variables', 'featureFlags'], before: null, after: 'search:off' },
        { part: 'VARIABLES', path: ['variables', 'table'] },
      ],
    });
    expect(await stored(gateway, 'staging')).toMatchObject({ deploymentId: 'dep002', methodSettings: {} });
  });

  test('from another API: one read of each', async () => {
    const answer = await copy({
      ...live,
      from: { restApiId: 'petstore01', stageName: 'prod' },
      parts: ['METHOD_SETTINGS', 'TRACING', 'TAGS'],
    });
    expect(answer.userErrors).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 2, UpdateStage: 1, TagResource: 1 });
    const entries = (await stored(gateway, 'live', 'orders0002'))?.methodSettings as object;
    // What the other stage does not have is removed, dead keys among it.
    expect(Object.keys(entries).sort()).toEqual(
      ['*/*', '~1/GET', '~1orders/POST', '~1pets/GET', '~1pets~1{petId}/GET'].sort(),
    );
  });

  test('does not copy dead keys, nor tags of AWS', async () => {
    await copy({
      ...staging,
      from: { restApiId: 'orders0002', stageName: 'live' },
      parts: ['METHOD_SETTINGS'],
    });
    expect((await stored(gateway, 'staging'))?.methodSettings).not.toHaveProperty('orders/GET');
    const answer = await copy({
      ...live,
      from: { restApiId: 'billing003', stageName: 'prod' },
      parts: ['TAGS'],
    });
    expect(answer).toMatchObject({ changes: [] });
  });

  test('a dry run sends nothing, and its plan can be expected', async () => {
    const input = { ...staging, from: { stageName: 'dev' }, parts: ['VARIABLES'] };
    const planned = (await copy({ ...input, dryRun: true })) as unknown as { plan: string };
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
    expect(await copy({ ...input, expectedPlan: planned.plan })).toMatchObject({ userErrors: [] });
    expect(await copy({ ...input, expectedPlan: planned.plan })).toMatchObject({
      userErrors: [{ code: 'PRECONDITION_FAILED' }],
    });
  });
});

describe('is refused', () => {
  test('for parts that mean something else in another API', () =>
    expectRefused(
      gateway,
      'copyStageSettings',
      {
        ...live,
        from: { restApiId: 'petstore01', stageName: 'prod' },
        parts: ['TRACING', 'DEPLOYMENT', 'CANARY_SETTINGS', 'DOCUMENTATION_VERSION'],
      },
      [
        { field: ['parts', '1'], says: ['DEPLOYMENT', 'another API'] },
        { field: ['parts', '2'], says: ['CANARY_SETTINGS'] },
        { field: ['parts', '3'], says: ['DOCUMENTATION_VERSION'] },
      ],
    ));

  test('without parts, and with bad names', () =>
    expectRefused(gateway, 'copyStageSettings', { ...live, from: { stageName: 'a/b' }, parts: [] }, [
      { field: ['parts'], says: ['at least one'] },
      { field: ['from', 'stageName'], says: ['a/b'] },
    ]));

  test.each([
    ['in the same API', { stageName: 'nope' }],
    ['in another API', { restApiId: 'petstore01', stageName: 'nope' }],
    ['in an unknown API', { restApiId: 'nope000000', stageName: 'prod' }],
  ])('if there is no such stage %s', async (_, from) => {
    const { userErrors } = await copy({ ...live, from, parts: ['TRACING'] });
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'from'] }]);
    expect(userErrors[0]?.message).toContain(from.stageName);
    expect(gateway.stageApi.calls()).not.toHaveProperty('UpdateStage');
  });

  test('if the changed stage does not exist', async () => {
    const { userErrors } = await copy({
      ...live,
      stageName: 'gone',
      from: { stageName: 'live' },
      parts: ['TRACING'],
    });
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  test('for variables that the caller may not see', async () => {
    const issuer: Issuer = await startIssuer();
    const guarded = await run({ auth: issuer.options });
    const as = async (scope: string, parts: string[]) => {
      const { data } = await guarded.graphql<{
        copyStageSettings: { userErrors: { code: string; field: string[] }[] };
      }>(
        'mutation ($input: CopyStageSettingsInput!) { copyStageSettings(input: $input) { userErrors { code field } } }',
        { input: { ...staging, from: { stageName: 'prod' }, parts, dryRun: true } },
        bearer(await issuer.token(scope)),
      );
      return data.copyStageSettings.userErrors;
    };
    expect(await as('stages:write', ['TRACING', 'VARIABLES'])).toEqual([
      { code: 'INVALID_INPUT', field: ['input', 'parts', '1'] },
    ]);
    // The canary has overrides.
    expect(await as('stages:write', ['CANARY_SETTINGS'])).toEqual([
      { code: 'INVALID_INPUT', field: ['input', 'parts', '0'] },
    ]);
    expect(await as('stages:write stages:variables', ['VARIABLES', 'CANARY_SETTINGS'])).toEqual([]);
    await guarded.close();
  });
});

describe('between targets', () => {
  let fleet: RunningFleet;
  let apis: readonly [EmbeddedStageApi, EmbeddedStageApi];
  beforeAll(async () => {
    apis = [await startStageApi(), await startStageApi()];
    const [home, other] = apis;
    fleet = await startFleet({
      quota: 'account',
      targets: [
        target({ account: PROD, alias: 'prod', region: 'us-east-1', home: true, endpoint: home.url }),
        target({ account: DEV, alias: 'dev', region: 'us-east-1', endpoint: other.url }),
      ],
    });
  });
  const copyFrom = (from: object, parts: string[]) =>
    mutate(fleet, 'copyStageSettings', { account: 'dev', ...staging, from, parts }, FIELDS);

  test("each is read where it is; what is omitted is the changed stage's", async () => {
    for (const api of apis) api.resetCalls();
    const answer = await copyFrom({ account: 'prod', stageName: 'prod' }, [
      'METHOD_SETTINGS',
      'VARIABLES',
      'TAGS',
    ]);
    expect(answer.userErrors).toEqual([]);
    const [home, other] = apis;
    expect(home.calls()).toEqual({ GetStage: 1 });
    expect(other.calls()).toMatchObject({ GetStage: 1, UpdateStage: 1, TagResource: 1 });
    for (const api of apis) api.resetCalls();
    await copyFrom({ stageName: 'dev' }, ['DESCRIPTION']);
    expect(home.calls()).toEqual({});
  });

  test('parts that name resources of an account are refused, and unknown targets', async () => {
    const { userErrors } = await copyFrom({ account: 'prod', stageName: 'prod' }, [
      'ACCESS_LOG_SETTINGS',
      'CLIENT_CERTIFICATE',
      'DEPLOYMENT',
      'TRACING',
    ]);
    expect(userErrors.map(({ field }) => field?.at(-1))).toEqual(['0', '1', '2']);
    expect(
      (await copyFrom({ account: '999999999999', stageName: 'prod' }, ['TRACING'])).userErrors,
    ).toMatchObject([{ code: 'INVALID_INPUT', field: ['input', 'from', 'account'] }]);
  });

  test('differences are between them, too', async () => {
    const { data, errors } = await fleet.graphql(
      `{ stage(restApiId: "petstore01", stageName: "prod") {
        same: differencesFrom(stageName: "prod", account: "dev") { path }
        other: differencesFrom(stageName: "dev", account: "dev", parts: [TRACING]) { part kind path before after redacted }
        none: differencesFrom(stageName: "none", account: "dev") { path }
      } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      stage: {
        same: [],
        other: [
          {
            part: 'TRACING',
            kind: 'CHANGED',
            path: ['tracingEnabled'],
            before: 'false',
            after: 'true',
            redacted: false,
          },
        ],
        none: null,
      },
    });
  });
});

describe('Stage.differencesFrom', () => {
  test('of the same API costs no call, of another one call', async () => {
    const query = (args: string) =>
      `{ stage(restApiId: "petstore01", stageName: "prod") { differencesFrom(${args}) { path } } }`;
    await gateway.graphql(query('stageName: "dev"'));
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
    gateway.stageApi.resetCalls();
    await gateway.graphql(query('stageName: "live", restApiId: "orders0002"'));
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 2 });
  });

  test('an echo of the canary is no difference', async () => {
    const canary = { percentTraffic: 5 };
    for (const [stageName, deploymentId] of [
      ['one', 'dep001'],
      ['two', 'dep002'],
    ]) {
      await mutate(gateway, 'createStage', {
        restApiId: 'petstore01',
        stageName,
        deploymentId,
        canarySettings: canary,
      });
    }
    const query =
      'stage(restApiId: "petstore01", stageName: "one") { differencesFrom(stageName: "two") { path } }';
    expect(await differences(query)).toEqual([{ path: ['deploymentId'] }]);
  });

  test('leaves variables and overrides out for who may not see them', async () => {
    const issuer = await startIssuer();
    const guarded = await run({ auth: issuer.options });
    const parts = async (scope: string) => {
      const { data } = await guarded.graphql<{ stage: { differencesFrom: { path: string[] }[] } }>(
        '{ stage(restApiId: "petstore01", stageName: "prod") { differencesFrom(stageName: "dev", parts: [VARIABLES, CANARY_SETTINGS]) { path } } }',
        {},
        bearer(await issuer.token(scope)),
      );
      return data.stage.differencesFrom.map(({ path }) => path.join(' '));
    };
    const canary = ['deploymentId', 'percentTraffic', 'useStageCache'].map(
      (name) => `canarySettings ${name}`,
    );
    expect(await parts('stages:read')).toEqual(canary);
    expect(await parts('stages:read stages:variables')).toEqual([
      'variables backend',
      'variables featureFlags',
      'variables table',
      ...canary,
      'canarySettings stageVariableOverrides featureFlags',
    ]);
    await guarded.close();
  });
});
