import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultLimits } from '../../src/graphql/limits/limits.ts';
import { DEV, PROD, startFleet, target } from '../support/fleet.ts';
import { bearer, startIssuer } from '../support/issuer.ts';
import { apiId, manyApis } from '../support/many-apis.ts';
import { run, type Running } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';

const NODES = `
  query Nodes($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
      ... on Stage { restApiId stageName }
      ... on RestApi { name }
      ... on RestApiDeployment { description }
    }
  }`;

const idOf = (kind: string, ...names: string[]): string =>
  Buffer.from([kind, 'aws', '000000000000', 'us-east-1', ...names].join(':')).toString('base64url');
const stageId = (restApiId: string, stageName: string) => idOf('Stage', restApiId, stageName);

let gateway: Running;
beforeAll(async () => {
  gateway = await run();
});
beforeEach(() => gateway.stageApi.resetCalls());

const nodes = (ids: unknown) => gateway.graphql<{ nodes: unknown[] }>(NODES, { ids });

describe('node', () => {
  test.each([
    ['a stage', stageId('petstore01', 'dev'), { __typename: 'Stage', stageName: 'dev' }, { GetStages: 1 }],
    ['an API', idOf('RestApi', 'petstore01'), { __typename: 'RestApi', name: 'Petstore' }, { GetRestApi: 1 }],
    [
      'a deployment',
      idOf('RestApiDeployment', 'petstore01', 'dep003'),
      { __typename: 'RestApiDeployment', description: 'v1.2' },
      { GetDeployment: 1 },
    ],
  ])('is %s by its id, at the cost of a read by its names', async (_, id, node, calls) => {
    const { data, errors } = await gateway.graphql(
      `query ($id: ID!) { node(id: $id) {
        __typename id ... on Stage { stageName } ... on RestApi { name } ... on RestApiDeployment { description }
      } }`,
      { id },
    );
    expect({ data, errors }).toEqual({ data: { node: { id, ...node } }, errors: undefined });
    expect(gateway.stageApi.calls()).toEqual(calls);
  });

  test('has the id that the reads answer with', async () => {
    const { data } = await gateway.graphql(
      '{ stage(restApiId: "petstore01", stageName: "dev") { id restApi { id } deployment { id } } }',
    );
    expect(data).toEqual({
      stage: {
        id: stageId('petstore01', 'dev'),
        restApi: { id: idOf('RestApi', 'petstore01') },
        deployment: { id: idOf('RestApiDeployment', 'petstore01', 'dep003') },
      },
    });
  });

  test('of an API whose stages alone are selected needs no call for the API', async () => {
    await gateway.graphql('query ($id: ID!) { node(id: $id) { ... on RestApi { stages { stageName } } } }', {
      id: idOf('RestApi', 'petstore01'),
    });
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('that does not exist is null without an error', async () => {
    const { data, errors } = await nodes([
      stageId('petstore01', 'nothere'),
      stageId('nothere001', 'prod'),
      idOf('RestApi', 'nothere001'),
      idOf('RestApiDeployment', 'petstore01', 'dep999'),
    ]);
    expect({ data, errors }).toEqual({ data: { nodes: [null, null, null, null] }, errors: undefined });
  });
});

describe('nodes', () => {
  test('are in the order of their ids, each as often as it is given', async () => {
    const ids = [
      stageId('petstore01', 'prod'),
      idOf('RestApi', 'orders0002'),
      stageId('petstore01', 'dev'),
      stageId('petstore01', 'prod'),
    ];
    const { data, errors } = await nodes(ids);
    const prod = { __typename: 'Stage', id: ids[0], restApiId: 'petstore01', stageName: 'prod' };
    expect(errors).toBeUndefined();
    expect(data.nodes).toEqual([
      prod,
      { __typename: 'RestApi', id: ids[1], name: 'Orders' },
      { ...prod, id: ids[2], stageName: 'dev' },
      prod,
    ]);
  });

  test('of one kind and API cost what their list costs', async () => {
    await nodes(['dev', 'staging', 'prod'].map((name) => stageId('petstore01', name)));
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
    gateway.stageApi.resetCalls();
    await nodes(['dep001', 'dep002', 'dep003'].map((id) => idOf('RestApiDeployment', 'petstore01', id)));
    await nodes(['petstore01', 'orders0002', 'billing003'].map((id) => idOf('RestApi', id)));
    expect(gateway.stageApi.calls()).toEqual({ GetDeployments: 1, GetRestApis: 1 });
  });

  const unreadable = (given: string) =>
    `id must be the opaque id of a Stage, RestApi or RestApiDeployment, not ${given}.`;
  const target = idOf('StageTarget');
  test.each([
    ['empty', '', unreadable('""')],
    ['not from a gateway', 'petstore01', unreadable('"petstore01"')],
    ['of a target', target, unreadable(`"${target}"`)],
    [
      'of a target that is not known',
      Buffer.from('Stage:aws:111111111111:us-east-1:petstore01:prod').toString('base64url'),
      expect.stringMatching(/^account "111111111111" is not known/),
    ],
    [
      'with an invalid name',
      stageId('petstore01', '..'),
      expect.stringMatching(/^id must be the opaque id of a Stage, not /),
    ],
  ])('an id that is %s is null with an error at its place', async (_, id, message) => {
    const { data, errors } = await nodes([stageId('petstore01', 'prod'), id, stageId('petstore01', 'dev')]);
    expect(data.nodes).toMatchObject([{ stageName: 'prod' }, null, { stageName: 'dev' }]);
    expect(errors).toEqual([
      expect.objectContaining({
        message,
        path: ['nodes', 1],
        extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
      }),
    ]);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('of an API that cannot be read fail alone', async () => {
    gateway.stageApi.configure({
      faults: [{ operation: 'GetRestApi', action: 'fail', status: 403, code: 'AccessDeniedException' }],
    });
    const { data, errors } = await nodes([idOf('RestApi', 'petstore01'), stageId('petstore01', 'dev')]);
    gateway.stageApi.configure({ faults: [] });
    expect(data.nodes).toMatchObject([null, { stageName: 'dev' }]);
    expect(errors).toMatchObject([{ path: ['nodes', 0], extensions: { code: 'UPSTREAM_ACCESS_DENIED' } }]);
  });

  test('beyond the limit are refused before a call, in variables and in the document', async () => {
    const most = defaultLimits.representations;
    const ids = (count: number) => Array.from({ length: count }, (_, index) => stageId(apiId(index), 'prod'));
    const byVariable = await nodes(ids(most + 1));
    expect(byVariable.status).toBe(400);
    expect(byVariable.errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_LARGE' } }]);
    const half = JSON.stringify(ids(most / 2 + 1).map(() => 'x'));
    const written = await gateway.graphql(`{ a: nodes(ids: ${half}) { id } b: nodes(ids: ${half}) { id } }`);
    expect(written.errors).toMatchObject([
      {
        message: expect.stringContaining(
          `The operation has ${most + 2} representations or ids of entities; the limit is ${most}.`,
        ),
      },
    ]);
    expect(gateway.stageApi.calls()).toEqual({});
  });

  test('of too many APIs are refused together before a call', async () => {
    const many = await run({ stageApi: manyApis(101) });
    const ids = Array.from({ length: 101 }, (_, index) => stageId(apiId(index), 'dev'));
    const { data, errors } = await many.graphql<{ nodes: unknown[] }>(NODES, { ids });
    expect(data.nodes).toEqual(ids.map(() => null));
    expect(errors).toHaveLength(101);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'OPERATION_TOO_LARGE' } });
    expect(many.stageApi.calls()).toEqual({});
  });
});

test('nodes of several targets are read where they are', async () => {
  const [home, other] = await Promise.all([startStageApi(), startStageApi()]);
  const fleet = await startFleet({
    quota: 'account',
    targets: [
      target({ account: PROD, region: 'eu-central-1', home: true, endpoint: home.url }),
      target({ account: DEV, region: 'us-east-1', endpoint: other.url }),
    ],
  });
  const stage = `stage(restApiId: "petstore01", stageName: "prod"`;
  const read = await fleet.graphql<Record<'a' | 'b', { id: string }>>(
    `{ a: ${stage}) { id } b: ${stage}, account: "${DEV}") { id } }`,
  );
  const ids = [read.data.a.id, read.data.b.id];
  home.resetCalls();
  other.resetCalls();
  const { data } = await fleet.graphql(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Stage { account region stageName } } }',
    { ids },
  );
  expect(data).toEqual({
    nodes: [
      { account: PROD, region: 'eu-central-1', stageName: 'prod' },
      { account: DEV, region: 'us-east-1', stageName: 'prod' },
    ],
  });
  expect([home.calls(), other.calls()]).toEqual([{ GetStages: 1 }, { GetStages: 1 }]);
});

describe('with tokens', () => {
  test.each([
    ['node(id: $id) { id }', 'Query.node'],
    ['nodes(ids: [$id]) { id }', 'Query.nodes'],
  ])('%s needs the scope of a read', async (field, place) => {
    const issuer = await startIssuer();
    const guarded = await run({ auth: issuer.options });
    const ask = async (scope: string) =>
      guarded.graphql(
        `query ($id: ID!) { ${field} __typename }`,
        { id: stageId('petstore01', 'prod') },
        bearer(await issuer.token(scope)),
      );
    expect((await ask('openid')).errors).toMatchObject([
      { message: expect.stringContaining(`${place} needs a token`), extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(guarded.stageApi.calls()).toEqual({});
    expect((await ask('stages:read')).errors).toBeUndefined();
  });

  test('values of variables are redacted as everywhere', async () => {
    const issuer = await startIssuer();
    const guarded = await run({ auth: issuer.options });
    const { data } = await guarded.graphql(
      'query ($id: ID!) { node(id: $id) { ... on Stage { variables { value redacted } } } }',
      { id: stageId('petstore01', 'dev') },
      bearer(await issuer.token('stages:read')),
    );
    const hidden = { value: null, redacted: true };
    expect(data).toEqual({ node: { variables: [hidden, hidden] } });
  });
});

test('introspection shows nodes', async () => {
  const { data } = await gateway.graphql<{ __type: { possibleTypes: { name: string }[] } }>(
    '{ __type(name: "Node") { possibleTypes { name } } }',
  );
  const names = data.__type.possibleTypes.map(({ name }) => name);
  expect(names.sort()).toEqual(['RestApi', 'RestApiDeployment', 'Stage']);
});
