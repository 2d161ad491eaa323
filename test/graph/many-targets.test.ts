import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { EmbeddedStageApi } from '../../src/embedded/start.ts';
import { defaultLimits } from '../../src/graphql/limits/limits.ts';
import { DEV, PROD, type RunningFleet, startFleet, target } from '../support/fleet.ts';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { startStageApi } from '../support/stage-api.ts';

/** Three targets, each with the same sample data: APIs of the same ids. */
const names = ['home', 'other Region', 'other account'] as const;
type Name = (typeof names)[number];

let upstreams: Readonly<Record<Name, EmbeddedStageApi>>;
let gateway: RunningFleet;

const fileOf = (apis: typeof upstreams) => ({
  quota: 'account' as const,
  targets: [
    target({ account: PROD, alias: 'prod', region: 'eu-central-1', home: true, endpoint: apis.home.url }),
    target({ account: PROD, alias: 'prod', region: 'us-east-1', endpoint: apis['other Region'].url }),
    target({
      account: DEV,
      region: 'us-east-1',
      endpoint: apis['other account'].url,
      protectedStages: ['pro*'],
    }),
  ],
});

beforeAll(async () => {
  const [home, region, account] = await Promise.all([startStageApi(), startStageApi(), startStageApi()]);
  upstreams = { home, 'other Region': region, 'other account': account };
  gateway = await startFleet(fileOf(upstreams), { ttlMs: 60_000 });
});
beforeEach(() => {
  for (const name of names) upstreams[name].resetCalls();
});

const calls = () => Object.fromEntries(names.map((name) => [name, upstreams[name].calls()]));
const STAGE = 'stage(restApiId: "petstore01", stageName: "prod"';

describe('a read', () => {
  test.each([
    ['nothing', '', PROD, 'eu-central-1'],
    ['null', ', account: null, region: null', PROD, 'eu-central-1'],
    ['an alias', ', account: "prod"', PROD, 'eu-central-1'],
    ['an account that has the Region of home', `, account: "${PROD}"`, PROD, 'eu-central-1'],
    ['an account with another Region only', `, account: "${DEV}"`, DEV, 'us-east-1'],
    ['a Region, of the home account', ', region: "us-east-1"', PROD, 'us-east-1'],
    ['both', `, account: "prod", region: "us-east-1"`, PROD, 'us-east-1'],
  ])('that names %s is of the target that the contract says', async (_, reference, account, region) => {
    const { data, errors } = await gateway.graphql(
      `{ ${STAGE}${reference}) { account region restApi { account region stages { account region } } deployment { account region } } }`,
    );
    const here = { account, region };
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      stage: { ...here, restApi: { ...here, stages: [here, here, here] }, deployment: here },
    });
  });

  test.each([
    [
      'an unknown account',
      ', account: "999999999999"',
      /^account "999999999999" is not known.*: prod, 4{4}5{4}6{4}\.$/,
    ],
    ['an unknown alias', ', account: "staging"', /^account "staging" is not known/],
    ['an empty account', ', account: ""', /^account "" is not known/],
    [
      'a Region that the account does not have',
      ', account: "prod", region: "ap-south-1"',
      /^region "ap-south-1" is not known for the account prod; its Regions are: eu-central-1, us-east-1\.$/,
    ],
  ])('that names %s is refused with what there is, and without a call', async (_, reference, message) => {
    const { data, errors } = await gateway.graphql(`{ ${STAGE}${reference}) { id } }`);
    expect(data).toEqual({ stage: null });
    expect(errors).toMatchObject([
      { message: expect.stringMatching(message), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(calls()).toEqual({ home: {}, 'other Region': {}, 'other account': {} });
  });
});

describe('targets with APIs of the same ids', () => {
  test('are read by one call each in one operation', async () => {
    const fresh = await startFleet(fileOf(upstreams));
    const stages = (alias: string, reference: string) =>
      `${alias}1: ${STAGE}${reference}) { id } ${alias}2: stages(restApiId: "petstore01"${reference}) { id }`;
    const { data, errors } = await fresh.graphql<Record<string, { id: string } | { id: string }[]>>(
      `{ ${stages('a', '')} ${stages('b', ', region: "us-east-1"')} ${stages('c', `, account: "${DEV}"`)} }`,
    );
    expect(errors).toBeUndefined();
    const ids = Object.values(data)
      .flat()
      .map(({ id }) => id);
    // Three lists of three stages; each of the three single ones is in its list.
    expect(new Set(ids).size).toBe(9);
    expect(calls()).toEqual({
      home: { GetStages: 1 },
      'other Region': { GetStages: 1 },
      'other account': { GetStages: 1 },
    });
    await fresh.close();
  });

  test('have ids, ARNs and URLs of their own', async () => {
    const { data } = await gateway.graphql(
      `{ a: ${STAGE}) { arn executionArn invokeUrl } b: ${STAGE}, account: "${DEV}") { arn executionArn invokeUrl } }`,
    );
    expect(data).toEqual({
      a: {
        arn: 'arn:aws:apigateway:eu-central-1::/restapis/petstore01/stages/prod',
        executionArn: `arn:aws:execute-api:eu-central-1:${PROD}:petstore01/prod`,
        invokeUrl: 'https://petstore01.execute-api.eu-central-1.amazonaws.com/prod',
      },
      b: {
        arn: 'arn:aws:apigateway:us-east-1::/restapis/petstore01/stages/prod',
        executionArn: `arn:aws:execute-api:us-east-1:${DEV}:petstore01/prod`,
        invokeUrl: 'https://petstore01.execute-api.us-east-1.amazonaws.com/prod',
      },
    });
  });

  test('are changed alone, and nothing that is cached of the others changes', async () => {
    const query = `{ a: ${STAGE}) { description } b: ${STAGE}, region: "us-east-1") { description } c: ${STAGE}, account: "${DEV}") { description } }`;
    const before = await gateway.graphql<Record<string, { description: string }>>(query);
    const { data } = await gateway.graphql(
      'mutation ($input: UpdateStageInput!) { updateStage(input: $input) { stage { account region description } userErrors { code } } }',
      {
        input: {
          account: 'prod',
          region: 'us-east-1',
          restApiId: 'petstore01',
          stageName: 'prod',
          description: 'Changed',
        },
      },
    );
    expect(data).toEqual({
      updateStage: { stage: { account: PROD, region: 'us-east-1', description: 'Changed' }, userErrors: [] },
    });
    const after = await gateway.graphql(query);
    expect(after.data).toEqual({ ...before.data, b: { description: 'Changed' } });
    expect(upstreams.home.calls()).not.toHaveProperty('UpdateStage');
    expect(upstreams['other account'].calls()).not.toHaveProperty('UpdateStage');
  });

  test('have cursors that only they accept', async () => {
    const page = (reference: string, after: string) =>
      gateway.graphql<{ restApis: { pageInfo: { endCursor: string } } }>(
        `{ restApis(first: 1${reference}${after}) { nodes { restApiId } pageInfo { endCursor } } }`,
      );
    const { data } = await page('', '');
    const after = `, after: "${data.restApis.pageInfo.endCursor}"`;
    expect((await page('', after)).errors).toBeUndefined();
    expect((await page(', region: "us-east-1"', after)).errors).toMatchObject([
      {
        message: expect.stringMatching(/^after must be a cursor of this list/),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });

  test('have protected stages of their own', async () => {
    const change = (account: string) =>
      gateway.graphql(
        'mutation ($input: UpdateStageInput!) { updateStage(input: $input) { userErrors { code } } }',
        { input: { account, restApiId: 'petstore01', stageName: 'prod', description: 'x', dryRun: false } },
      );
    expect((await change(DEV)).data).toEqual({
      updateStage: { userErrors: [{ code: 'CONFIRMATION_REQUIRED' }] },
    });
    expect((await change(PROD)).data).toEqual({ updateStage: { userErrors: [] } });
  });

  test('share what one operation may call', async () => {
    const limits = { ...defaultLimits, upstreamCalls: 3 };
    const small = await startFleet(fileOf(upstreams), { limits });
    const reads = ['', `, account: "${DEV}"`].flatMap((reference, index) => [
      `a${index}: stages(restApiId: "petstore01"${reference}) { id }`,
      `b${index}: stages(restApiId: "orders0002"${reference}) { id }`,
    ]);
    const { errors } = await small.graphql(`{ ${reads.join(' ')} }`);
    expect(new Set(errors?.map(({ message }) => message))).toEqual(
      new Set(['The operation needs 4 calls to AWS; the limit is 3. Ask for less at once.']),
    );
    expect(calls()).toEqual({ home: {}, 'other Region': {}, 'other account': {} });
    await small.close();
  });
});

describe('entities', () => {
  const entities = (representations: object[]) =>
    gateway.graphql<{ _entities: unknown[] }>(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Stage { account region stageName } ... on RestApi { account region restApiId } ... on RestApiDeployment { account region deploymentId } } }',
      { representations },
    );

  test('of every target are resolved by id and by the long key, and home by the short one', async () => {
    const { data: ids } = await gateway.graphql<
      Record<string, { id: string; restApi: { id: string }; deployment: { id: string } }>
    >(`{ stage: ${STAGE}, account: "${DEV}") { id restApi { id } deployment { id } } }`);
    const dev = { account: DEV, region: 'us-east-1' };
    const { data, errors } = await entities([
      { __typename: 'Stage', id: ids.stage?.id },
      { __typename: 'Stage', ...dev, restApiId: 'petstore01', stageName: 'prod' },
      {
        __typename: 'Stage',
        account: 'prod',
        region: 'us-east-1',
        restApiId: 'petstore01',
        stageName: 'prod',
      },
      { __typename: 'Stage', restApiId: 'petstore01', stageName: 'prod' },
      { __typename: 'RestApi', id: ids.stage?.restApi.id },
      { __typename: 'RestApi', ...dev, restApiId: 'petstore01' },
      { __typename: 'RestApiDeployment', id: ids.stage?.deployment.id },
      { __typename: 'RestApiDeployment', ...dev, restApiId: 'petstore01', deploymentId: 'dep001' },
    ]);
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([
      { ...dev, stageName: 'prod' },
      { ...dev, stageName: 'prod' },
      { account: PROD, region: 'us-east-1', stageName: 'prod' },
      { account: PROD, region: 'eu-central-1', stageName: 'prod' },
      { ...dev, restApiId: 'petstore01' },
      { ...dev, restApiId: 'petstore01' },
      { ...dev, deploymentId: 'dep001' },
      { ...dev, deploymentId: 'dep001' },
    ]);
  });

  test('of an unknown target are null with an error, each in its own slot', async () => {
    const { data, errors } = await entities([
      {
        __typename: 'Stage',
        account: '999999999999',
        region: 'us-east-1',
        restApiId: 'petstore01',
        stageName: 'prod',
      },
      { __typename: 'Stage', restApiId: 'petstore01', stageName: 'prod' },
    ]);
    expect(data._entities).toEqual([null, { account: PROD, region: 'eu-central-1', stageName: 'prod' }]);
    expect(errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('a change of an unknown target', () => {
  test('is an error of the input, without a call', async () => {
    const { data } = await gateway.graphql(
      'mutation { deleteStage(input: { account: "nope", restApiId: "petstore01", stageName: "dev" }) { deletedStageId userErrors { code field message } } }',
    );
    expect(data).toEqual({
      deleteStage: {
        deletedStageId: null,
        userErrors: [
          {
            code: 'INVALID_INPUT',
            field: ['input', 'account'],
            message: `account "nope" is not known to this gateway; its accounts are: prod, ${DEV}.`,
          },
        ],
      },
    });
    expect(calls()).toEqual({ home: {}, 'other Region': {}, 'other account': {} });
  });
});

describe('stageTargets', () => {
  const TARGETS =
    '{ stageTargets { account alias region home budget { rate burst available waiting estimatedWaitSeconds } } }';

  test('lists the targets with their rate limiters, which the Regions of an account share', async () => {
    const fresh = await startFleet(fileOf(upstreams), { rate: 5, burst: 20 });
    await fresh.graphql(`{ ${STAGE}, region: "us-east-1") { id } }`);
    const { data } = await fresh.graphql<{ stageTargets: { budget: { available: number } }[] }>(TARGETS);
    const budget = { rate: 5, burst: 20, waiting: 0, estimatedWaitSeconds: 0 };
    expect(data.stageTargets).toMatchObject([
      { account: PROD, alias: 'prod', region: 'eu-central-1', home: true, budget },
      { account: PROD, alias: 'prod', region: 'us-east-1', home: false, budget },
      { account: DEV, alias: null, region: 'us-east-1', home: false, budget },
    ]);
    expect(data.stageTargets.map((each) => each.budget.available)).toEqual([19, 19, 20]);
    await fresh.close();
  });

  test('is never answered from the response cache', async () => {
    const slow = await startFleet(fileOf(upstreams), { ttlMs: 60_000, rate: 0.001, burst: 20 });
    const read = async () => {
      const query = `{ stageTargets { budget { available } } ${STAGE}) { stageName } }`;
      const { data } = await slow.graphql<{ stageTargets: { budget: { available: number } }[] }>(query);
      return data.stageTargets[0]?.budget.available;
    };
    await read();
    expect(await read()).toBe(19);
    await slow.graphql('{ stages(restApiId: "orders0002") { id } }');
    expect(await read()).toBe(18);
    await slow.close();
  });

  test('needs the scope for reads', async () => {
    const issuer: Issuer = await startIssuer();
    const closed = await startFleet(fileOf(upstreams), { auth: issuer.options });
    const { errors } = await closed.graphql(TARGETS, {}, bearer(await issuer.token('stages:variables')));
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await closed.close();
  });
});
