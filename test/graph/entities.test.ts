import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
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
afterAll(() => gateway.close());
beforeEach(() => gateway.stageApi.resetCalls());

const entities = (representations: unknown[]) =>
  gateway.graphql<{ _entities: unknown[] }>(ENTITIES, { representations });

describe('entities', () => {
  test('are found by either key', async () => {
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

  test('that do not exist, or whose key is none, are null, each in its own place', async () => {
    const { data, errors } = await entities([
      { __typename: 'Stage', restApiId: 'petstore01', stageName: 'nope' },
      { __typename: 'Stage', restApiId: '', stageName: '..' },
      { __typename: 'Stage', id: 'nonsense' },
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

  test('of one API cost one call together', async () => {
    await entities(
      ['dev', 'staging', 'prod'].map((stageName) => ({
        __typename: 'Stage',
        restApiId: 'petstore01',
        stageName,
      })),
    );
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });
});
