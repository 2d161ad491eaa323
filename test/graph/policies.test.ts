import { beforeAll, describe, expect, test } from '@jest/globals';
import type { EmbeddedStageApi } from '../../src/embedded/start.ts';
import { executionCachesNamed } from '../../src/graphql/execution-caches.ts';
import { noGatewayObserver } from '../../src/observability/observer.ts';
import { DEV, PROD, type RunningFleet, startFleet, target } from '../support/fleet.ts';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { documentOf, allMutations, mutations } from '../support/mutations.ts';
import { until } from '../support/polling.ts';
import { type Gateway, type GatewayOptions, type Running, run } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';

const ALL_SCOPES = 'stages:admin stages:variables';
let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});

const as = async (gateway: Gateway, groups: readonly string[], query: string, variables = {}) =>
  gateway.graphql(query, variables, bearer(await issuer.token(ALL_SCOPES, { groups: [...groups] })));

/** What a refused change answers. */
const forbidden = (mutation: string, resource: string) => ({
  data: { [mutation]: null },
  errors: [
    {
      message: `The policies do not permit ${mutation} on ${resource}.`,
      path: [mutation],
      extensions: { code: 'FORBIDDEN' },
    },
  ],
});

describe('a change that policies forbid', () => {
  const audited: string[] = [];
  const refusals: string[] = [];
  let gateway: Running;
  beforeAll(async () => {
    gateway = await run({
      auth: issuer.options,
      audit: (line) => audited.push(line),
      observer: { ...noGatewayObserver, forbade: (action) => refusals.push(action) },
      isProtected: () => true,
      policies: `
        permit(principal, action == Action::"read", resource);
        @id("not-on-fridays") forbid(principal, action in [Action::"write", Action::"admin"], resource)
        when { principal.hasTag("groups") && principal.getTag("groups").contains("forbidden") };`,
    });
  });

  test.each(allMutations)('$name: is FORBIDDEN, audited with the policy, and makes no call', async (row) => {
    const before = gateway.stageApi.requests().length;
    const answer = await as(gateway, ['forbidden'], documentOf(row.name), { input: row.input });
    const { restApiId, stageName } = row.input;
    const ofStage = 'stageName' in row.input ? `stage "${stageName}" of ` : '';
    expect(answer).toMatchObject(forbidden(row.name, `${ofStage}API "${restApiId}"`));
    expect(gateway.stageApi.requests()).toHaveLength(before);
    expect(JSON.parse(audited.at(-1) ?? '')).toMatchObject({
      mutation: row.name,
      outcome: 'FORBIDDEN',
      policy: 'not-on-fridays',
      account: '000000000000',
      region: 'us-east-1',
      calls: [],
    });
    expect(refusals.at(-1)).toBe(row.name);
  });

  test.each(allMutations)('$name: so is its dry run, and one that no policy permits', async (row) => {
    const before = gateway.stageApi.requests().length;
    const { errors } = await as(gateway, ['other'], documentOf(row.name), {
      input: { ...row.input, dryRun: true },
    });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(gateway.stageApi.requests()).toHaveLength(before);
    expect(JSON.parse(audited.at(-1) ?? '')).toMatchObject({ dryRun: true, policy: 'no policy permits' });
  });

  test('invalid input is reported as such, and is no refusal by policies', async () => {
    const { data } = await as(gateway, ['forbidden'], documentOf('updateStage'), {
      input: { restApiId: 'petstore01', stageName: 'no stage', description: 'x' },
    });
    expect(data).toMatchObject({ updateStage: { userErrors: [{ code: 'INVALID_INPUT' }] } });
    expect(JSON.parse(audited.at(-1) ?? '')).not.toHaveProperty('policy');
  });
});

describe('where the tags of the stage decide', () => {
  const policies = `
    permit(principal, action == Action::"read", resource);
    permit(principal, action in [Action::"write", Action::"admin"], resource is Stage) when {
      principal.hasTag("groups") && resource.hasTag("team") &&
      principal.getTag("groups").contains(resource.getTag("team")) };
    permit(principal, action, resource) when {
      principal.hasTag("groups") && principal.getTag("groups").contains("admins") };`;
  /** On the target, or by the tags that they change. */
  const decidedElsewhere = [
    'createStage',
    'createRestApiDeployment',
    'tagStage',
    'untagStage',
    'revertStage',
  ];
  const PROD_STAGE = { restApiId: 'petstore01', stageName: 'prod' };
  const start = (options: GatewayOptions = {}) => run({ auth: issuer.options, policies, ...options });
  const tagAs = async (gateway: Running, team: string) => {
    const input = { ...PROD_STAGE, tags: [{ key: 'team', value: team }] };
    const { data } = await as(gateway, ['admins'], documentOf('tagStage'), { input });
    expect(data).toMatchObject({ tagStage: { userErrors: [] } });
    gateway.stageApi.resetCalls();
  };
  const change = (gateway: Running, groups: readonly string[], more = {}) =>
    as(
      gateway,
      groups,
      'mutation ($input: UpdateStageInput!) { updateStage(input: $input) { userErrors { code } } }',
      {
        input: { ...PROD_STAGE, description: 'Changed', ...more },
      },
    );
  const changedTags = (gateway: Running, groups: readonly string[], keysOrTags: object) =>
    as(
      gateway,
      groups,
      'tags' in keysOrTags
        ? 'mutation ($input: TagStageInput!) { tagStage(input: $input) { userErrors { code } } }'
        : 'mutation ($input: UntagStageInput!) { untagStage(input: $input) { userErrors { code } } }',
      { input: { ...PROD_STAGE, ...keysOrTags } },
    );

  test('they are read before the write; a cached stage costs no read', async () => {
    const uncached = await start();
    await tagAs(uncached, 'payments');
    expect((await change(uncached, ['payments'])).data).toEqual({ updateStage: { userErrors: [] } });
    expect(uncached.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1 });
    expect(await change(uncached, ['search'])).toMatchObject(
      forbidden('updateStage', 'stage "prod" of API "petstore01"'),
    );
    expect(uncached.stageApi.calls()).toEqual({ GetStage: 2, UpdateStage: 1 });

    const cached = await start({ ttlMs: 60_000 });
    await tagAs(cached, 'payments');
    await as(cached, ['payments'], '{ stages(restApiId: "petstore01") { stageName } }');
    expect((await change(cached, ['search'])).errors).toHaveLength(1);
    expect((await change(cached, ['payments'])).data).toEqual({ updateStage: { userErrors: [] } });
    expect(cached.stageApi.calls()).toEqual({ GetStages: 1, UpdateStage: 1 });
  });

  test('a refused change leaves what is cached', async () => {
    const gateway = await start({ ttlMs: 60_000 });
    await tagAs(gateway, 'payments');
    const read = '{ stages(restApiId: "petstore01") { stageName } }';
    await as(gateway, ['payments'], read);
    expect((await change(gateway, ['search'])).errors).toHaveLength(1);
    await as(gateway, ['payments'], read);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('what they do not decide costs no read', async () => {
    const gateway = await start();
    expect((await change(gateway, ['admins'])).data).toEqual({ updateStage: { userErrors: [] } });
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
    const { errors } = await gateway.graphql(
      documentOf('updateStage'),
      { input: { ...PROD_STAGE, description: 'x' } },
      bearer(await issuer.token(ALL_SCOPES)),
    );
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
  });

  test.each(allMutations.filter(({ name }) => !decidedElsewhere.includes(name)))(
    '$name is decided by them',
    async ({ name, input }) => {
      const gateway = await start({ memory: {} });
      await tagAs(gateway, 'payments');
      const sent = async (groups: readonly string[], dryRun: boolean) =>
        as(gateway, groups, documentOf(name), { input: { ...input, dryRun } });
      expect((await sent(['search'], true)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect((await sent(['search'], false)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect((await sent(['payments'], true)).errors).toBeUndefined();
      const writes = Object.keys(gateway.stageApi.calls()).filter((call) => !call.startsWith('Get'));
      expect(writes).toEqual([]);
    },
  );

  test('a change of tags needs permission before and after it', async () => {
    const gateway = await start();
    await tagAs(gateway, 'payments');
    const toSearch = { tags: [{ key: 'team', value: 'search' }] };
    const ok = (mutation: string) => ({ [mutation]: { userErrors: [] } });
    expect((await changedTags(gateway, ['payments'], toSearch)).data).toEqual({ tagStage: null });
    expect((await changedTags(gateway, ['search'], toSearch)).data).toEqual({ tagStage: null });
    expect((await changedTags(gateway, ['payments'], { keys: ['team'] })).data).toEqual({ untagStage: null });
    const other = { tags: [{ key: 'cost', value: '1' }] };
    expect((await changedTags(gateway, ['payments'], other)).data).toEqual(ok('tagStage'));
    expect((await changedTags(gateway, ['payments'], { keys: ['cost'] })).data).toEqual(ok('untagStage'));
    expect((await changedTags(gateway, ['payments', 'search'], toSearch)).data).toEqual(ok('tagStage'));
    expect((await changedTags(gateway, ['payments'], other)).data).toEqual({ tagStage: null });
  });

  test('so do tags that applyStage and copyStageSettings change', async () => {
    const gateway = await start();
    await tagAs(gateway, 'payments');
    const APPLY = 'mutation ($input: ApplyStageInput!) { applyStage(input: $input) { userErrors { code } } }';
    const apply = (groups: readonly string[], desired: object, replace: readonly string[] = []) =>
      as(gateway, groups, APPLY, { input: { ...PROD_STAGE, desired, replace } });
    const search = { tags: [{ key: 'team', value: 'search' }] };
    expect((await apply(['payments'], search)).data).toEqual({ applyStage: null });
    expect((await apply(['payments'], { tags: [] }, ['TAGS'])).data).toEqual({ applyStage: null });
    const COPY =
      'mutation ($input: CopyStageSettingsInput!) { copyStageSettings(input: $input) { userErrors { code } } }';
    const copy = (parts: readonly string[]) =>
      as(gateway, ['payments'], COPY, { input: { ...PROD_STAGE, from: { stageName: 'dev' }, parts } });
    expect((await copy(['TAGS'])).data).toEqual({ copyStageSettings: null });
    expect(Object.keys(gateway.stageApi.calls()).filter((call) => !call.startsWith('Get'))).toEqual([]);
    expect((await copy(['DESCRIPTION'])).data).toEqual({ copyStageSettings: { userErrors: [] } });
    expect((await apply(['payments', 'search'], search)).data).toEqual({ applyStage: { userErrors: [] } });
  });

  test('a stage that does not exist has no tags', async () => {
    const gateway = await start();
    const missing = { stageName: 'missing' };
    expect((await change(gateway, ['payments'], missing)).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    expect((await change(gateway, ['admins'], missing)).data).toMatchObject({
      updateStage: { userErrors: [{ code: 'NOT_FOUND' }] },
    });
    const CREATE =
      'mutation ($input: ApplyStageInput!) { applyStage(input: $input) { userErrors { code } } }';
    const desired = { deploymentId: 'dep001', tags: [{ key: 'team', value: 'payments' }] };
    const created = await as(gateway, ['payments'], CREATE, {
      input: { ...PROD_STAGE, ...missing, create: true, desired },
    });
    expect(created.data).toEqual({ applyStage: null });
    expect(Object.keys(gateway.stageApi.calls()).sort()).not.toContain('CreateStage');
  });

  test('createStage and createRestApiDeployment are decided on the target', async () => {
    const gateway = await start();
    for (const name of ['createStage', 'createRestApiDeployment'] as const) {
      const { input } = mutations[name];
      expect((await as(gateway, ['payments'], documentOf(name), { input })).errors).toHaveLength(1);
      expect(gateway.stageApi.calls()).not.toHaveProperty(name === 'createStage' ? 'GetStage' : 'GetStages');
      expect((await as(gateway, ['admins'], documentOf(name), { input })).errors).toBeUndefined();
    }
  });
});

describe('five callers who take turns', () => {
  const policies = `
    permit(principal, action == Action::"read", resource) when {
      principal.hasTag("reads") && (principal.getTag("reads").contains(resource.account) ||
        (resource has alias && principal.getTag("reads").contains(resource.alias))) };
    permit(principal, action == Action::"readVariables", resource) when {
      principal.hasTag("sees") && principal.getTag("sees").contains(resource.account) };
    permit(principal, action in [Action::"write", Action::"admin"], resource) when {
      principal.hasTag("changes") && principal.getTag("changes").contains(resource.account) };`;
  const callers = {
    all: { reads: [PROD, DEV], sees: [PROD, DEV], changes: [PROD, DEV] },
    'without values': { reads: ['prod', DEV], changes: [PROD, DEV] },
    'prod only, values of dev': { reads: [PROD], sees: [DEV], changes: [PROD, DEV] },
    'dev only': { reads: [DEV], sees: [PROD, DEV], changes: [PROD] },
    nothing: { reads: ['other'], sees: [PROD, DEV], changes: [PROD, DEV] },
  };
  const STAGE = (account: string, name = 'prod') =>
    `stage(restApiId: "petstore01", stageName: "${name}", account: "${account}")`;
  const FIELDS = `{ id account stageName variables { name value redacted }
    canarySettings { stageVariableOverrides { name value redacted } effectiveVariables { name value redacted } } }`;
  const APPLY = (account: string, guess: string) => `mutation { applyStage(input: {
    restApiId: "petstore01", stageName: "prod", account: "${account}", dryRun: true,
    desired: { variables: [{ name: "backend", value: "${guess}" }] } }) {
      plan changes { path before after redacted } patchOperations { op path value } userErrors { code message field } stage { account } } }`;
  const operations: readonly string[] = [
    '{ stageTargets { account alias region home } }',
    `{ ${STAGE(PROD)} ${FIELDS} }`,
    `{ ${STAGE(DEV)} ${FIELDS} }`,
    `{ ${STAGE('prod')} ${FIELDS} }`,
    `{ ${STAGE(PROD)} { permittedMutations } }`,
    `{ ${STAGE(DEV)} { id permittedMutations } }`,
    `{ stage(restApiId: "petstore01", stageName: "prod") ${FIELDS} }`,
    `{ stages(restApiId: "petstore01", region: "us-east-1") ${FIELDS} }`,
    `{ stages(restApiId: "nothere001", account: "${DEV}") { stageName } }`,
    `{ restApis(account: "${DEV}") { nodes { id name stages { stageName } } } restApi(restApiId: "petstore01", account: "${PROD}") { name } }`,
    `{ restApis(account: "555566667777") { nodes { id } } }`,
    `{ ${STAGE(PROD)} { differencesFrom(stageName: "dev", account: "${DEV}") { part path before after redacted } } }`,
    `{ ${STAGE(DEV)} { findings { code message } methods { resourcePath } differencesFrom(stageName: "prod", account: "${PROD}") { path before after redacted } } }`,
    `query { _entities(representations: [
      { __typename: "Stage", restApiId: "petstore01", stageName: "prod", account: "${PROD}", region: "us-east-1" }
      { __typename: "Stage", restApiId: "petstore01", stageName: "prod", account: "${DEV}", region: "us-east-1" }
      { __typename: "RestApi", restApiId: "petstore01" }
    ]) { ... on Stage ${FIELDS} ... on RestApi { account name } } }`,
    APPLY(PROD, 'wrong'),
    APPLY(PROD, 'petstore.example.com'),
    APPLY(DEV, 'wrong'),
    APPLY(DEV, 'petstore.example.com'),
    `mutation { copyStageSettings(input: { restApiId: "petstore01", stageName: "dev", account: "${PROD}", dryRun: true,
      from: { stageName: "prod", account: "${DEV}" }, parts: [VARIABLES, DESCRIPTION] }) {
        changes { path before after redacted } patchOperations { path value } userErrors { code message field } } }`,
    '{ stageInventory(where: { hasDrift: true }) { totalCount nodes { account stageName } targets { account } } }',
    '{ stageInventory(where: { hasDrift: false }) { totalCount nodes { account stageName } } }',
    ...[PROD, DEV].map(
      (account) => `{ ${STAGE(account)} { drift { changes { part kind path before after redacted } } } }`,
    ),
    `mutation { setStageVariables(input: { restApiId: "petstore01", stageName: "dev", account: "${DEV}", dryRun: true,
      set: [{ name: "backend", value: "x" }] }) { patchOperations { path value } userErrors { code message } } }`,
  ];

  let upstreams: readonly [EmbeddedStageApi, EmbeddedStageApi];
  let caching: RunningFleet;
  let plain: RunningFleet;
  beforeAll(async () => {
    upstreams = await Promise.all([startStageApi(), startStageApi()]);
    const [prod, dev] = upstreams;
    const file = {
      quota: 'account' as const,
      targets: [
        target({ account: PROD, alias: 'prod', region: 'us-east-1', home: true, endpoint: prod.url }),
        target({ account: DEV, region: 'us-east-1', endpoint: dev.url }),
      ],
    };
    const options = { auth: issuer.options, policies };
    caching = await startFleet(file, { ...options, memory: {}, ttlMs: 3_600_000, cacheHints: true });
    plain = await startFleet(file, { ...options, memory: {}, executionCaches: executionCachesNamed([]) });
    await drift();
  });

  const headersOf = async (claims: object) => bearer(await issuer.token(ALL_SCOPES, { ...claims }));

  /** Gives a variable of a stage of each target another value than its baseline has. */
  async function drift(): Promise<void> {
    const headers = await headersOf(callers.all);
    const inputs = [PROD, DEV].map((account) => ({ account, restApiId: 'petstore01', stageName: 'prod' }));
    for (const gateway of [caching, plain]) {
      for (const input of inputs)
        await gateway.graphql(documentOf('recordStageBaseline'), { input }, headers);
    }
    for (const input of inputs) {
      const set = [{ name: 'table', value: 'other' }];
      await caching.graphql(documentOf('setStageVariables'), { input: { ...input, set } }, headers);
    }
    for (const gateway of [caching, plain]) {
      for (const { account } of inputs) await gateway.graphql(`{ ${STAGE(account)} { id } }`, {}, headers);
      await hasDrifted(gateway, headers);
    }
  }

  async function hasDrifted(gateway: RunningFleet, headers: Record<string, string>): Promise<void> {
    await until(async () => {
      const { data } = await gateway.graphql<{ stageInventory: { totalCount: number } }>(
        '{ stageInventory(where: { hasDrift: true }) { totalCount } }',
        {},
        headers,
      );
      return data.stageInventory.totalCount === 2;
    }, 20);
  }

  test('drift is what the caller sees of it, target by target', async () => {
    const driftedFor = async (claims: object) => {
      const { data } = await plain.graphql(
        '{ stageInventory(where: { hasDrift: true }) { totalCount nodes { account } } }',
        {},
        await headersOf(claims),
      );
      return data;
    };
    const both = { totalCount: 2, nodes: [{ account: PROD }, { account: DEV }] };
    expect(await driftedFor(callers.all)).toEqual({
      stageInventory: { ...both, nodes: expect.arrayContaining(both.nodes) as unknown },
    });
    for (const claims of [callers['without values'], callers['prod only, values of dev']]) {
      expect(await driftedFor(claims)).toEqual({ stageInventory: { totalCount: 0, nodes: [] } });
    }
    expect(await driftedFor(callers['dev only'])).toEqual({
      stageInventory: { totalCount: 1, nodes: [{ account: DEV }] },
    });
    expect(await driftedFor({ reads: [PROD, DEV], sees: [DEV] })).toEqual({
      stageInventory: { totalCount: 1, nodes: [{ account: DEV }] },
    });
  });

  test.each(operations)('get what each would get alone: %s', async (operation) => {
    const senders = await Promise.all(
      Object.entries(callers).map(async ([name, claims]) => ({ name, headers: await headersOf(claims) })),
    );
    const alone = new Map<string, unknown>();
    for (const { name, headers } of senders) {
      const { data, errors } = await plain.graphql(operation, {}, headers);
      alone.set(name, { data, errors: errors?.map(({ message, path }) => ({ message, path })) });
    }
    for (let turn = 0; turn < 4; turn++) {
      for (const { name, headers } of [...senders, ...senders.toReversed()]) {
        const { data, errors } = await caching.graphql(operation, {}, headers);
        const seen = { data, errors: errors?.map(({ message, path }) => ({ message, path })) };
        expect({ name, ...seen }).toEqual({ name, ...(alone.get(name) as object) });
      }
    }
  });

  test('no answer tells of a target that the caller may not read', async () => {
    for (const operation of operations) {
      const ask = async (claims: object) =>
        JSON.stringify(await caching.graphql(operation, {}, await headersOf(claims)));
      const own = (account: string) => operation.replaceAll(account, '');
      // What the operation names itself may be repeated in its error.
      const [devOnly, prodOnly, nothing] = await Promise.all([
        ask(callers['dev only']),
        ask(callers['prod only, values of dev']),
        ask(callers.nothing),
      ]);
      const named = (text: string, account: string) =>
        text.replaceAll(`\\"${account}\\"`, '').includes(account) && own(account) !== '';
      expect({ operation, prod: named(devOnly, PROD), dev: named(prodOnly, DEV) }).toEqual({
        operation,
        prod: false,
        dev: false,
      });
      expect(nothing).not.toMatch(/"(?:id|account|stageName|name)":"/);
    }
  });

  test('values of variables are in no answer to who may not see them', async () => {
    const ofAll = await headersOf(callers.all);
    const { data } = await plain.graphql<{ stage: { variables: { value: string }[] } }>(
      `{ ${STAGE(PROD)} ${FIELDS} }`,
      {},
      ofAll,
    );
    // Words such as a table's name are also parts of paths.
    const values = data.stage.variables.map(({ value }) => value).filter((value) => /[.:]/.test(value));
    expect(values.length).toBeGreaterThan(1);
    const ask = async (operation: string, headers: Record<string, string>) => {
      const answer = JSON.stringify(await caching.graphql(operation, {}, headers));
      return values.filter((value) => answer.includes(`"${value}"`));
    };
    let shown = 0;
    for (const operation of operations) {
      shown += (await ask(operation, ofAll)).length;
      expect(await ask(operation, await headersOf(callers['without values']))).toEqual([]);
    }
    expect(shown).toBeGreaterThan(10);
  });

  test('a dry run does not tell whether a guessed value is right', async () => {
    const headers = await headersOf(callers['without values']);
    const [wrong, right] = await Promise.all(
      ['wrong', 'petstore.example.com'].map(async (guess) => {
        const { data } = await caching.graphql(APPLY(PROD, guess), {}, headers);
        return data;
      }),
    );
    expect(wrong).toMatchObject({ applyStage: { changes: [{ redacted: true, before: null, after: null }] } });
    expect(right).toEqual(wrong);
  });

  test('an unknown target and one that may not be read are answered alike, and cost no call', async () => {
    for (const upstream of upstreams) upstream.resetCalls();
    const headers = await headersOf(callers['dev only']);
    const query = (account: string) => `{ ${STAGE(account)} { stageName } }`;
    const hidden = await caching.graphql(query(PROD), {}, headers);
    const unknown = await caching.graphql(query('555566667777'), {}, headers);
    expect(hidden.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(hidden.errors?.[0]?.message.replace(PROD, '555566667777')).toBe(unknown.errors?.[0]?.message);

    const mutation = (account: string) => `mutation { flushStageCache(input: {
      restApiId: "petstore01", stageName: "dev", account: "${account}" }) { userErrors { code message field } } }`;
    const changed = await caching.graphql(mutation(PROD), {}, headers);
    expect(changed.data).toMatchObject({
      flushStageCache: { userErrors: [{ code: 'INVALID_INPUT', field: ['input', 'account'] }] },
    });
    for (const upstream of upstreams) expect(upstream.calls()).toEqual({});
  });
});

test('without authentication policies decide for callers without a name', async () => {
  const gateway = await run({
    policies: `permit(principal, action, resource);
      forbid(principal, action == Action::"deleteStage", resource);
      forbid(principal, action == Action::"readVariables", resource) unless { principal has subject };`,
  });
  const { errors } = await gateway.graphql(documentOf('deleteStage'), { input: mutations.deleteStage.input });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  const { data } = await gateway.graphql(
    '{ stage(restApiId: "petstore01", stageName: "prod") { variables { value redacted } } }',
  );
  expect(JSON.stringify(data)).not.toContain('"redacted":false');
  expect(JSON.stringify(data)).toContain('"value":null,"redacted":true');
});
