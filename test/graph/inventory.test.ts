import { DeleteStageCommand } from '@aws-sdk/client-api-gateway';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { anotherTool } from '../support/another-tool.ts';
import { DEV, PROD, type RunningFleet, startFleet, target } from '../support/fleet.ts';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { documentOf } from '../support/mutations.ts';
import { poll, until } from '../support/polling.ts';
import { type Gateway, type Running, run } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';

interface Inventory {
  readonly totalCount: number;
  readonly nodes: readonly { restApiId: string; stageName: string; account: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly targets: readonly {
    account: string;
    restApis: number;
    stages: number;
    complete: boolean;
    oldest: string | null;
    error: string | null;
  }[];
}

const INVENTORY = `query ($where: StageInventoryFilter, $orderBy: StageInventoryOrder, $first: Int, $after: String) {
  stageInventory(where: $where, orderBy: $orderBy, first: $first, after: $after) {
    totalCount nodes { restApiId stageName account } pageInfo { hasNextPage endCursor }
    targets { account region restApis stages complete oldest error } } }`;

async function read(gateway: Gateway, variables = {}, headers = {}): Promise<Inventory> {
  const { data, errors } = await gateway.graphql<{ stageInventory: Inventory }>(
    INVENTORY,
    variables,
    headers,
  );
  expect(errors).toBeUndefined();
  return data.stageInventory;
}

/** Waits until the crawl has been everywhere. */
const crawled = (gateway: Gateway, headers = {}): Promise<Inventory> =>
  poll(async () => {
    const inventory = await read(gateway, {}, headers);
    const { targets } = inventory;
    return targets.length > 0 && targets.every(({ complete }) => complete) ? inventory : undefined;
  }, 20);

const names = ({ nodes }: Inventory) => nodes.map(({ restApiId, stageName }) => `${restApiId}/${stageName}`);
const ALL = [
  'billing003/prod',
  'orders0002/beta',
  'orders0002/live',
  'petstore01/dev',
  'petstore01/prod',
  'petstore01/staging',
];

describe('the inventory of one target', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await run({ memory: { inventoryRate: 50 } });
    await crawled(gateway);
  });

  test('has all stages of all APIs, and costs no call', async () => {
    gateway.stageApi.resetCalls();
    const inventory = await read(gateway);
    expect(names(inventory).toSorted()).toEqual(ALL);
    expect(inventory.totalCount).toBe(6);
    expect(inventory.targets).toMatchObject([
      { account: '000000000000', restApis: 4, stages: 6, complete: true, error: null },
    ]);
    // The crawl describes deployments meanwhile.
    const { GetDeployment, ...others } = gateway.stageApi.calls();
    expect(others).toEqual({});
  });

  test.each<[object, readonly string[]]>([
    [{ stageNames: ['p*'] }, ['billing003/prod', 'petstore01/prod']],
    [{ restApiIds: ['petstore01'], hasCanary: true }, ['petstore01/prod']],
    [{ restApiNames: ['*rder*'] }, ['orders0002/beta', 'orders0002/live']],
    [{ hasAccessLog: true }, ['petstore01/prod']],
    [{ tags: [{ key: 'team' }], stageNames: ['prod'] }, ['petstore01/prod']],
    [{ updatedAfter: '2100-01-01T00:00:00.000Z' }, []],
    [{ stageNames: [] }, []],
  ])('filters by %j', async (where, expected) => {
    const inventory = await read(gateway, { where });
    expect({ where, names: names(inventory).toSorted(), count: inventory.totalCount }).toEqual({
      where,
      names: expected,
      count: expected.length,
    });
  });

  test('finds stages by what is wrong with them, as the stage itself says', async () => {
    const code = 'THROTTLING_OFF';
    const { data } = await gateway.graphql<{
      restApis: { nodes: { restApiId: string; stages: { stageName: string; findings: unknown[] }[] }[] };
    }>(`{ restApis { nodes { restApiId stages { stageName findings(codes: [${code}]) { code } } } } }`);
    const expected = data.restApis.nodes.flatMap(({ restApiId, stages }) =>
      stages
        .filter(({ findings }) => findings.length > 0)
        .map(({ stageName }) => `${restApiId}/${stageName}`),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(names(await read(gateway, { where: { findings: [code] } })).toSorted()).toEqual(
      expected.toSorted(),
    );
  });

  test('is paged without gaps, in each order', async () => {
    for (const orderBy of ['NAME', 'LAST_UPDATED_DESC', 'LAST_UPDATED_ASC']) {
      const whole = names(await read(gateway, { orderBy }));
      const paged: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await read(gateway, { orderBy, first: 2, after });
        paged.push(...names(page));
        if (!page.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
      }
      expect(paged).toEqual(whole);
    }
  });

  test.each([
    [{ first: 0 }, /first must be 1 to 500/],
    [{ first: 501 }, /first must be 1 to 500/],
    [{ after: 'none' }, /after must be a cursor/],
    [{ where: { accounts: ['nope'] } }, /where\.accounts: "nope" is not known/],
    [{ where: { regions: ['mars-1'] } }, /where\.regions: "mars-1" is not known/],
  ])('refuses %j', async (variables, message) => {
    const { errors } = await gateway.graphql(INVENTORY, variables);
    expect(errors).toMatchObject([
      { message: expect.stringMatching(message) as unknown, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('its nodes are stages, with all that stages have', async () => {
    const { data, errors } = await gateway.graphql<{
      stageInventory: { nodes: Record<string, unknown>[] };
    }>(`{
      stageInventory(where: { restApiIds: ["petstore01"], stageNames: ["prod"] }) { nodes {
        id revision observedAt variables { name value redacted } methodSettings { resourcePath httpMethod }
        canarySettings { percentTraffic } restApi { name } deployment { description } findings { code } } }
      stage(restApiId: "petstore01", stageName: "prod") { id revision methodSettings { resourcePath httpMethod }
        canarySettings { percentTraffic } restApi { name } deployment { description } findings { code } } }`);
    expect(errors).toBeUndefined();
    const [node] = data.stageInventory.nodes;
    expect(node).toMatchObject((data as unknown as { stage: object }).stage);
    // Without HISTORY_KEY values are not stored.
    expect(node?.variables).toContainEqual({ name: 'backend', value: null, redacted: true });
  });
});

test('what requests write and read is in the inventory at once, and what is deleted goes', async () => {
  const gateway = await run({ memory: {} });
  expect((await read(gateway)).totalCount).toBe(0);
  await gateway.graphql('{ stages(restApiId: "petstore01") { stageName } }');
  expect((await read(gateway)).totalCount).toBe(3);
  const input = { restApiId: 'petstore01', stageName: 'fresh', deploymentId: 'dep001' };
  await gateway.graphql(documentOf('createStage'), { input });
  expect(names(await read(gateway, { where: { stageNames: ['fresh'] } }))).toEqual(['petstore01/fresh']);
  await gateway.graphql(documentOf('deleteStage'), { input: { restApiId: 'petstore01', stageName: 'dev' } });
  const deletion = new DeleteStageCommand({ restApiId: 'petstore01', stageName: 'staging' });
  await anotherTool(gateway.stageApi).send(deletion);
  await gateway.graphql('{ stages(restApiId: "petstore01") { stageName } }');
  expect(names(await read(gateway))).toEqual(['petstore01/fresh', 'petstore01/prod']);
});

describe('for several callers', () => {
  let issuer: Issuer;
  let gateway: RunningFleet;
  const policies = `permit(principal, action, resource) when {
    principal.hasTag("reads") && principal.getTag("reads").contains(resource.account) };`;
  beforeAll(async () => {
    issuer = await startIssuer();
    const [prod, dev] = await Promise.all([startStageApi(), startStageApi()]);
    const file = {
      quota: 'account' as const,
      targets: [
        target({ account: PROD, alias: 'prod', region: 'us-east-1', home: true, endpoint: prod.url }),
        target({ account: DEV, region: 'us-east-1', endpoint: dev.url }),
      ],
    };
    gateway = await startFleet(file, { auth: issuer.options, policies, memory: { inventoryRate: 50 } });
    await crawled(gateway, await headersOf([PROD, DEV]));
  });
  const headersOf = async (reads: readonly string[]) =>
    bearer(await issuer.token('stages:admin', { reads: [...reads] }));

  test('stages, counts and targets are those that the caller may read', async () => {
    expect((await read(gateway, {}, await headersOf([PROD, DEV]))).totalCount).toBe(12);
    const own = await read(gateway, {}, await headersOf([DEV]));
    expect(own.totalCount).toBe(6);
    expect(new Set(own.nodes.map(({ account }) => account))).toEqual(new Set([DEV]));
    expect(own.targets.map(({ account }) => account)).toEqual([DEV]);
    expect(await read(gateway, {}, await headersOf([]))).toMatchObject({
      totalCount: 0,
      nodes: [],
      targets: [],
    });
    const { errors } = await gateway.graphql(
      INVENTORY,
      { where: { accounts: ['prod'] } },
      await headersOf([DEV]),
    );
    expect(errors?.[0]?.message).toMatch(/"prod" is not known/);
  });

  test('those of a target that is not in the file any more are in no page, count or history', async () => {
    const [kept, gone] = [PROD, DEV].map((account) =>
      target({ account, region: 'us-east-1', home: account === PROD, endpoint: 'embedded' }),
    ) as [ReturnType<typeof target>, ReturnType<typeof target>];
    const fleet = await startFleet(
      { quota: 'account', targets: [kept, gone] },
      { memory: { inventoryRate: 50 } },
    );
    expect((await crawled(fleet)).totalCount).toBe(12);
    const input = { account: DEV, restApiId: 'petstore01', stageName: 'dev', description: 'Changed' };
    await fleet.graphql(documentOf('updateStage'), { input });
    fleet.fleet.replace({ quota: 'account', targets: [kept] });
    const page = await read(fleet, { first: 6 });
    expect(page).toMatchObject({ totalCount: 6, pageInfo: { hasNextPage: false } });
    expect(page.nodes.map(({ account }) => account)).toEqual(Array(6).fill(PROD));
    expect(page.targets).toMatchObject([{ account: PROD, stages: 6, restApis: 4 }]);
    const { data, errors } = await fleet.graphql('{ stageHistory { nodes { account } } }');
    expect({ data, errors }).toEqual({ data: { stageHistory: { nodes: [] } } });
    const named = await fleet.graphql(INVENTORY, { where: { accounts: [DEV] } });
    expect(named.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('so is the history', async () => {
    const both = await headersOf([PROD, DEV]);
    for (const account of [PROD, DEV]) {
      const input = { account, restApiId: 'petstore01', stageName: 'dev', description: 'Changed' };
      await gateway.graphql(documentOf('updateStage'), { input }, both);
    }
    const accountsFor = async (reads: readonly string[]) => {
      const { data } = await gateway.graphql<{ stageHistory: { nodes: { account: string }[] } }>(
        '{ stageHistory { nodes { account } } }',
        {},
        await headersOf(reads),
      );
      return data.stageHistory.nodes.map(({ account }) => account);
    };
    // On a busy machine an entry is written after its change is answered.
    await until(async () => (await accountsFor([PROD, DEV])).length >= 2, 20);
    expect(await accountsFor([PROD, DEV])).toEqual([DEV, PROD]);
    expect(await accountsFor([DEV])).toEqual([DEV]);
    expect(await accountsFor([])).toEqual([]);
  });
});
