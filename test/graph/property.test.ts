import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSchema } from '../../src/graphql/schema/schema.ts';
import { addresses } from '../support/arbitraries.ts';
import { inputsOf } from '../support/fuzzed-inputs.ts';
import { documentOf, everyMutation, mutate, type MutationName, stored } from '../support/mutations.ts';
import { stateOf, writesOf } from '../support/outcomes.ts';
import { type Running, run } from '../support/run.ts';
import { newEntry } from '../support/stages.ts';
import { inputTypeOf, wholeInputs } from '../support/whole-inputs.ts';

const prod = { restApiId: 'petstore01', stageName: 'prod' };
const bounded = { seed: 20260101, numRuns: 40 };
const broken = { seed: 20260101, numRuns: 25 };

let gateway: Running;
beforeAll(async () => {
  gateway = await run();
});
beforeEach(() => gateway.stageApi.resetCalls());

type Fields = Readonly<Record<string, unknown>>;
const stage = async () => ({ ...(await stored(gateway, 'prod')), lastUpdatedDate: undefined }) as Fields;

/** Makes a valid change, and expects exactly the requested state. */
async function expectExactly(name: MutationName, input: object, expected: (before: Fields) => Fields) {
  const before = await stage();
  const { userErrors } = await mutate(gateway, name, { ...prod, ...input });
  expect(userErrors).toEqual([]);
  expect(await stage()).toEqual({ ...before, ...expected(before) });
}

/** Requests an invalid change, and expects that nothing was sent. */
async function expectNothingSent(name: MutationName, input: object) {
  gateway.stageApi.resetCalls();
  const { userErrors } = await mutate(gateway, name, { ...prod, ...input });
  expect(new Set(userErrors.map(({ code }) => code))).toEqual(new Set(['INVALID_INPUT']));
  expect(gateway.stageApi.calls()).toEqual({});
}

const nullable = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null, freq: 3 });
const optional = <Value extends object>(fields: { [Name in keyof Value]: fc.Arbitrary<Value[Name]> }) =>
  fc.record(fields, { requiredKeys: [] }).filter((some) => Object.keys(some).length > 0);

const throttle = <Value extends number>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof(fc.constant(-1), fc.constant(0), arbitrary);
const settings = optional({
  metricsEnabled: nullable(fc.boolean()),
  loggingLevel: nullable(fc.constantFrom('OFF', 'ERROR', 'INFO')),
  dataTraceEnabled: nullable(fc.boolean()),
  throttlingBurstLimit: nullable(throttle(fc.nat())),
  throttlingRateLimit: nullable(throttle(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }))),
  cachingEnabled: nullable(fc.boolean()),
  cacheTtlInSeconds: nullable(fc.nat(3600)),
  cacheDataEncrypted: nullable(fc.boolean()),
  requireAuthorizationForCacheControl: nullable(fc.boolean()),
  unauthorizedCacheControlHeaderStrategy: nullable(
    fc.constantFrom('FAIL_WITH_403', 'SUCCEED_WITH_RESPONSE_HEADER', 'SUCCEED_WITHOUT_RESPONSE_HEADER'),
  ),
}).map((given) => ({
  ...given,
  ...(given.throttlingBurstLimit === 0 || given.throttlingRateLimit === 0 ? { blockAllTraffic: true } : {}),
}));

/** An entry by its effect: a level that was never set means OFF. */
const effect = (entry: Fields | undefined) =>
  entry && { ...entry, loggingLevel: entry.loggingLevel ?? 'OFF' };

describe('setMethodSetting', () => {
  const keyOf = ({ resourcePath, httpMethod }: { resourcePath: string; httpMethod: string }) =>
    httpMethod === 'ALL' ? '*/*' : `${resourcePath.replaceAll('/', '~1')}/${httpMethod}`;

  test('has exactly the requested effect, and keeps all other effective settings', async () => {
    const few = fc.oneof(
      fc.constantFrom(
        { resourcePath: '*', httpMethod: 'ALL' },
        { resourcePath: '/pets', httpMethod: 'GET' },
        { resourcePath: '/orders', httpMethod: 'POST' },
      ),
      addresses,
    );
    await fc.assert(
      fc.asyncProperty(few, settings, async (address, asked) => {
        const key = keyOf(address);
        const entriesOf = (of: Fields) => of.methodSettings as Readonly<Record<string, Fields>>;
        const before = await stage();
        const { userErrors } = await mutate(gateway, 'setMethodSetting', {
          ...prod,
          ...address,
          settings: asked,
        });
        expect(userErrors).toEqual([]);

        const { blockAllTraffic, ...values } = asked as Fields;
        const initial = (key === '*/*' ? undefined : entriesOf(before)['*/*']) ?? (newEntry as Fields);
        const writes = Object.values(values).some((value) => value !== null);
        const start = entriesOf(before)[key] ?? (writes ? initial : undefined);
        const reset = Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, value ?? initial[name]]),
        );
        const after = await stage();
        expect(effect(entriesOf(after)[key])).toEqual(start && effect({ ...start, ...reset }));
        const { [key]: _, ...others } = entriesOf(before);
        expect({ ...after, methodSettings: { ...entriesOf(after), [key]: undefined } }).toEqual({
          ...before,
          methodSettings: { ...others, [key]: undefined },
        });
      }),
      bounded,
    );
  });

  test('sends nothing if any rule is broken', async () => {
    const faults = fc.constantFrom<(input: { settings: object }) => object>(
      (input) => ({ ...input, resourcePath: 'pets' }),
      (input) => ({ ...input, resourcePath: '/pets/' }),
      (input) => ({ ...input, resourcePath: '/pe ts' }),
      (input) => ({ ...input, resourcePath: '/*', httpMethod: 'GET' }),
      (input) => ({ ...input, resourcePath: '/pets', httpMethod: 'ALL' }),
      (input) => ({ ...input, restApiId: '..' }),
      (input) => ({ ...input, settings: {} }),
      (input) => ({ ...input, settings: { ...input.settings, cacheTtlInSeconds: 3601 } }),
      (input) => ({ ...input, settings: { ...input.settings, throttlingRateLimit: -0.5 } }),
      (input) => ({
        ...input,
        settings: { ...input.settings, throttlingBurstLimit: 0, blockAllTraffic: false },
      }),
    );
    await fc.assert(
      fc.asyncProperty(addresses, settings, faults, (address, asked, breakIt) =>
        expectNothingSent('setMethodSetting', breakIt({ ...address, settings: asked })),
      ),
      broken,
    );
  });
});

const names = ['a', 'b', 'C', '_', 'table', 'backend', 'featureFlags', 'x'.repeat(64), '__proto__'];
const value = fc.string({
  unit: fc.constantFrom(...'aZ0-._~:/?#&=, '.split('')),
  minLength: 1,
  maxLength: 512,
});
/** Names to set and others to remove, at least one. */
const changes = fc
  .record({
    set: fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), value }), {
      selector: ({ name }) => name,
    }),
    remove: fc.uniqueArray(fc.constantFrom(...names, 'nothing')),
  })
  .map(({ set, remove }) => ({
    set,
    remove: remove.filter((gone) => !set.some(({ name }) => name === gone)),
  }))
  .filter(({ set, remove }) => set.length + remove.length > 0);

type Changes = { set: { name: string; value: string }[]; remove: string[] };
const applied = (before: unknown, { set, remove }: Changes) => {
  const after = new Map(Object.entries((before ?? {}) as Record<string, string>));
  for (const name of remove) after.delete(name);
  for (const { name, value: given } of set) after.set(name, given);
  return after.size === 0 ? undefined : Object.fromEntries(after);
};

describe('setStageVariables', () => {
  test('has exactly the requested effect', async () => {
    await fc.assert(
      fc.asyncProperty(changes, (asked) =>
        expectExactly('setStageVariables', asked, ({ variables }) => ({
          variables: applied(variables, asked),
        })),
      ),
      bounded,
    );
  });

  test('sends nothing if any rule is broken', async () => {
    const faults = fc.constantFrom<(asked: Changes) => object>(
      () => ({ set: [], remove: [] }),
      ({ set, remove }) => ({ set: [...set, { name: 'no-name', value: 'x' }], remove }),
      ({ set, remove }) => ({ set: [...set, { name: 'more', value: '' }], remove }),
      ({ set, remove }) => ({ set: [...set, { name: 'more', value: '$LATEST' }], remove }),
      ({ set, remove }) => ({ set: [...set, { name: 'both', value: 'x' }], remove: [...remove, 'both'] }),
      ({ set, remove }) => ({ set, remove: [...remove, 'twice', 'twice'] }),
      ({ set, remove }) => ({ set, remove: [...remove, 'a/b'] }),
    );
    await fc.assert(
      fc.asyncProperty(changes, faults, (asked, breakIt) =>
        expectNothingSent('setStageVariables', breakIt(asked)),
      ),
      broken,
    );
  });
});

const percent = fc.double({ min: 0, max: 100, noNaN: true });
const deployments = ['dep001', 'dep002', 'dep003'];
const canary = fc.record({
  fields: optional({
    deploymentId: fc.constantFrom(...deployments),
    percentTraffic: nullable(percent),
    useStageCache: nullable(fc.boolean()),
  }),
  overrides: changes,
});

describe('setCanarySettings', () => {
  test('has exactly the requested effect', async () => {
    await fc.assert(
      fc.asyncProperty(canary, ({ fields, overrides }) =>
        expectExactly(
          'setCanarySettings',
          { ...fields, setVariableOverrides: overrides.set, removeVariableOverrides: overrides.remove },
          ({ canarySettings }) => {
            const before = canarySettings as Fields;
            return {
              canarySettings: {
                deploymentId: fields.deploymentId ?? before.deploymentId,
                percentTraffic:
                  fields.percentTraffic === undefined ? before.percentTraffic : (fields.percentTraffic ?? 0),
                useStageCache:
                  fields.useStageCache === undefined ? before.useStageCache : (fields.useStageCache ?? false),
                stageVariableOverrides: applied(before.stageVariableOverrides, overrides),
              },
            };
          },
        ),
      ),
      bounded,
    );
  });

  test('sends nothing if any rule is broken', async () => {
    const faults = fc.constantFrom(
      { percentTraffic: -0.001 },
      { percentTraffic: 100.001 },
      { deploymentId: null },
    );
    await fc.assert(
      fc.asyncProperty(canary, faults, ({ fields }, fault) =>
        expectNothingSent('setCanarySettings', { ...fields, ...fault }),
      ),
      broken,
    );
  });
});

const sizes = { SIZE_0_5_GB: '0.5', SIZE_1_6_GB: '1.6', SIZE_237_GB: '237' } as const;
const cluster = fc.oneof(
  fc.record({
    cacheClusterEnabled: fc.constant(true),
    cacheClusterSize: fc.constantFrom(...(Object.keys(sizes) as (keyof typeof sizes)[])),
  }),
  fc.record({ cacheClusterEnabled: nullable(fc.boolean()) }),
);
const own = optional({
  deploymentId: fc.constantFrom(...deployments),
  description: nullable(fc.string({ unit: 'binary', maxLength: 40 })),
  clientCertificateId: nullable(fc.constantFrom('cert01', 'cert-02')),
  documentationVersion: nullable(fc.constant('1.0')),
  tracingEnabled: nullable(fc.boolean()),
});

describe('updateStage', () => {
  test('has exactly the requested effect', async () => {
    await fc.assert(
      fc.asyncProperty(own, fc.option(cluster), fc.option(changes), (fields, sized, variables) =>
        expectExactly('updateStage', { ...fields, ...sized, ...(variables && { variables }) }, (before) => {
          const enabled = sized === null ? before.cacheClusterEnabled : (sized.cacheClusterEnabled ?? false);
          const size =
            sized !== null && 'cacheClusterSize' in sized
              ? sizes[sized.cacheClusterSize]
              : (before.cacheClusterSize ?? '0.5');
          const cleared = Object.entries(fields).map(([name, given]) => [
            name,
            name === 'tracingEnabled' ? (given ?? false) : given === '' ? undefined : (given ?? undefined),
          ]);
          return {
            ...(Object.fromEntries(cleared) as Fields),
            cacheClusterEnabled: enabled,
            cacheClusterSize: enabled === true ? size : undefined,
            cacheClusterStatus: enabled === true ? 'AVAILABLE' : 'NOT_AVAILABLE',
            variables: variables === null ? before.variables : applied(before.variables, variables),
          };
        }),
      ),
      bounded,
    );
  });

  test('sends nothing if any rule is broken', async () => {
    const faults = fc.constantFrom<object>(
      { deploymentId: null },
      { deploymentId: 'a/b' },
      { cacheClusterSize: 'SIZE_118_GB', cacheClusterEnabled: false },
      { cacheClusterSize: null },
      { documentationVersion: '' },
      { clientCertificateId: '' },
      { variables: null },
      { accessLogSettings: { format: '$context.status' } },
      { canarySettings: { percentTraffic: 101 } },
      { methodSettings: [{ resourcePath: 'pets', httpMethod: 'GET', settings: { metricsEnabled: true } }] },
    );
    await fc.assert(
      fc.asyncProperty(own, faults, (fields, fault) =>
        expectNothingSent('updateStage', { ...fields, ...fault }),
      ),
      broken,
    );
  });
});

describe('a dry run', () => {
  const schema = createSchema();

  test.each(everyMutation)('of $name sends no change, for any input', async ({ name }) => {
    const before = await stateOf(gateway);
    let succeeded = 0;
    await fc.assert(
      fc.asyncProperty(inputsOf(inputTypeOf(schema, name), wholeInputs[name]), async (given) => {
        const input: unknown = typeof given === 'object' ? { ...given, dryRun: true } : given;
        const { data } = await gateway.graphql<Record<string, { userErrors: unknown[] } | null> | undefined>(
          documentOf(name),
          { input },
        );
        if (data?.[name]?.userErrors.length === 0) succeeded += 1;
      }),
      bounded,
    );
    expect(writesOf(gateway)).toEqual([]);
    expect(await stateOf(gateway)).toBe(before);
    // Otherwise the test proves nothing.
    expect(succeeded).toBeGreaterThan(0);
  });
});
