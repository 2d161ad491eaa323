import { beforeAll, describe, expect, test } from '@jest/globals';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { documentOf } from '../support/mutations.ts';
import { type Running, run } from '../support/run.ts';

/** The value of a variable that is guessed. */
const RIGHT = 'petstore.example.com';
const WRONG = 'guess.example.com';

type Write = readonly [mutation: Parameters<typeof documentOf>[0], input: object];

/** Ways to give a variable a value, and what the gateway is asked afterwards. */
const ways: Readonly<Record<string, (guess: string) => readonly Write[]>> = {
  setStageVariables: (value) => [['setStageVariables', { set: [{ name: 'backend', value }] }]],
  updateStage: (value) => [
    ['updateStage', { description: 'New', variables: { set: [{ name: 'backend', value }] } }],
  ],
  applyStage: (value) => [['applyStage', { desired: { variables: [{ name: 'backend', value }] } }]],
  patchStage: (value) => [
    ['patchStage', { patchOperations: [{ op: 'replace', path: '/variables/backend', value }] }],
  ],
  'patchStage, removed first': (value) => [
    [
      'patchStage',
      {
        patchOperations: [
          { op: 'remove', path: '/variables/backend' },
          { op: 'replace', path: '/variables/backend', value },
        ],
      },
    ],
  ],
  'a removal, then setStageVariables': (value) => [
    ['setStageVariables', { remove: ['backend'] }],
    ['setStageVariables', { set: [{ name: 'backend', value }] }],
  ],
  createRestApiDeployment: (value) => [
    ['createRestApiDeployment', { variables: [{ name: 'backend', value }] }],
  ],
  'an override, then promoteCanary': (value) => [
    ['setCanarySettings', { deploymentId: 'dep002', setVariableOverrides: [{ name: 'backend', value }] }],
    ['promoteCanary', {}],
  ],
  'an override twice': (value) => [
    [
      'setCanarySettings',
      { deploymentId: 'dep002', setVariableOverrides: [{ name: 'backend', value: RIGHT }] },
    ],
    ['setCanarySettings', { setVariableOverrides: [{ name: 'backend', value }] }],
  ],
};

const ENTRY = `nodes { source outcome mutation changes { part kind path before after redacted }
  patchOperations { op path value from } } pageInfo { hasNextPage }`;
const INVENTORY = 'totalCount nodes { stageName } pageInfo { hasNextPage }';
const QUESTIONS = `query ($stage: String!, $names: [String!]!) {
  stageHistory(where: { stageNames: $names }) { ${ENTRY} }
  ofVariables: stageHistory(where: { stageNames: $names, parts: [VARIABLES] }, first: 1) { ${ENTRY} }
  ofCanaries: stageHistory(where: { stageNames: $names, parts: [CANARY_SETTINGS] }) { ${ENTRY} }
  ofDescriptions: stageHistory(where: { stageNames: $names, parts: [DESCRIPTION] }) { ${ENTRY} }
  drifted: stageInventory(where: { stageNames: $names, hasDrift: true }) { ${INVENTORY} }
  same: stageInventory(where: { stageNames: $names, hasDrift: false }) { ${INVENTORY} }
  stage(restApiId: "petstore01", stageName: $stage) {
    variables { name value redacted } drift { changes { part kind path before after redacted } }
    canarySettings { effectiveVariables { name value redacted } } history { ${ENTRY} } }
}`;
/** Where AWS does not answer with the stage, the read completes the entry. */
const ENTRIES = `query ($stage: String!, $names: [String!]!) {
  stage(restApiId: "petstore01", stageName: $stage) { revision }
  stageHistory(where: { stageNames: $names }, first: 100) { nodes { source revisionAfter } } }`;

type Headers = Record<string, string>;

let issuer: Issuer;
let gateways: readonly [Running, Running];
let hidden: Headers;
let seen: Headers;
beforeAll(async () => {
  issuer = await startIssuer();
  hidden = bearer(await issuer.token('stages:admin'));
  seen = bearer(await issuer.token('stages:admin stages:variables'));
  const start = () =>
    run({
      memory: { historyKeys: [Buffer.alloc(32, 7)] },
      auth: issuer.options,
      stageApi: { seed: 1 },
    });
  gateways = [await start(), await start()];
});

/** Waits until so many entries are written, and what each has left is known. */
async function hasEntries(gateway: Running, stage: string, count: number): Promise<void> {
  for (;;) {
    const { data } = await gateway.graphql<{
      stageHistory: { nodes: { source: string; revisionAfter: string | null }[] } | null;
    }>(ENTRIES, { stage, names: [stage] }, hidden);
    const entries = data.stageHistory?.nodes ?? [];
    const areKnown = entries.every(
      ({ source, revisionAfter }) => source === 'BASELINE' || revisionAfter !== null,
    );
    if (entries.length >= count && areKnown) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What two callers are answered after the writes of one who may not see values, to a stage of its own. */
async function answersAfter(gateway: Running, stage: string, writes: readonly Write[]) {
  const steps: readonly Write[] = [
    ['createStage', { deploymentId: 'dep001', variables: [{ name: 'backend', value: RIGHT }] }],
    ['recordStageBaseline', {}],
    ...writes,
  ];
  for (const [step, [mutation, input]] of steps.entries()) {
    const { data, errors } = await gateway.graphql<Record<string, { userErrors: unknown[] }>>(
      documentOf(mutation),
      { input: { restApiId: 'petstore01', stageName: stage, ...input } },
      hidden,
    );
    expect({ errors, userErrors: data[mutation]?.userErrors }).toEqual({ userErrors: [] });
    await hasEntries(gateway, stage, step + 1);
  }
  const ask = async (headers: Headers) => {
    const { data, errors } = await gateway.graphql(QUESTIONS, { stage, names: [stage] }, headers);
    expect(errors).toBeUndefined();
    return data;
  };
  const answers = { hidden: await ask(hidden), seen: await ask(seen) };
  // An API has ten stages at most.
  const gone = { input: { restApiId: 'petstore01', stageName: stage } };
  await gateway.graphql(documentOf('deleteStage'), gone, hidden);
  return answers;
}

describe('who may not see values of variables', () => {
  const named = Object.entries(ways).map(([way, writesOf], index) => ({
    way,
    writesOf,
    stage: `way${index}`,
  }));

  test.each(named)('does not learn by $way whether a guess is right', async ({ writesOf, stage }) => {
    const right = await answersAfter(gateways[0], stage, writesOf(RIGHT));
    const wrong = await answersAfter(gateways[1], stage, writesOf(WRONG));
    expect(right.hidden).toEqual(wrong.hidden);
    // Who may see values is told: the two are not the same.
    expect(right.seen).not.toEqual(wrong.seen);
  });

  test('sees what was given as changed, and names that came or went as drift', async () => {
    const answers = await answersAfter(gateways[0], 'names', [
      [
        'setStageVariables',
        {
          set: [
            { name: 'backend', value: RIGHT },
            { name: 'extra', value: 'x' },
          ],
        },
      ],
    ]);
    const redacted = { part: 'VARIABLES', before: null, after: null, redacted: true };
    const extra = { ...redacted, kind: 'ADDED', path: ['variables', 'extra'] };
    const backend = { ...redacted, kind: 'CHANGED', path: ['variables', 'backend'] };
    expect(answers.hidden).toMatchObject({
      ofVariables: { nodes: [{ changes: [backend, extra] }] },
      stage: { drift: { changes: [extra] } },
      drifted: { totalCount: 1 },
    });
    expect(answers.seen).toMatchObject({
      ofVariables: { nodes: [{ changes: [{ kind: 'ADDED', path: ['variables', 'extra'], after: 'x' }] }] },
    });
  });
});
