import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { changeElsewhere } from '../support/another-tool.ts';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { until } from '../support/polling.ts';
import { type Running, run } from '../support/run.ts';

const REVERT = `mutation ($input: RevertStageInput!) { revertStage(input: $input) {
  warnings { code message } userErrors { code message } } }`;
const READ = '{ stage(restApiId: "petstore01", stageName: "prod") { revision } }';
const STORED =
  '{ stageInventory(where: { restApiIds: ["petstore01"], stageNames: ["prod"] }) { nodes { revision } } }';

interface Reverted {
  readonly warnings: readonly { code: string; message: string }[];
  readonly userErrors: readonly { code: string; message: string }[];
}

/** What another tool changes after the revision. */
const changesElsewhere = {
  'the description': '/description',
  'a variable': '/variables/backend',
  'an override': '/canarySettings/stageVariableOverrides/featureFlags',
} as const;
type Changed = keyof typeof changesElsewhere;
const everything = Object.keys(changesElsewhere) as Changed[];

const parts = { 'by default': undefined, VARIABLES: ['VARIABLES'], CANARY_SETTINGS: ['CANARY_SETTINGS'] };
type Parts = keyof typeof parts;

type Row = readonly [key: boolean, sees: boolean, changed: Changed, parts: Parts, outcome: string];

const restored = (key: boolean, changed: Changed, of: Parts): Row => [key, true, changed, of, 'restored'];
/** Who may not see values learns the same, whether they are known and whatever has changed. */
const unseen = (key: boolean, changed: Changed): Row[] => [
  [key, false, changed, 'by default', 'NOT_RESTORED backend, featureFlags, table'],
  [key, false, changed, 'VARIABLES', 'INVALID_INPUT may not be seen by the caller'],
  [key, false, changed, 'CANARY_SETTINGS', 'INVALID_INPUT featureFlags'],
];

const rows: Row[] = [
  ...everything.flatMap((changed) =>
    (Object.keys(parts) as Parts[]).map((of) => restored(true, changed, of)),
  ),
  restored(false, 'the description', 'by default'),
  restored(false, 'the description', 'VARIABLES'),
  restored(false, 'the description', 'CANARY_SETTINGS'),
  [false, true, 'a variable', 'by default', 'NOT_RESTORED backend'],
  [false, true, 'a variable', 'VARIABLES', 'INVALID_INPUT backend'],
  restored(false, 'a variable', 'CANARY_SETTINGS'),
  restored(false, 'an override', 'by default'),
  restored(false, 'an override', 'VARIABLES'),
  [false, true, 'an override', 'CANARY_SETTINGS', 'INVALID_INPUT featureFlags'],
  ...[true, false].flatMap((key) => everything.flatMap((changed) => unseen(key, changed))),
];

/** The code of a warning or an error, and what it says at its end: the names, in their order. */
function outcomeOf({ warnings, userErrors }: Reverted): string {
  const [told] = [...userErrors, ...warnings.filter(({ code }) => code === 'NOT_RESTORED')];
  if (told === undefined) return 'restored';
  const { code, message } = told;
  const end = message.includes(': ')
    ? (message.split(': ').at(-1) ?? '')
    : message.split('variables ').at(-1);
  return `${code} ${(end ?? '').replace('.', '').split(', ').sort().join(', ')}`;
}

test('revertStage knows a revision that differs from the next one in nothing but its date', async () => {
  let now = Date.UTC(2030, 0, 1);
  const gateway = await run({ memory: {}, stageApi: { now: () => now } });
  /** The revision that a client reads, once it is stored. */
  async function readRevision(): Promise<string> {
    const { data } = await gateway.graphql<{ stage: { revision: string } }>(READ);
    await until(async () => {
      const { data: stored } = await gateway.graphql<{
        stageInventory: { nodes: { revision: string }[] } | null;
      }>(STORED);
      return stored.stageInventory?.nodes[0]?.revision === data.stage.revision;
    }, 20);
    return data.stage.revision;
  }
  const change = async (value: string) => {
    now += 60_000;
    await changeElsewhere(gateway.stageApi, value);
    return readRevision();
  };
  const revisions = [await change('Right'), await change('Right'), await change('Wrong')];
  expect(new Set(revisions).size).toBe(3);
  const input = { restApiId: 'petstore01', stageName: 'prod', toRevision: revisions[0] };
  const { data } = await gateway.graphql<{ revertStage: Reverted }>(REVERT, { input });
  expect(data.revertStage.userErrors).toEqual([]);
  const after = await gateway.graphql(
    '{ stage(restApiId: "petstore01", stageName: "prod") { description } }',
  );
  expect(after.data).toEqual({ stage: { description: 'Right' } });
});

describe('revertStage of values that are not known', () => {
  let issuer: Issuer;
  const gateways = new Map<boolean, Running>();
  beforeAll(async () => {
    issuer = await startIssuer();
    for (const key of [true, false]) {
      const historyKeys = key ? [Buffer.alloc(32, 7)] : [];
      gateways.set(key, await run({ memory: { historyKeys }, auth: issuer.options }));
    }
  });
  beforeEach(async () => {
    for (const gateway of gateways.values()) await gateway.reset();
  });

  test.each(rows)('HISTORY_KEY: %s, sees values: %s, changed: %s, parts: %s: %s', async (...row) => {
    const [key, sees, changed, of, outcome] = row;
    const gateway = gateways.get(key);
    if (gateway === undefined) throw new Error('no gateway');
    const headers = bearer(await issuer.token(`stages:write${sees ? ' stages:variables' : ''}`, {}));
    const { data } = await gateway.graphql<{ stage: { revision: string } }>(READ, {}, headers);
    await changeElsewhere(gateway.stageApi, 'other', changesElsewhere[changed]);
    const input = {
      restApiId: 'petstore01',
      stageName: 'prod',
      toRevision: data.stage.revision,
      dryRun: true,
      parts: parts[of],
    };
    const answer = await gateway.graphql<{ revertStage: Reverted }>(REVERT, { input }, headers);
    expect(outcomeOf(answer.data.revertStage)).toBe(outcome);
  });
});
