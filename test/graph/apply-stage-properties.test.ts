import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sampleData } from '../../src/embedded/state/sample-data.ts';
import { type CutOff, startCutOff } from '../support/cut-off.ts';
import {
  type Definition,
  longDefinitions,
  partialDefinitions,
  wholeDefinitions,
} from '../support/definitions.ts';
import { lookAtDeployments } from '../support/first-looks.ts';
import { mutate, stored } from '../support/mutations.ts';
import { graphqlAt, run, type Running, startGateway } from '../support/run.ts';
import { EVERY_PART, newEntry } from '../support/stages.ts';

const dev = { restApiId: 'petstore01', stageName: 'dev' };
const CHANGES = 'changes { part kind path before after redacted } plan';

let gateway: Running;
let cutOff: CutOff;
beforeAll(async () => {
  const direct = await run();
  cutOff = await startCutOff(direct.stageApi.url);
  const throughIt = await startGateway(cutOff.url, { deadlineMs: 10_000 });
  gateway = { ...direct, url: throughIt.url, graphql: graphqlAt(throughIt.url) };
  await lookAtDeployments(gateway);
});
afterAll(() => gateway.close());

type Fields = Readonly<Record<string, unknown>>;
type Entries = Readonly<Record<string, Fields>>;

/** Everything of the stage that a definition can change. */
async function state(): Promise<Fields> {
  const { lastUpdatedDate, createdDate, cacheClusterStatus, ...others } = (await stored(
    gateway,
    'dev',
  )) as Fields;
  // Without a cluster AWS keeps the size of an earlier one.
  const entries = Object.entries((others.methodSettings ?? {}) as Entries);
  return {
    ...others,
    ...(others.cacheClusterEnabled === true ? {} : { cacheClusterSize: undefined }),
    // A level that was never set means OFF.
    methodSettings: Object.fromEntries(
      entries.map(([key, values]) => [key, { loggingLevel: 'OFF', ...values }]),
    ),
  };
}

const apply = (desired: Definition, input: object = {}) =>
  mutate(gateway, 'applyStage', { ...dev, desired, ...input }, CHANGES);

const keyOf = ({ resourcePath, httpMethod }: { resourcePath: string; httpMethod: string }) =>
  httpMethod === 'ALL' ? '*/*' : `${resourcePath.replaceAll('/', '~1')}/${httpMethod}`;

const sizes: Readonly<Record<string, string>> = { SIZE_0_5_GB: '0.5', SIZE_1_6_GB: '1.6' };

/** Every value that a definition gives is that of the stage, and what it clears is gone. */
async function expectToHold(desired: Definition): Promise<void> {
  const stage = await state();
  const cleared = (value: unknown) => (value === '' || value === undefined ? null : value);
  for (const name of [
    'deploymentId',
    'description',
    'clientCertificateId',
    'documentationVersion',
  ] as const) {
    if (desired[name] !== undefined) expect([name, cleared(stage[name])]).toEqual([name, desired[name]]);
  }
  for (const name of ['tracingEnabled', 'cacheClusterEnabled'] as const) {
    if (desired[name] !== undefined) expect([name, stage[name] ?? false]).toEqual([name, desired[name]]);
  }
  if (desired.cacheClusterSize != null) expect(stage.cacheClusterSize).toBe(sizes[desired.cacheClusterSize]);
  if (desired.accessLogSettings !== undefined) {
    expect(stage.accessLogSettings ?? null).toEqual(desired.accessLogSettings);
  }
  const mapOf = (list: readonly { name: string; value: string }[]) =>
    Object.fromEntries(list.map(({ name, value }) => [name, value]));
  if (desired.variables === null) expect(stage.variables ?? {}).toEqual({});
  else expect(stage.variables ?? {}).toMatchObject(mapOf(desired.variables ?? []));
  if (desired.tags === null) expect(stage.tags ?? {}).toEqual({});
  else {
    const tags = (desired.tags ?? []).map(({ key, value }) => ({ name: key, value }));
    expect(stage.tags ?? {}).toMatchObject(mapOf(tags));
  }
  if (desired.canarySettings === null) expect(stage.canarySettings).toBeUndefined();
  else if (desired.canarySettings !== undefined) {
    const { stageVariableOverrides, ...given } = desired.canarySettings;
    const overrides = stageVariableOverrides ?? [];
    expect(stage.canarySettings).toMatchObject({
      ...given,
      ...(overrides.length === 0 ? {} : { stageVariableOverrides: mapOf(overrides) }),
    });
  }
  const entries = (stage.methodSettings ?? {}) as Entries;
  if (desired.methodSettings === null) expect(entries).toEqual({});
  for (const { settings, ...address } of desired.methodSettings ?? []) {
    const { blockAllTraffic, ...given } = settings;
    expect({ loggingLevel: 'OFF', ...entries[keyOf(address)] }).toMatchObject(given);
  }
}

test('a definition holds after it was applied, and a second time nothing is sent', async () => {
  await fc.assert(
    fc.asyncProperty(partialDefinitions, partialDefinitions, async (one, other) => {
      for (const definition of [one, other]) {
        expect(await apply(definition)).toMatchObject({ userErrors: [] });
        await expectToHold(definition);
        gateway.stageApi.resetCalls();
        expect(await apply(definition)).toMatchObject({ userErrors: [], changes: [], patchOperations: [] });
        expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
      }
    }),
    { seed: 23, numRuns: 60 },
  );
});

test('with all parts replaced, A after B is what A was before B', async () => {
  const replace = EVERY_PART;
  await fc.assert(
    fc.asyncProperty(wholeDefinitions, fc.oneof(wholeDefinitions, longDefinitions), async (one, other) => {
      expect(await apply(one, { replace })).toMatchObject({ userErrors: [] });
      const first = await state();
      await expectToHold(one);
      expect(await apply(other, { replace })).toMatchObject({ userErrors: [] });
      await expectToHold(other);
      expect(await apply(one, { replace })).toMatchObject({ userErrors: [] });
      expect(await state()).toEqual(first);
      expect(await apply(one, { replace })).toMatchObject({ changes: [] });
    }),
    { seed: 24, numRuns: 30 },
  );
}, 120_000);

test('a dry run shows exactly what is then done', async () => {
  await fc.assert(
    fc.asyncProperty(partialDefinitions, async (desired) => {
      const planned = await apply(desired, { dryRun: true });
      const { plan, changes, patchOperations } = planned as unknown as Fields & { plan: string };
      const done = await apply(desired, { expectedPlan: plan });
      expect(done).toMatchObject({ userErrors: [], plan, changes, patchOperations });
    }),
    { seed: 25, numRuns: 30 },
  );
});

/** What a client of a method is limited to. */
const throttleOf = (stage: Fields, key: string): string => {
  const entries = (stage.methodSettings ?? {}) as Entries;
  const { throttlingRateLimit, throttlingBurstLimit } =
    entries[key] ?? entries['*/*'] ?? (newEntry as Fields);
  return `${String(throttlingRateLimit)}/${String(throttlingBurstLimit)}`;
};

interface Served {
  readonly deploymentId: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly canarySettings?: {
    readonly deploymentId: string;
    readonly percentTraffic: number;
    readonly stageVariableOverrides?: Readonly<Record<string, string>>;
  };
}

/** What the canary's requests get. */
const canaryOf = ({ canarySettings: canary }: Served): string =>
  JSON.stringify([canary?.deploymentId, Object.entries(canary?.stageVariableOverrides ?? {}).sort()]);

const keys = ['~1pets/GET', '~1pets/POST', '~1pets~1{petId}/GET', '~1pets/PUT', '~1/GET', '~1many1/GET'];

/** What is wrong with a state between two others. */
function unsound(before: Fields, between: Fields, after: Fields): string[] {
  const [from, at, to] = [before, between, after] as unknown as [Served, Served, Served];
  const changes = from.deploymentId !== to.deploymentId;
  const missingOf = ({ deploymentId, variables = {} }: Served): string[] =>
    Object.keys(variables).filter(
      (name) => changes && at.deploymentId === deploymentId && at.variables?.[name] === undefined,
    );
  const lacking = [...missingOf(from), ...missingOf(to)];
  const lifted = keys.filter(
    (key) =>
      throttleOf(before, key) === throttleOf(after, key) &&
      throttleOf(between, key) !== throttleOf(before, key),
  );
  const hasTraffic = (at.canarySettings?.percentTraffic ?? 0) > 0;
  const isStrange = hasTraffic && ![canaryOf(from), canaryOf(to)].includes(canaryOf(at));
  return [
    ...lacking.map((name) => `serves a deployment without its variable ${name}`),
    ...lifted.map((key) => `has another throttle for ${key}`),
    ...(isStrange ? ['sends traffic to a strange canary'] : []),
  ];
}

/** Applies one definition after the other, and gives what is wrong after each call of the second. */
async function unsoundBetween(one: Definition, other: Definition): Promise<string[]> {
  const replace = EVERY_PART;
  expect(await apply(one, { replace })).toMatchObject({ userErrors: [] });
  const before = await state();
  const between: Fields[] = [];
  cutOff.onWrite(async () => void between.push(await state()));
  expect(await apply(other, { replace })).toMatchObject({ userErrors: [] });
  cutOff.onWrite(() => Promise.resolve());
  expect(between.length).toBeGreaterThan(1);
  const after = await state();
  return between.flatMap((each) => unsound(before, each, after));
}

const listOf = (length: number, value: string) =>
  Array.from({ length }, (_, index) => ({ name: `name${index}`, value }));
const settings = { throttlingRateLimit: 100, throttlingBurstLimit: 50 };
const entry = (httpMethod: 'ALL' | 'GET', resourcePath: string, values: object) => ({
  httpMethod,
  resourcePath,
  settings: values,
});
const manyEntries = Array.from({ length: 40 }, (_, index) =>
  entry('GET', `/many${index}`, {
    ...settings,
    throttlingRateLimit: 7,
    cacheTtlInSeconds: 8,
    metricsEnabled: true,
  }),
);
const first: Definition = {
  deploymentId: 'dep001',
  variables: [],
  methodSettings: [entry('ALL', '*', settings)],
};

describe('a change of several calls is sound after each of them', () => {
  test.each<[string, Definition, Definition]>([
    [
      'a method keeps its throttle while the default entry loses its own',
      first,
      {
        ...first,
        methodSettings: [
          entry('ALL', '*', { throttlingRateLimit: -1, throttlingBurstLimit: -1 }),
          ...manyEntries,
          entry('GET', '/pets', settings),
        ],
      },
    ],
    [
      'a method keeps its throttle while its entry goes',
      { ...first, methodSettings: [...manyEntries, entry('GET', '/pets', settings)] },
      { ...first, methodSettings: [entry('ALL', '*', settings)], variables: listOf(79, 'a') },
    ],
    [
      'a method keeps its throttle while the default entry goes',
      first,
      { ...first, methodSettings: [...manyEntries, entry('GET', '/pets', settings)] },
    ],
    [
      'a method keeps its throttle while the default entry, and with it the level of the log, goes',
      { ...first, methodSettings: [entry('ALL', '*', { ...settings, loggingLevel: 'ERROR' })] },
      { ...first, methodSettings: [...manyEntries, entry('GET', '/pets', settings)] },
    ],
    [
      'the new deployment has its variables',
      first,
      { ...first, deploymentId: 'dep002', variables: listOf(90, 'a') },
    ],
    [
      'the new deployment has its variables while old ones go',
      { ...first, variables: listOf(45, 'a') },
      {
        ...first,
        deploymentId: 'dep002',
        variables: Array.from({ length: 45 }, (_, index) => ({ name: `other${index}`, value: 'b' })),
      },
    ],
    [
      'another canary gets no traffic before it is complete',
      { ...first, canarySettings: { deploymentId: 'dep002', percentTraffic: 50 } },
      {
        ...first,
        canarySettings: {
          deploymentId: 'dep003',
          percentTraffic: 10,
          stageVariableOverrides: listOf(90, 'a'),
        },
      },
    ],
    [
      'a first canary gets no traffic before it is complete',
      first,
      {
        ...first,
        canarySettings: {
          deploymentId: 'dep003',
          percentTraffic: 10,
          stageVariableOverrides: listOf(90, 'a'),
        },
      },
    ],
  ])('%s', async (_, one, other) => {
    expect(await unsoundBetween(one, other)).toEqual([]);
  });

  test('whatever the definitions', async () => {
    await fc.assert(
      fc.asyncProperty(longDefinitions, longDefinitions, async (one, other) => {
        expect(await unsoundBetween(one, other)).toEqual([]);
      }),
      { seed: 26, numRuns: 15 },
    );
  }, 120_000);
});

test.each([
  ['is denied', false],
  ['is executed, but not answered', true],
])(
  'cut off by a call that %s, the same input again completes it',
  async (_, executes) => {
    const replace = EVERY_PART;
    await fc.assert(
      fc.asyncProperty(longDefinitions, fc.nat(4), async (desired, writes) => {
        await gateway.stageApi.load(sampleData);
        cutOff.allow(writes, executes);
        const cut = await apply(desired, { replace });
        const expected = writes === 0 ? ['ACCESS_DENIED', 'OUTCOME_UNKNOWN'] : ['PARTIALLY_APPLIED'];
        expect([undefined, ...expected]).toContain(cut.userErrors[0]?.code);
        cutOff.allow(Infinity);
        expect(await apply(desired, { replace })).toMatchObject({ userErrors: [] });
        await expectToHold(desired);
        expect(await apply(desired, { replace })).toMatchObject({ changes: [] });
      }),
      { seed: 27, numRuns: 12 },
    );
  },
  120_000,
);
