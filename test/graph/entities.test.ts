import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { run, type Running } from '../support/run.ts';

const ENTITIES = `
  query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      __typename
      ... on Stage { stageName }
      ... on RestApi { restApiId name }
      ... on RestApiDeployment { deploymentId description }
    }
  }`;

let gateway: Running;
beforeAll(async () => {
  gateway = await run();
});
beforeEach(() => gateway.stageApi.resetCalls());

const entities = (representations: unknown[]) =>
  gateway.graphql<{ _entities: unknown[] }>(ENTITIES, { representations });

describe('entities', () => {
  test('are resolved by either key', async () => {
    const { data } = await gateway.graphql<{
      stage: { id: string; restApi: { id: string }; deployment: { id: string } };
    }>('{ stage(restApiId: "petstore01", stageName: "dev") { id restApi { id } deployment { id } } }');
    const { stage } = data;
    const { data: found, errors } = await entities([
      { __typename: 'Stage', id: stage.id },
      { __typename: 'Stage', restApiId: 'petstore01', stageName: 'dev' },
      { __typename: 'RestApi', id: stage.restApi.id },
      { __typename: 'RestApi', restApiId: 'petstore01' },
      { __typename: 'RestApiDeployment', id: stage.deployment.id },
      { __typename: 'RestApiDeployment', restApiId: 'petstore01', deploymentId: 'dep003' },
    ]);
    expect(errors).toBeUndefined();
    expect(found._entities).toEqual([
      { __typename: 'Stage', stageName: 'dev' },
      { __typename: 'Stage', stageName: 'dev' },
      { __typename: 'RestApi', restApiId: 'petstore01', name: 'Petstore' },
      { __typename: 'RestApi', restApiId: 'petstore01', name: 'Petstore' },
      { __typename: 'RestApiDeployment', deploymentId: 'dep003', description: 'v1.2' },
      { __typename: 'RestApiDeployment', deploymentId: 'dep003', description: 'v1.2' },
    ]);
  });

  test('that do not exist, or have an invalid key, are null at their index', async () => {
    const { data, errors } = await entities([
      { __typename: 'Stage', restApiId: 'petstore01', stageName: 'nope' },
      { __typename: 'Stage', restApiId: 'nosuchapi0', stageName: 'prod' },
      { __typename: 'Stage', restApiId: '', stageName: '..' },
      { __typename: 'Stage' },
      { __typename: 'Stage', restApiId: 7, stageName: ['prod'] },
      { __typename: 'RestApi', restApiId: 'nosuchapi0' },
      { __typename: 'RestApiDeployment', restApiId: 'petstore01', deploymentId: 'dep999' },
      { __typename: 'Stage', restApiId: 'petstore01', stageName: 'prod' },
    ]);
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      { __typename: 'Stage', stageName: 'prod' },
    ]);
  });

  test('of one API need one call together', async () => {
    await entities(
      ['dev', 'staging', 'prod'].map((stageName) => ({
        __typename: 'Stage',
        restApiId: 'petstore01',
        stageName,
      })),
    );
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('need one list for all deployments of an API, and one list for all APIs', async () => {
    await entities(
      ['dep001', 'dep002', 'dep003'].map((deploymentId) => ({
        __typename: 'RestApiDeployment',
        restApiId: 'petstore01',
        deploymentId,
      })),
    );
    await entities(
      ['petstore01', 'orders0002', 'billing003'].map((restApiId) => ({ __typename: 'RestApi', restApiId })),
    );
    expect(gateway.stageApi.calls()).toEqual({ GetDeployments: 1, GetRestApis: 1 });
  });
});

/** A hundred representations; the one in the middle is the given one. */
const hundredWith = (odd: unknown): unknown[] =>
  Array.from({ length: 100 }, (_, index) =>
    index === 50 ? odd : { __typename: 'Stage', restApiId: 'petstore01', stageName: 'prod' },
  );
const ninetyNine = Array.from({ length: 99 }, () => ({ __typename: 'Stage', stageName: 'prod' }));

const expectOnlyNull = (resolved: readonly unknown[]): void => {
  expect(resolved[50]).toBeNull();
  expect(resolved.toSpliced(50, 1)).toEqual(ninetyNine);
};
const badUserInput = (message: unknown): unknown =>
  expect.objectContaining({
    message,
    path: ['_entities', 50],
    extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
  });

describe('one invalid representation among a hundred', () => {
  const stage = { __typename: 'Stage' };
  const key = { restApiId: 'petstore01', stageName: 'prod' };

  test.each([
    ['an unknown key', { ...stage, arn: 'arn:aws:apigateway:us-east-1::/restapis/petstore01/stages/prod' }],
    ['half a key', { ...stage, restApiId: 'petstore01' }],
    ['no key', stage],
    ['empty names', { ...stage, restApiId: '', stageName: '' }],
    ['an id of null', { ...stage, id: null }],
    ['names of null', { ...stage, restApiId: null, stageName: null }],
    ['a name that is a number', { ...stage, ...key, stageName: 7 }],
    ['a name that is a list', { ...stage, ...key, stageName: ['prod'] }],
    ['a name that is an object', { ...stage, ...key, restApiId: { toString: 'petstore01' } }],
    ['a name that leads elsewhere', { ...stage, ...key, stageName: '../../deployments' }],
    ['a stage that is not there', { ...stage, ...key, stageName: 'nope' }],
  ])('%s: null at its index, without an error', async (_, odd) => {
    const { data, errors } = await entities(hundredWith(odd));
    expect(errors).toBeUndefined();
    expectOnlyNull(data._entities);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  const opaque = 'U3RhZ2U6YXdzOjAwMDAwMDAwMDAwMDp1cy1lYXN0LTE6cGV0c3RvcmUwMTpwcm9k';
  test.each([
    ['that is empty', { ...stage, id: '' }, 'Stage, not "".'],
    ['that is a number', { ...stage, id: 7 }, 'Stage, not a number.'],
    ['that the gateway did not create', { ...stage, id: 'bm9uc2Vuc2U' }, 'Stage, not "bm9uc2Vuc2U".'],
    ['of something else', { __typename: 'RestApi', id: opaque }, `RestApi, not "${opaque.slice(0, 60)}…".`],
  ])('one id %s: null, and an error that says what it must be', async (_, odd, end) => {
    const { data, errors } = await entities(hundredWith(odd));
    expect(errors).toEqual([badUserInput(`id must be the opaque id of a ${end}`)]);
    expectOnlyNull(data._entities);
  });

  test.each([
    ['stage', { ...stage, restApiId: opaque, stageName: 'prod' }],
    ['API', { __typename: 'RestApi', restApiId: opaque }],
    ['deployment', { __typename: 'RestApiDeployment', restApiId: opaque, deploymentId: 'dep001' }],
  ])(
    "one %s with an opaque id instead of AWS's own id: null, and an error that names the API",
    async (_, odd) => {
      const { data, errors } = await entities(hundredWith(odd));
      expect(errors).toEqual([
        badUserInput(expect.stringMatching(/^restApiId must be AWS's own id, .* of the API "petstore01"\.$/)),
      ]);
      expectOnlyNull(data._entities);
      expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
    },
  );

  test.each([
    ['of a type that is no entity', { __typename: 'CanarySettings', percentTraffic: 100 }],
    ['of a type that there is not', { __typename: 'Planet', id: '3' }],
    ['of no type', { restApiId: 'petstore01', stageName: 'prod' }],
    ['of a type that is a number', { __typename: 7, id: '3' }],
    ['that is a word', 'Stage'],
  ])('one %s: null, and an error at its index', async (_, odd) => {
    const { data, errors } = await entities(hundredWith(odd));
    const message = "A representation's __typename must be one of RestApi, RestApiDeployment, Stage.";
    expect(errors).toEqual([badUserInput(message)]);
    expectOnlyNull(data._entities);
  });
});
