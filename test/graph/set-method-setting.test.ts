import { beforeAll, describe, expect, test } from '@jest/globals';
import { lookAtDeployments } from '../support/first-looks.ts';
import { expectRefused, mutate, type Refusal, replaced, stored } from '../support/mutations.ts';
import { run, sentPatches, useGateway } from '../support/run.ts';
import { liveWithKeys } from '../support/sample-states.ts';
import { newEntry } from '../support/stages.ts';

const prodPets = { restApiId: 'petstore01', stageName: 'prod', resourcePath: '/pets', httpMethod: 'GET' };
const stageDefault = { resourcePath: '*', httpMethod: 'ALL' };
const SETTING =
  'stage { methodSetting(resourcePath: "/pets", httpMethod: GET) { throttlingRateLimit throttlingBurstLimit } }';

interface WithSetting {
  stage: { methodSetting: { throttlingRateLimit: number; throttlingBurstLimit: number } | null } | null;
}

const gateway = useGateway();
beforeAll(() => lookAtDeployments(gateway));

const set = (input: object) => mutate<WithSetting>(gateway, 'setMethodSetting', input, SETTING);
const entry = async (key: string, stageName = 'prod', restApiId = 'petstore01') => {
  const stage = await stored(gateway, stageName, restApiId);
  return (stage?.methodSettings as Record<string, unknown>)[key];
};
const codesOf = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code);

/** All settings but `metricsEnabled`, in another order than the patch operations. */
const nineSettings = {
  unauthorizedCacheControlHeaderStrategy: 'FAIL_WITH_403',
  requireAuthorizationForCacheControl: false,
  cacheDataEncrypted: true,
  cacheTtlInSeconds: 0,
  cachingEnabled: true,
  throttlingRateLimit: 0.5,
  throttlingBurstLimit: -1,
  dataTraceEnabled: true,
  loggingLevel: 'INFO',
};

describe('setMethodSetting', () => {
  test('throttles one method in one UpdateStage call, and returns the new stage', async () => {
    const answer = await set({
      ...prodPets,
      settings: { throttlingRateLimit: 25, throttlingBurstLimit: 10 },
    });

    expect(answer.userErrors).toEqual([]);
    expect(answer.stage?.methodSetting).toEqual({ throttlingRateLimit: 25, throttlingBurstLimit: 10 });
    expect(sentPatches(gateway)).toEqual([
      [
        { op: 'replace', path: '/~1pets/GET/throttling/burstLimit', value: '10' },
        { op: 'replace', path: '/~1pets/GET/throttling/rateLimit', value: '25.0' },
      ],
    ]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
  });

  test.each([
    ['/', 'GET', '~1/GET'],
    ['/pets/{petId}/toys', 'POST', '~1pets~1{petId}~1toys/POST'],
    ['/{proxy+}', 'HEAD', '~1{proxy+}/HEAD'],
    ['*', 'ALL', '*/*'],
  ])('reaches %s with %s under the key %s', async (resourcePath, httpMethod, key) => {
    const settings = { throttlingBurstLimit: 7 };
    const { userErrors } = await set({ ...prodPets, resourcePath, httpMethod, settings });
    expect(userErrors).toEqual([]);
    expect(await entry(key)).toMatchObject({ throttlingBurstLimit: 7 });
  });

  test("creates a new entry as a copy of the stage's default entry with the given settings", async () => {
    await set({ ...prodPets, httpMethod: 'PUT', settings: { throttlingBurstLimit: 7 } });
    expect(await entry('~1pets/PUT')).toEqual({
      ...((await entry('*/*')) as object),
      throttlingBurstLimit: 7,
    });
  });

  test('sets all ten at once, in a fixed order', async () => {
    const settings = { ...nineSettings, metricsEnabled: true };
    const { patchOperations } = await set({ ...prodPets, settings });
    expect(patchOperations).toEqual([
      replaced('/~1pets/GET/metrics/enabled', 'true'),
      replaced('/~1pets/GET/logging/loglevel', 'INFO'),
      replaced('/~1pets/GET/logging/dataTrace', 'true'),
      replaced('/~1pets/GET/throttling/burstLimit', '-1'),
      replaced('/~1pets/GET/throttling/rateLimit', '0.5'),
      replaced('/~1pets/GET/caching/enabled', 'true'),
      replaced('/~1pets/GET/caching/ttlInSeconds', '0'),
      replaced('/~1pets/GET/caching/dataEncrypted', 'true'),
      replaced('/~1pets/GET/caching/requireAuthorizationForCacheControl', 'false'),
      replaced('/~1pets/GET/caching/unauthorizedCacheControlHeaderStrategy', 'FAIL_WITH_403'),
    ]);
    expect(await entry('~1pets/GET')).toEqual(settings);
  });

  test('blocks a method with blockAllTraffic, and warns', async () => {
    const settings = { throttlingRateLimit: 0, throttlingBurstLimit: 0, blockAllTraffic: true };
    const { userErrors, warnings } = await set({ ...prodPets, settings });
    expect(userErrors).toEqual([]);
    expect(codesOf(warnings)).toEqual(['ALL_TRAFFIC_BLOCKED']);
    expect(warnings[0]?.message).toContain('GET /pets');
    expect(await entry('~1pets/GET')).toMatchObject({ throttlingRateLimit: 0, throttlingBurstLimit: 0 });
  });
});

const verbs = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

describe('ANY', () => {
  test('writes the settings of the seven verbs in one call, because AWS has none for ANY', async () => {
    const settings = { throttlingRateLimit: 25, throttlingBurstLimit: 10 };
    const answer = await set({ ...prodPets, httpMethod: 'ANY', settings });
    expect(answer.userErrors).toEqual([]);
    expect(sentPatches(gateway)).toEqual([
      verbs.flatMap((verb) => [
        { op: 'replace', path: `/~1pets/${verb}/throttling/burstLimit`, value: '10' },
        { op: 'replace', path: `/~1pets/${verb}/throttling/rateLimit`, value: '25.0' },
      ]),
    ]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
    for (const verb of verbs) expect(await entry(`~1pets/${verb}`)).toMatchObject(settings);
    expect(await entry('~1pets/ANY')).toBeUndefined();
  });

  test('resets the verbs that have an entry, after one read', async () => {
    await set({ ...prodPets, httpMethod: 'PUT', settings: { throttlingBurstLimit: 7 } });
    gateway.stageApi.resetCalls();
    const { userErrors } = await set({
      ...prodPets,
      httpMethod: 'ANY',
      settings: { throttlingBurstLimit: null },
    });
    expect(userErrors).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1 });
    for (const verb of ['GET', 'PUT'])
      expect(await entry(`~1pets/${verb}`)).toMatchObject({ throttlingBurstLimit: 500 });
    expect(await entry('~1pets/POST')).toBeUndefined();
  });

  test('fits into one call with all ten settings, even if every entry is rebuilt', async () => {
    await set({ ...prodPets, httpMethod: 'ANY', settings: { ...nineSettings, metricsEnabled: false } });
    const again = await set({
      ...prodPets,
      httpMethod: 'ANY',
      settings: { ...nineSettings, metricsEnabled: null },
    });
    expect(again.userErrors).toEqual([]);
    for (const verb of verbs)
      expect(await entry(`~1pets/${verb}`)).toEqual({ ...nineSettings, metricsEnabled: true });
  });

  test('has one warning for all verbs, and one for a dead entry for ANY', async () => {
    const withDead = await run({ stageApi: { state: liveWithKeys('~1admin/ANY') } });
    try {
      const input = { restApiId: 'orders0002', stageName: 'live', resourcePath: '/admin', httpMethod: 'ANY' };
      const settings = { throttlingRateLimit: 0, blockAllTraffic: true };
      const { warnings } = await mutate(withDead, 'setMethodSetting', { ...input, settings });
      // The deployment of `live` is older than /admin.
      expect(codesOf(warnings)).toEqual(['ALL_TRAFFIC_BLOCKED', 'DEAD_KEY', 'NO_SUCH_METHOD']);
      expect(warnings[0]?.message).toContain('DELETE /admin, GET /admin');
      expect(warnings[1]?.message).toContain('"~1admin/ANY"');
    } finally {
      await withDead.close();
    }
  });
});

describe('a null in settings', () => {
  test('resets this setting to the default, after one read, and keeps the nine others', async () => {
    const before = (await entry('~1pets/GET')) as object;
    const { userErrors } = await set({ ...prodPets, settings: { throttlingRateLimit: null } });
    expect(userErrors).toEqual([]);
    expect(await entry('~1pets/GET')).toEqual({ ...before, throttlingRateLimit: 1000 });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1 });
  });

  test("keeps logging off if it was never on, although the stage's default entry logs", async () => {
    const post = { ...prodPets, resourcePath: '/orders', httpMethod: 'POST' };
    await set({ ...post, settings: { metricsEnabled: null } });
    expect(await entry('~1orders/POST')).toEqual({ ...newEntry, metricsEnabled: true, loggingLevel: 'OFF' });
  });

  test("of the stage's default entry resets to AWS's default", async () => {
    const before = (await entry('*/*')) as object;
    await set({ ...prodPets, ...stageDefault, settings: { loggingLevel: null, throttlingBurstLimit: null } });
    const { loggingLevel, ...others } = before as { loggingLevel: string };
    expect(loggingLevel).toBe('ERROR');
    expect(await entry('*/*')).toEqual({ ...others, throttlingBurstLimit: 5000 });
  });

  test('succeeds without a call if the method has no entry', async () => {
    const answer = await set({ ...prodPets, httpMethod: 'HEAD', settings: { loggingLevel: null } });
    expect(answer).toMatchObject({ userErrors: [], patchOperations: [], stage: { methodSetting: {} } });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });
});

describe('setMethodSetting warns', () => {
  test('about caching without a cluster', async () => {
    const { warnings } = await set({ ...prodPets, stageName: 'dev', settings: { cachingEnabled: true } });
    expect(codesOf(warnings)).toEqual(['CACHING_WITHOUT_CLUSTER']);
    expect(warnings[0]?.message).toMatch(/GET \/pets.*no cache cluster/);
  });

  test('about full request data in the log', async () => {
    const { warnings } = await set({ ...prodPets, settings: { dataTraceEnabled: true } });
    expect(codesOf(warnings)).toEqual(['FULL_REQUEST_DATA_LOGGED']);
    expect(warnings[0]?.message).toMatch(/GET \/pets.*personal data/);
  });

  test('about a dead entry beside the entry that it sets', async () => {
    const live = { restApiId: 'orders0002', stageName: 'live', resourcePath: '/orders', httpMethod: 'GET' };
    const { warnings } = await set({ ...live, settings: { metricsEnabled: true } });
    expect(codesOf(warnings)).toEqual(['DEAD_KEY']);
    expect(warnings[0]?.message).toContain('"orders/GET"');
  });

  test('in a dry run, too, and not without a reason', async () => {
    const settings = { dataTraceEnabled: true, cachingEnabled: true };
    const dryRun = await set({ ...prodPets, stageName: 'dev', settings, dryRun: true });
    expect(codesOf(dryRun.warnings)).toEqual(['CACHING_WITHOUT_CLUSTER', 'FULL_REQUEST_DATA_LOGGED']);
    const fine = await set({ ...prodPets, settings: { cachingEnabled: true, dataTraceEnabled: false } });
    expect(fine.warnings).toEqual([]);
  });
});

const at = (...field: string[]) => ['settings', ...field];
const path = (says: string): Refusal => ({ field: ['resourcePath'], says: ['resourcePath', says] });
const invalid: readonly (readonly [object, ...Refusal[]])[] = [
  [{ settings: {} }, { field: at(), says: ['settings must change at least one value'] }],
  [{ settings: { blockAllTraffic: false } }, { field: at(), says: ['at least one value'] }],
  [{ resourcePath: 'pets' }, path('must start with "/" (or be "*"), not "pets"')],
  [{ resourcePath: '' }, path('must start with "/"')],
  [{ resourcePath: '/pets/' }, path('must not end with "/", not "/pets/"')],
  [{ resourcePath: '/a//b' }, path('must not have an empty segment, not "/a//b"')],
  [{ resourcePath: '/a b' }, path('must not contain spaces')],
  [{ resourcePath: '/~1pets~1{petId}' }, path('use "/pets/{petId}"')],
  [{ resourcePath: '~1pets' }, path('use "/pets"')],
  [{ resourcePath: '/a~b' }, path('must not contain "~", not "/a~b"')],
  [{ resourcePath: '/pets/*' }, path('must not contain spaces, control characters or "*"')],
  [{ resourcePath: '*' }, path('"*" and httpMethod ALL must be used together')],
  [{ httpMethod: 'ALL' }, path('"*" and httpMethod ALL must be used together')],
  [{ resourcePath: '*', httpMethod: 'ANY' }, path('"*" and httpMethod ALL must be used together')],
  [{ resourcePath: 'pets', httpMethod: 'ANY' }, path('must start with "/"')],
  [
    { settings: { throttlingRateLimit: 0 } },
    { field: at('throttlingRateLimit'), says: ['throttlingRateLimit 0', 'blockAllTraffic: true'] },
  ],
  [
    { settings: { throttlingBurstLimit: 5, blockAllTraffic: true } },
    { field: at('blockAllTraffic'), says: ['blockAllTraffic', 'throttle of 0'] },
  ],
  [
    { settings: { throttlingBurstLimit: -2, throttlingRateLimit: -0.5, cacheTtlInSeconds: 3601 } },
    { field: at('throttlingBurstLimit'), says: ['throttlingBurstLimit must be 0 or more, or -1', 'not -2'] },
    { field: at('throttlingRateLimit'), says: ['throttlingRateLimit must be 0 or more, or -1', '-0.5'] },
    { field: at('cacheTtlInSeconds'), says: ['cacheTtlInSeconds must be 0 to 3600 seconds, not 3601'] },
  ],
  [
    { restApiId: '.', resourcePath: 'x', settings: { cacheTtlInSeconds: -1 }, dryRun: true },
    { field: ['restApiId'], says: ['restApiId', '"."'] },
    path('must start with "/"'),
    { field: at('cacheTtlInSeconds'), says: ['not -1'] },
  ],
];

test.each(invalid)('setMethodSetting refuses %j, and sends nothing', (input, ...refusals) =>
  expectRefused(
    gateway,
    'setMethodSetting',
    { ...prodPets, settings: { metricsEnabled: true }, ...input },
    refusals,
  ),
);

test('values that are not numbers, or too large, are refused by GraphQL', async () => {
  for (const throttlingRateLimit of ['NaN', '1e999', true]) {
    const { data, errors } = await gateway.graphql(
      'mutation ($input: SetMethodSettingInput!) { setMethodSetting(input: $input) { userErrors { code } } }',
      { input: { ...prodPets, settings: { throttlingRateLimit } } },
    );
    expect(data).toBeUndefined();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  }
  expect(gateway.stageApi.calls()).toEqual({});
});
