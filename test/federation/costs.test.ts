import { beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType, isObjectType } from 'graphql';
import { createSchema } from '../../src/graphql/schema/schema.ts';
import { lookAtDeployments } from '../support/first-looks.ts';
import { documentOf, everyMutation, mutate, revisionOf } from '../support/mutations.ts';
import { run, useGateway } from '../support/run.ts';
import { estimate, weightOf } from './demand-control.ts';

const schema = createSchema();

const gateway = useGateway();
beforeAll(() => lookAtDeployments(gateway));

const sum = (calls: Readonly<Record<string, number>>): number =>
  Object.values(calls).reduce((total, count) => total + count, 0);

async function callsOf(query: string, variables = {}): Promise<number> {
  gateway.stageApi.resetCalls();
  const { errors } = await gateway.graphql(query, variables);
  expect(errors).toBeUndefined();
  return sum(gateway.stageApi.calls());
}

const prod = 'restApiId: "petstore01", stageName: "prod"';
const settings = 'methodSettings { throttlingRateLimit } variables { value } tags { key }';

/** Routers differ in whether they add the weight of a type to that of a field, so only fields weigh something. */
describe.each(['Stage', 'RestApi', 'RestApiDeployment'])('%s', (name) => {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const leading = types.flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => getNamedType(field.type).name === name)
      .map((field) => ({ place: `${type.name}.${field.name}`, weight: weightOf(field) })),
  );

  test('weighs nothing itself', () => {
    expect(types.filter((type) => type.name === name).map(weightOf)).toEqual([0]);
  });

  test.each(leading)('$place says what it costs', ({ weight }) => {
    expect([0, 1]).toContain(weight);
  });
});

describe('what a router reckons from @cost and @listSize is what AWS is asked', () => {
  test.each([
    ['a stage with all that belongs to it', `{ stage(${prod}) { revision ${settings} } }`, 1],
    ['its deployment', `{ stage(${prod}) { deployment { description } } }`, 2],
    ['all stages of an API', `{ stages(restApiId: "petstore01") { revision ${settings} } }`, 1],
    ['and their deployments', '{ stages(restApiId: "petstore01") { deployment { description } } }', 2],
    ['an API', '{ restApi(restApiId: "petstore01") { name tags { key } } }', 1],
    ['and its stages', '{ restApi(restApiId: "petstore01") { name stages { revision } } }', 2],
    ['a page of APIs', '{ restApis(first: 4) { nodes { name } pageInfo { hasNextPage } } }', 1],
    ['a whole page of APIs', '{ restApis(first: 100) { nodes { name } edges { node { version } } } }', 1],
    [
      'a page of deployments',
      '{ restApi(restApiId: "petstore01") { name deployments(first: 100) { edges { node { description } } } } }',
      2,
    ],
    ['the API of a stage', `{ stage(${prod}) { revision restApi { name } } }`, 2],
    ['and the stages of each', '{ restApis(first: 4) { nodes { name stages { revision } } } }', 5],
    ['a page by its edges', '{ restApis(first: 4) { edges { node { stages { revision } } } } }', 5],
    [
      'a page of deployments, by two APIs',
      `{ a: restApi(restApiId: "petstore01") { name deployments { nodes { description } } }
         b: stage(restApiId: "orders0002", stageName: "live") { revision } }`,
      3,
    ],
  ])('%s: %s', async (_, query, calls) => {
    expect(estimate(schema, query)).toBe(calls);
    expect(await callsOf(query)).toBe(calls);
  });

  test.each([
    [
      'stages of one API share a call',
      `{ a: stage(${prod}) { revision } b: stage(${prod}) { revision } }`,
      2,
      1,
    ],
    [
      'an API of which only stages are asked costs none',
      '{ restApi(restApiId: "petstore01") { stages { revision } } }',
      2,
      1,
    ],
    ['a search may read five pages', '{ restApis(nameContains: "pet", first: 4) { nodes { name } } }', 5, 1],
    [
      'so may an order that AWS does not have',
      '{ restApi(restApiId: "petstore01") { name deployments(newestFirst: true) { nodes { createdDate } } } }',
      6,
      2,
    ],
    ['the default page is reckoned full', '{ restApis { nodes { stages { revision } } } }', 26, 5],
  ])('it is an upper bound: %s', async (_, query, reckoned, calls) => {
    expect(estimate(schema, query)).toBe(reckoned);
    expect(await callsOf(query)).toBe(calls);
  });

  test.each([
    ['the methods of a stage', `stage(${prod}) { methods { resourcePath } }`, 2],
    ['settings that reach nothing', `stage(${prod}) { orphanedMethodSettings { key } }`, 3],
    ['findings', `stage(${prod}) { findings { code fix { path } } }`, 3],
    ['a canary', `stage(${prod}) { canarySettings { differences { added { resourcePath } } } }`, 3],
    ['the methods of a deployment', `stage(${prod}) { deployment { methods { resourcePath } } }`, 3],
    [
      'two deployments',
      `stage(${prod}) { deployment { differencesFrom(deploymentId: "dep002") { isOlder } } }`,
      4,
    ],
  ])('a first look at %s: %s', async (_, query, calls) => {
    const fresh = await run();
    expect(estimate(schema, `{ ${query} }`)).toBe(calls);
    await fresh.graphql(`{ ${query} }`);
    expect(sum(fresh.stageApi.calls())).toBe(calls);
    await fresh.close();
  });

  test.each(everyMutation)('$name, at its dearest', async ({ name, input, blind }) => {
    const revision = await revisionOf(gateway);
    // What a mutation reads before it writes, it reads because of this.
    const conditional = name === 'createStage' ? {} : { expectedRevision: revision };
    const dearest = {
      // CreateStage takes no access log: a second call does.
      ...(name === 'createStage' ? { accessLogSettings: { format: '$context.requestId' } } : {}),
      ...(name === 'promoteCanary' ? { removeCanary: true } : {}),
      // Tags have operations of their own, and come without the stage.
      ...(name === 'applyStage'
        ? { desired: { description: 'x', tags: [{ key: 'cost', value: 'a' }] }, replace: ['TAGS'] }
        : {}),
      ...(name === 'copyStageSettings'
        ? { from: { restApiId: 'orders0002', stageName: 'live' }, parts: ['DESCRIPTION', 'TAGS'] }
        : {}),
    };
    if (name === 'copyStageSettings') {
      const tags = [{ key: 'cost', value: 'a' }];
      await mutate(gateway, 'tagStage', { restApiId: 'orders0002', stageName: 'live', tags });
    }
    const variables = { input: { ...input, ...conditional, ...dearest } };
    const query = documentOf(
      name,
      name === 'deleteStage' ? 'deletedStageId' : 'stage { revision variables { value } }',
    );

    const calls = await callsOf(query, variables);
    // Routers add ten for a mutation, whatever it is.
    expect(estimate(schema, query, variables)).toBe(10 + calls);
    const special = { promoteCanary: 3, applyStage: 5, copyStageSettings: 6 } as const;
    expect(calls).toBe(name in special ? special[name as keyof typeof special] : blind === true ? 3 : 2);
  });
});
