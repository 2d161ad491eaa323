import { describe, expect, test } from '@jest/globals';
import type { MethodSettingInput } from '../../../../src/__generated__/types.ts';
import type { PatchPlan } from '../../../../src/datasources/stages/plans/patch-plan.ts';
import {
  planMethodSetting,
  planMethodSettings,
} from '../../../../src/datasources/stages/plans/plan-method-settings.ts';
import type { StageModel } from '../../../../src/datasources/stages/wire/model.ts';
import { newEntry, stageWith } from '../../../support/stages.ts';

const pets = { resourcePath: '/pets', httpMethod: 'GET' } as const;
const shared = { resourcePath: '*', httpMethod: 'ALL' } as const;

/** The operations of a plan, as `path=value` or `-path`. */
function sent(plan: PatchPlan, stage: StageModel): string[] {
  expect(plan.problems).toEqual([]);
  const translation = plan.readsFirst ? plan.translate(stage) : plan.translate();
  if ('refusal' in translation) throw new Error('refused');
  return translation.operations.map((operation) =>
    'value' in operation ? `${operation.path}=${operation.value}` : `-${operation.path}`,
  );
}

const set = (settings: MethodSettingInput, stage = stageWith(), method: typeof pets | typeof shared = pets) =>
  sent(planMethodSetting({ ...method, settings }, ['input']), stage);

/** The nine other settings of a new entry, written again. */
const rest = (key: string) => [
  `/${key}/metrics/enabled=false`,
  `/${key}/logging/dataTrace=false`,
  `/${key}/throttling/burstLimit=5000`,
  `/${key}/throttling/rateLimit=10000.0`,
  `/${key}/caching/enabled=false`,
  `/${key}/caching/ttlInSeconds=300`,
  `/${key}/caching/dataEncrypted=false`,
  `/${key}/caching/requireAuthorizationForCacheControl=true`,
  `/${key}/caching/unauthorizedCacheControlHeaderStrategy=SUCCEED_WITH_RESPONSE_HEADER`,
];
const without = (setting: string, operations: string[]) =>
  operations.filter((operation) => !operation.includes(setting));

describe('a reset of one setting', () => {
  test('reads the stage first; other changes do not', () => {
    const plans = [
      { metricsEnabled: null },
      { metricsEnabled: true },
      { blockAllTraffic: null, cachingEnabled: true },
    ];
    expect(plans.map((settings) => planMethodSetting({ ...pets, settings }, ['input']).readsFirst)).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('removes the whole entry and writes the nine other settings again, in the same call', () => {
    const stage = stageWith({ methodSettings: { '~1pets/GET': { ...newEntry, loggingLevel: 'INFO' } } });
    expect(set({ throttlingRateLimit: null }, stage)).toEqual([
      '-/~1pets/GET',
      '/~1pets/GET/metrics/enabled=false',
      '/~1pets/GET/logging/loglevel=INFO',
      ...without('rateLimit', without('metrics', rest('~1pets/GET'))),
    ]);
  });

  test('keeps a level unset if no level would be copied into it', () => {
    const stage = stageWith({ methodSettings: { '~1pets/GET': newEntry, '*/*': newEntry } });
    expect(set({ metricsEnabled: null }, stage)).toEqual([
      '-/~1pets/GET',
      ...without('metrics', rest('~1pets/GET')),
    ]);
  });

  test("writes OFF for a level that was never set if the stage's default entry has a level", () => {
    const stage = stageWith({
      methodSettings: { '~1pets/GET': newEntry, '*/*': { ...newEntry, loggingLevel: 'ERROR' } },
    });
    expect(set({ metricsEnabled: null }, stage)).toEqual([
      '-/~1pets/GET',
      '/~1pets/GET/logging/loglevel=OFF',
      ...without('metrics', rest('~1pets/GET')),
    ]);
  });

  test('of the level itself writes no level', () => {
    const stage = stageWith({ methodSettings: { '~1pets/GET': { ...newEntry, loggingLevel: 'INFO' } } });
    expect(set({ loggingLevel: null }, stage)).toEqual(['-/~1pets/GET', ...rest('~1pets/GET')]);
  });

  test('can be combined with changes of other settings', () => {
    const stage = stageWith({ methodSettings: { '*/*': newEntry } });
    expect(set({ metricsEnabled: null, throttlingBurstLimit: 7 }, stage, shared)).toEqual([
      '-/*/*',
      ...without('metrics', rest('*/*')).map((operation) => operation.replace('5000', '7')),
    ]);
  });

  test('does nothing without an entry; other settings are written', () => {
    expect(set({ metricsEnabled: null })).toEqual([]);
    expect(set({ metricsEnabled: null, cachingEnabled: true })).toEqual(['/~1pets/GET/caching/enabled=true']);
  });

  test('of all settings creates the entry again, as a copy of the default entry', () => {
    const all = Object.fromEntries([...Object.keys(newEntry), 'loggingLevel'].map((name) => [name, null]));
    const entries = { '~1pets/GET': newEntry, '*/*': { ...newEntry, metricsEnabled: true } };
    expect(set(all, stageWith({ methodSettings: entries }))).toEqual([
      '-/~1pets/GET',
      '/~1pets/GET/metrics/enabled=true',
    ]);
    expect(set(all, stageWith({ methodSettings: { '~1pets/GET': newEntry } }))).toEqual([
      '-/~1pets/GET',
      '/~1pets/GET/metrics/enabled=false',
    ]);
  });
});

describe('the settings of several methods', () => {
  test('are sent in the given order', () => {
    const inputs = [
      { ...pets, settings: { throttlingBurstLimit: 1 } },
      { ...shared, settings: { metricsEnabled: true } },
    ];
    expect(sent(planMethodSettings(inputs, ['input']), stageWith())).toEqual([
      '/~1pets/GET/throttling/burstLimit=1',
      '/*/*/metrics/enabled=true',
    ]);
  });

  test('are combined: a level that the same call sets on the default entry is not copied into a reset entry', () => {
    const inputs = [
      { ...shared, settings: { loggingLevel: 'INFO' as const } },
      { ...pets, settings: { metricsEnabled: null } },
    ];
    const stage = stageWith({ methodSettings: { '~1pets/GET': newEntry } });
    expect(sent(planMethodSettings(inputs, ['input']), stage)).toContain('/~1pets/GET/logging/loglevel=OFF');
  });

  test('contain each method once', () => {
    const twice = { ...pets, settings: { metricsEnabled: true } };
    const { problems } = planMethodSettings([twice, { ...twice, httpMethod: 'PUT' }, twice], ['input', 'x']);
    expect(problems).toEqual([
      { field: ['input', 'x', '2'], message: expect.stringContaining('GET /pets appears twice') },
    ]);
  });
});

describe('a throttle of 0', () => {
  const problems = (settings: MethodSettingInput) =>
    planMethodSetting({ ...pets, settings }, ['input']).problems;

  test.each<[MethodSettingInput, string[]]>([
    [{ throttlingRateLimit: 0 }, ['throttlingRateLimit']],
    [{ throttlingRateLimit: -0 }, ['throttlingRateLimit']],
    [
      { throttlingBurstLimit: 0, throttlingRateLimit: 0, blockAllTraffic: false },
      ['throttlingBurstLimit', 'throttlingRateLimit'],
    ],
    [{ throttlingBurstLimit: 0, blockAllTraffic: null }, ['throttlingBurstLimit']],
    [{ throttlingBurstLimit: 1, blockAllTraffic: true }, ['blockAllTraffic']],
    [{ throttlingBurstLimit: null, blockAllTraffic: true }, ['blockAllTraffic']],
  ])('%j is refused at %j', (settings, fields) => {
    expect(problems(settings)).toEqual(
      fields.map((field) => ({
        field: ['input', 'settings', field],
        message: expect.stringMatching(/blockAllTraffic/),
      })),
    );
  });

  test.each<MethodSettingInput>([
    { throttlingBurstLimit: 0, blockAllTraffic: true },
    { throttlingRateLimit: 0, throttlingBurstLimit: 5, blockAllTraffic: true },
  ])('%j is accepted', (settings) => {
    expect(problems(settings)).toEqual([]);
  });
});
