import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { changeElsewhere } from '../support/another-tool.ts';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { documentOf, everyMutation, mutations } from '../support/mutations.ts';
import { type Running, run } from '../support/run.ts';

interface Entry {
  readonly source: string;
  readonly outcome: string;
  readonly by: string | null;
  readonly client: string | null;
  readonly mutation: string | null;
  readonly changes: readonly {
    path: string[];
    kind: string;
    before: string | null;
    after: string | null;
    redacted: boolean;
  }[];
  readonly patchOperations: readonly { op: string; path: string; value: string | null }[];
  readonly revisionBefore: string | null;
  readonly revisionAfter: string | null;
  readonly awsRequestId: string | null;
}

const ENTRY = `source outcome by client mutation restApiId stageName revisionBefore revisionAfter awsRequestId
  changes { path kind before after redacted } patchOperations { op path value }`;
const HISTORY = `query ($where: StageHistoryFilter, $first: Int, $after: String) {
  stageHistory(where: $where, first: $first, after: $after) {
    nodes { ${ENTRY} } edges { cursor } pageInfo { hasNextPage endCursor } } }`;
const READ = '{ stages(restApiId: "petstore01") { stageName revision } }';
const PROD = { restApiId: 'petstore01', stageName: 'prod' };

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
const tokenOf = async (scopes: string, sub = 'ada') => bearer(await issuer.token(scopes, { sub }));

const historyOf = async (gateway: Running, headers = {}, variables = {}): Promise<readonly Entry[]> => {
  const { data, errors } = await gateway.graphql<{ stageHistory: { nodes: Entry[] } }>(
    HISTORY,
    variables,
    headers,
  );
  expect(errors).toBeUndefined();
  return data.stageHistory.nodes;
};

describe('the history', () => {
  let gateway: Running;
  beforeEach(async () => {
    gateway = await run({ memory: {}, auth: issuer.options });
  });
  const admin = () => tokenOf('stages:admin stages:variables');

  test('keeps apart what several callers have changed one after the other, without a read between them', async () => {
    await gateway.graphql(READ, {}, await admin());
    const owner = [{ key: 'owner', value: 'ann' }];
    const desired = { description: 'By bob', tags: [...owner, { key: 'team', value: 'pay' }] };
    for (const [sub, mutation, input] of [
      ['ann', 'tagStage', { tags: owner }],
      ['bob', 'applyStage', { desired }],
      ['eve', 'setStageVariables', { set: [{ name: 'extra', value: 'x' }] }],
    ] as const) {
      const { data, errors } = await gateway.graphql(
        `mutation ($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { userErrors { code } } }`,
        { input: { ...PROD, ...input } },
        await tokenOf('stages:admin', sub),
      );
      expect({ data, errors }).toEqual({ data: { [mutation]: { userErrors: [] } }, errors: undefined });
    }
    const entries = await historyOf(gateway, await admin());
    const changed = entries.map(({ by, changes }) => [
      by,
      ...changes.map(({ path }) => path.join('.')).sort(),
    ]);
    expect(changed).toEqual([
      ['eve', 'variables.extra'],
      ['bob', 'description', 'tags.team'],
      ['ann', 'tags.owner'],
    ]);
  });

  test('of a change has who made it, what differs, and what was sent', async () => {
    const headers = { ...(await admin()), 'apollographql-client-name': 'console' };
    await gateway.graphql(READ, {}, headers);
    const input = { ...PROD, description: 'Changed', tracingEnabled: true };
    const { data } = await gateway.graphql(
      'mutation ($input: UpdateStageInput!) { updateStage(input: $input) { warnings { code } stage { revision } } }',
      { input },
      headers,
    );
    expect(data).toMatchObject({ updateStage: { warnings: [] } });
    const [entry, ...others] = await historyOf(gateway, headers);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      source: 'GATEWAY',
      outcome: 'APPLIED',
      by: 'ada',
      client: 'console',
      mutation: 'updateStage',
      ...PROD,
      patchOperations: [
        { op: 'replace', path: '/description', value: 'Changed' },
        { op: 'replace', path: '/tracingEnabled', value: 'true' },
      ],
    });
    expect(entry?.changes.map(({ path, after }) => [path.join('.'), after])).toContainEqual([
      'description',
      'Changed',
    ]);
    expect(entry?.awsRequestId).toMatch(/./);
    expect(entry?.revisionAfter).toBe(
      (data as { updateStage: { stage: { revision: string } } }).updateStage.stage.revision,
    );
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1, UpdateStage: 1 });
  });

  test('has no entry for reads, dry runs, refusals, and changes that were not sent', async () => {
    const headers = await admin();
    await gateway.graphql(READ, {}, headers);
    for (const input of [
      { ...PROD, description: 'x', dryRun: true },
      { ...PROD, description: 'x', confirm: 'dev' },
      { ...PROD, description: 'x', expectedRevision: 'other' },
      { ...PROD, stageName: 'missing', description: 'x' },
    ]) {
      await gateway.graphql(documentOf('updateStage'), { input }, headers);
    }
    expect(await historyOf(gateway, headers)).toEqual([]);
  });

  test('of a change by another tool has what the next read shows, and nobody', async () => {
    const headers = await admin();
    await gateway.graphql(READ, {}, headers);
    await changeElsewhere(gateway.stageApi, 'Elsewhere');
    await gateway.graphql(READ, {}, headers);
    await gateway.graphql(READ, {}, headers);
    expect(await historyOf(gateway, headers)).toMatchObject([
      {
        source: 'OBSERVED',
        by: null,
        mutation: null,
        changes: [{ path: ['description'], after: 'Elsewhere' }],
        patchOperations: [],
      },
    ]);
  });

  test('tells own changes from those of others, whatever comes first', async () => {
    const headers = await admin();
    await gateway.graphql(READ, {}, headers);
    await changeElsewhere(gateway.stageApi, 'Elsewhere');
    const input = { ...PROD, tracingEnabled: true, expectedRevision: undefined };
    await gateway.graphql(documentOf('updateStage'), { input }, headers);
    await gateway.graphql(READ, {}, headers);
    const sources = (await historyOf(gateway, headers)).map(({ source }) => source);
    expect(sources.filter((source) => source === 'GATEWAY')).toHaveLength(1);
    expect(sources.length).toBeLessThanOrEqual(2);
  });

  test.each(
    everyMutation.filter(
      ({ name, calls }) =>
        Object.keys(calls).some((call) => !call.startsWith('Get')) && name !== 'createRestApiDeployment',
    ),
  )('$name leaves one entry, and a read afterwards none', async ({ name, input }) => {
    const headers = await admin();
    await gateway.graphql(READ, {}, headers);
    const { errors } = await gateway.graphql(documentOf(name), { input }, headers);
    expect(errors).toBeUndefined();
    await gateway.graphql(READ, {}, headers);
    await gateway.graphql(READ, {}, headers);
    expect(await historyOf(gateway, headers)).toMatchObject([
      { source: 'GATEWAY', outcome: 'APPLIED', mutation: name, by: 'ada' },
    ]);
  });

  test('shows values of variables to who may see them, where a key encrypts them', async () => {
    const withKey = await run({ memory: { historyKeys: [Buffer.alloc(32, 7)] }, auth: issuer.options });
    const set = { ...PROD, set: [{ name: 'backend', value: 'other.example.com' }] };
    for (const each of [withKey, gateway]) {
      await each.graphql(READ, {}, await admin());
      await each.graphql(documentOf('setStageVariables'), { input: set }, await admin());
    }
    const hidden = [
      { path: ['variables', 'backend'], kind: 'CHANGED', before: null, after: null, redacted: true },
    ];
    const shown = [
      {
        path: ['variables', 'backend'],
        kind: 'CHANGED',
        before: 'petstore.example.com',
        after: 'other.example.com',
        redacted: false,
      },
    ];
    expect((await historyOf(withKey, await admin()))[0]?.changes).toEqual(shown);
    expect((await historyOf(withKey, await admin()))[0]?.patchOperations[0]?.value).toBe('other.example.com');
    expect((await historyOf(withKey, await tokenOf('stages:read')))[0]?.changes).toEqual(hidden);
    expect((await historyOf(withKey, await tokenOf('stages:read')))[0]?.patchOperations[0]?.value).toBeNull();
    expect((await historyOf(gateway, await admin()))[0]?.changes).toEqual(hidden);
  });

  test('is filtered and paged, newest first', async () => {
    const headers = await admin();
    await gateway.graphql(READ, {}, headers);
    for (const stageName of ['dev', 'staging', 'prod', 'dev']) {
      const input = { restApiId: 'petstore01', stageName, description: `by ada ${stageName}` };
      await gateway.graphql(documentOf('updateStage'), { input }, headers);
    }
    const names = async (variables: object) =>
      (await historyOf(gateway, headers, variables)).map(
        (entry) => (entry as unknown as { stageName: string }).stageName,
      );
    // The second change of dev changes nothing, and is an entry too: it was sent.
    expect(await names({})).toEqual(['dev', 'prod', 'staging', 'dev']);
    expect(await names({ where: { stageNames: ['*d*'] } })).toEqual(['dev', 'prod', 'dev']);
    expect(await names({ where: { by: ['grace'] } })).toEqual([]);
    expect(await names({ where: { parts: ['DESCRIPTION'], sources: ['GATEWAY'], by: ['a*'] } })).toEqual([
      'prod',
      'staging',
      'dev',
    ]);
    const { data } = await gateway.graphql<{
      stageHistory: { pageInfo: { hasNextPage: boolean; endCursor: string } };
    }>(HISTORY, { first: 3 }, headers);
    expect(data.stageHistory.pageInfo.hasNextPage).toBe(true);
    expect(await names({ first: 3, after: data.stageHistory.pageInfo.endCursor })).toEqual(['dev']);
    const { errors } = await gateway.graphql(HISTORY, { after: 'none' }, headers);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('revertStage', () => {
  const REVERT = `mutation ($input: RevertStageInput!) { revertStage(input: $input) {
    changes { path before after redacted } plan warnings { code message } userErrors { code field message } stage { description } } }`;
  let gateway: Running;
  const headers = () => tokenOf('stages:admin stages:variables');
  beforeEach(async () => {
    gateway = await run({ memory: { historyKeys: [Buffer.alloc(32, 7)] }, auth: issuer.options });
    await gateway.graphql(READ, {}, await headers());
  });
  const revisionOf = async (): Promise<string> => {
    const { data } = await gateway.graphql<{ stage: { revision: string } }>(
      '{ stage(restApiId: "petstore01", stageName: "prod") { revision } }',
      {},
      await headers(),
    );
    return data.stage.revision;
  };

  const changeForTheWorse = async () => {
    const input = {
      ...PROD,
      description: 'Wrong',
      variables: { set: [{ name: 'backend', value: 'wrong' }] },
    };
    await gateway.graphql(documentOf('updateStage'), { input }, await headers());
  };

  test('brings back what was changed, with one read and one write', async () => {
    const before = await revisionOf();
    await changeForTheWorse();
    gateway.stageApi.resetCalls();
    const plan = await gateway.graphql<{ revertStage: { plan: string; changes: unknown[] } }>(
      REVERT,
      { input: { ...PROD, toRevision: before, dryRun: true } },
      await headers(),
    );
    expect(plan.data.revertStage.changes).toMatchObject([
      { path: ['description'], before: 'Wrong' },
      { path: ['variables', 'backend'], before: 'wrong', after: 'petstore.example.com' },
    ]);
    const done = await gateway.graphql(
      REVERT,
      { input: { ...PROD, toRevision: before, expectedPlan: plan.data.revertStage.plan } },
      await headers(),
    );
    expect(done.data).toMatchObject({ revertStage: { userErrors: [], warnings: [] } });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 2, UpdateStage: 1 });
  });

  test('of an unknown revision is NOT_FOUND', async () => {
    const { data } = await gateway.graphql(
      REVERT,
      { input: { ...PROD, toRevision: 'never' } },
      await headers(),
    );
    expect(data).toMatchObject({
      revertStage: { userErrors: [{ code: 'NOT_FOUND', field: ['input', 'toRevision'] }] },
    });
  });

  test('leaves values that the caller may not see, and says so', async () => {
    const before = await revisionOf();
    await changeForTheWorse();
    const writer = await tokenOf('stages:write');
    const named = await gateway.graphql(
      REVERT,
      { input: { ...PROD, toRevision: before, parts: ['VARIABLES'] } },
      writer,
    );
    expect(named.data).toMatchObject({
      revertStage: { userErrors: [{ code: 'INVALID_INPUT', field: ['input', 'parts', '0'] }] },
    });
    const { data } = await gateway.graphql(REVERT, { input: { ...PROD, toRevision: before } }, writer);
    expect(data).toMatchObject({
      revertStage: {
        userErrors: [],
        warnings: [{ code: 'NOT_RESTORED' }],
        changes: [{ path: ['description'] }],
      },
    });
  });
});

describe('a baseline', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await run({ memory: {} });
  });
  const DRIFT =
    '{ stage(restApiId: "petstore01", stageName: "prod") { drift { since changes { path before after } } } }';
  const driftOf = async () => (await gateway.graphql<{ stage: { drift: unknown } }>(DRIFT)).data.stage.drift;

  test('is what drift is measured against, without a further call', async () => {
    expect(await driftOf()).toBeNull();
    await gateway.graphql(documentOf('recordStageBaseline'), { input: mutations.recordStageBaseline.input });
    expect(await driftOf()).toMatchObject({ changes: [] });
    await changeElsewhere(gateway.stageApi, 'Drifted');
    gateway.stageApi.resetCalls();
    expect(await driftOf()).toMatchObject({ changes: [{ path: ['description'], after: 'Drifted' }] });
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
    const input = mutations.removeStageBaseline.input;
    await gateway.graphql(documentOf('removeStageBaseline'), { input });
    expect(await driftOf()).toBeNull();
    const sources = (await historyOf(gateway)).map(({ source, mutation }) => `${source} ${mutation ?? ''}`);
    expect(sources).toEqual(['BASELINE removeStageBaseline', 'OBSERVED ', 'BASELINE recordStageBaseline']);
  });
});

describe('the baseline of a stage that is gone', () => {
  const DEV = { restApiId: 'petstore01', stageName: 'dev' };
  const REMOVE = `mutation ($input: RemoveStageBaselineInput!) {
    removeStageBaseline(input: $input) { stage { stageName } userErrors { code } } }`;
  const removed = { removeStageBaseline: { stage: null, userErrors: [] } };
  let gateway: Running;
  const send = (name: 'recordStageBaseline' | 'deleteStage' | 'createStage', input: object) =>
    gateway.graphql(documentOf(name), { input: { ...DEV, ...input } });
  beforeEach(async () => {
    gateway = await run({ memory: {} });
    await send('recordStageBaseline', {});
    await send('deleteStage', {});
  });

  test('is that of the stage that is made anew under its name', async () => {
    await send('createStage', { deploymentId: 'dep001', description: 'Made anew' });
    const { data } = await gateway.graphql(
      '{ stage(restApiId: "petstore01", stageName: "dev") { drift { changes { path after } } } }',
    );
    expect(data).toMatchObject({
      stage: { drift: { changes: expect.arrayContaining([{ path: ['description'], after: 'Made anew' }]) } },
    });
    const inventory = '{ stageInventory(where: { hasDrift: true }) { nodes { stageName } } }';
    expect((await gateway.graphql(inventory)).data).toEqual({
      stageInventory: { nodes: [{ stageName: 'dev' }] },
    });
  });

  test('is removed without a call, and drift ends', async () => {
    gateway.stageApi.resetCalls();
    const without = REMOVE.replace('stage { stageName }', '');
    expect((await gateway.graphql(without, { input: { ...DEV, dryRun: true } })).data).toEqual({
      removeStageBaseline: { userErrors: [] },
    });
    await gateway.graphql(without, { input: DEV });
    expect(gateway.stageApi.calls()).toEqual({});
    expect(await historyOf(gateway)).toMatchObject([
      { mutation: 'removeStageBaseline' },
      { mutation: 'deleteStage' },
      { mutation: 'recordStageBaseline' },
    ]);
  });

  test.each([
    ['a stage that is gone', DEV],
    ['an unknown API', { restApiId: 'nosuchapi1', stageName: 'dev' }],
  ])('of %s is no error, nor is its dry run', async (_, input) => {
    for (const dryRun of [true, false]) {
      const { data, errors } = await gateway.graphql(REMOVE, { input: { ...input, dryRun } });
      expect({ data, errors }).toEqual({ data: removed, errors: undefined });
    }
  });
});

test('without a database, what needs it is STORAGE_UNAVAILABLE, and the rest works', async () => {
  const gateway = await run({ memory: false });
  const { data, errors } = await gateway.graphql(
    '{ stageHistory { nodes { id } } stageInventory { totalCount } stage(restApiId: "petstore01", stageName: "prod") { stageName history { nodes { id } } } }',
  );
  expect(data).toEqual({
    stageHistory: null,
    stageInventory: null,
    stage: { stageName: 'prod', history: null },
  });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(Array(3).fill('STORAGE_UNAVAILABLE'));
});
