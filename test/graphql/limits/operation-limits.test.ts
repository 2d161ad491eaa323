import { beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { type Answer, type Running, run } from '../../support/run.ts';

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const STAGE = 'stage(restApiId: "petstore01", stageName: "dev")';
const set = (index: number) =>
  `m${index}: flushStageCache(input: { restApiId: "petstore01", stageName: "dev" }) { userErrors { code } }`;
const deep = (levels: number): string =>
  levels === 0
    ? 'id'
    : levels % 2 === 0
      ? `stages { ${deep(levels - 1)} }`
      : `restApi { ${deep(levels - 1)} }`;

/** Fragments that double with each other: 2^30 fields when they are written out. */
const doubling = `query { ...F0 } ${times(30, (index) => `fragment F${index} on Query { ${index === 29 ? 'a: __typename' : `...F${index + 1} ...F${index + 1}`} }`)}`;

describe('an operation', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await run();
  });

  const refused = ({ status, data, errors }: Answer) => ({
    status,
    data,
    codes: [...new Set(errors?.map(({ extensions }) => extensions.code))],
    text: errors?.map(({ message }) => message).join('\n'),
  });

  test.each([
    [
      'aliases',
      `{ ${times(101, (index) => `a${index}: __typename`)} }`,
      '101 aliases, those in fragments included; the limit is 100',
    ],
    [
      'aliases in a fragment',
      `{ x: __typename ...F ...G } fragment F on Query { ${times(60, (index) => `a${index}: __typename`)} } fragment G on Query { ...F }`,
      '121 aliases, those in fragments included; the limit is 100',
    ],
    ['root fields', `{ ${times(101, () => '__typename')} }`, '101 root fields; the limit is 100'],
    ['levels', `{ ${STAGE} { ${deep(13)} } }`, '15 levels of nested fields; the limit is 12'],
    [
      'levels through fragments',
      `{ ${STAGE} { ...F } } fragment F on Stage { ${deep(12)} }`,
      '14 levels of nested fields; the limit is 12',
    ],
    ['selections', `{ ${STAGE} { ${times(201, () => 'id')} } }`, '201 selections; the limit is 200'],
    ['mutations', `mutation { ${times(11, set)} }`, '11 mutations; the limit is 10'],
    [
      'directives',
      `{ __typename ${times(51, () => '@include(if: true)')} }`,
      '51 directives; the limit is 50',
    ],
    [
      'fragments',
      `{ ...F0 } ${times(51, (index) => `fragment F${index} on Query { __typename }`)}`,
      '51 fragments; the limit is 50',
    ],
    ['tokens', `{ ${times(999, () => 'id')} }`, 'more than 1000 tokens'],
    ['fragments that grow exponentially', doubling, 'root fields; the limit is 100'],
  ])('with too many %s is refused with the limit, and not executed', async (_, query, message) => {
    const answer = refused(await gateway.graphql(query));
    expect(answer).toMatchObject({ status: 400, data: undefined });
    expect(answer.codes).toContain('OPERATION_TOO_LARGE');
    expect(answer.text).toContain(message);
    expect(gateway.stageApi.requests()).toEqual([]);
  });

  test('gets the counts and the limits', async () => {
    const { errors } = await gateway.graphql(`{ ${times(101, (index) => `a${index}: __typename`)} }`);
    expect(errors?.map(({ message }) => message)).toEqual([
      'The operation has 101 root fields; the limit is 100.',
      'The operation has 101 aliases, those in fragments included; the limit is 100.',
    ]);
  });

  test('whose fragment contains itself gets the error of graphql-js', async () => {
    const { status, errors } = await gateway.graphql(
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    );
    expect(status).toBe(400);
    expect(errors?.[0]?.message).toContain('Cannot spread fragment "A" within itself');
  });

  test('at its limits is executed', async () => {
    const { errors } = await gateway.graphql(
      `{ ${times(50, (index) => `a${index}: ${STAGE} { x: stageName }`)} }`,
    );
    expect(errors).toBeUndefined();
  });

  test.each([
    [
      'a list',
      { list: Array.from({ length: 501 }, () => 'x') },
      'A list in the variables has 501 entries; the limit is 500.',
    ],
    [
      'lists within lists',
      { list: JSON.parse('['.repeat(30) + ']'.repeat(30)) as unknown },
      'more than 20 levels of lists and objects',
    ],
    [
      'lists within lists without end',
      { list: JSON.parse('['.repeat(2000) + ']'.repeat(2000)) as unknown },
      'more than 20 levels of lists and objects',
    ],
  ])('with too large variables is refused: %s', async (_, variables, message) => {
    const { status, errors } = await gateway.graphql('{ __typename }', variables);
    expect(status).toBe(400);
    expect(errors).toMatchObject([
      { message: expect.stringContaining(message), extensions: { code: 'OPERATION_TOO_LARGE' } },
    ]);
  });

  test('with too many representations is refused', async () => {
    const representations = Array.from({ length: 501 }, () => ({ __typename: 'Stage', id: 'x' }));
    const { status, errors } = await gateway.graphql(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
      { representations },
    );
    expect(status).toBe(400);
    expect(errors).toMatchObject([
      {
        message:
          'The operation has 501 representations or ids of entities; the limit is 500. ' +
          'Ask for fewer entities at once, or raise LIMIT_REPRESENTATIONS.',
      },
    ]);
  });

  test('in a body that is too large is refused before the body is read', async () => {
    const { status, errors } = await gateway.graphql('{ __typename }', { text: 'x'.repeat(262_144) });
    expect(status).toBe(413);
    expect(errors).toMatchObject([
      {
        message: 'The request body has more than 262144 bytes.',
        extensions: { code: 'OPERATION_TOO_LARGE' },
      },
    ]);
  });
});

describe('a response', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await run({ ttlMs: 60_000 });
  });

  const nested = (levels: number): string =>
    levels === 0 ? 'stageName' : `restApi { stages { ${nested(levels - 1)} } }`;

  test('that would grow with every level is refused before execution', async () => {
    const { status, errors } = await gateway.graphql(`{ ${STAGE} { ${nested(5)} } }`);
    expect(status).toBe(400);
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/^The response would have about \d+ fields; the limit is 100000\.$/),
        extensions: { code: 'OPERATION_TOO_LARGE' },
      },
    ]);
    expect(gateway.stageApi.requests()).toEqual([]);
  });

  test.each([
    [
      'by a page',
      'query ($n: Int!) { restApis(first: $n) { nodes { deployments(first: $n) { nodes { deploymentId } } } } }',
      { n: 500 },
    ],
    [
      'by a page that a variable has as its default',
      'query ($n: Int! = 500) { restApis(first: $n) { nodes { deployments(first: $n) { nodes { deploymentId } } } } }',
      {},
    ],
    [
      'by the default of an argument',
      `{ restApis { nodes { deployments { nodes { stages { ${times(20, (index) => `a${index}: id`)} } } } } } }`,
      {},
    ],
    [
      'by a null, which stands for the default of an argument',
      `query ($n: Int) { restApis(first: 500) { nodes { deployments(first: $n) { nodes { ${times(20, (index) => `a${index}: deploymentId`)} } } } } }`,
      { n: null },
    ],
    [
      'through fragments',
      `{ ${STAGE} { ...A } } fragment A on Stage { restApi { stages { ...B } } } fragment B on Stage { restApi { stages { ...C } } } fragment C on Stage { restApi { stages { ...D } } } fragment D on Stage { restApi { stages { ...E } } } fragment E on Stage { restApi { stages { id arn } } }`,
      {},
    ],
  ])('that grows %s is refused too', async (_, query, variables) => {
    const { errors } = await gateway.graphql(query, variables);
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_LARGE' } }]);
  });

  test('of a large dashboard or of introspection is sent', async () => {
    const everything = `stageName variables { name value } methodSettings { resourcePath throttlingRateLimit } deployment { description } canarySettings { percentTraffic } tags { key value }`;
    const dashboard = `{ ${times(50, (index) => `a${index}: restApi(restApiId: "petstore01") { stages { ...S } }`)} } fragment S on Stage { ${everything} }`;
    expect((await gateway.graphql(dashboard)).errors).toBeUndefined();
    expect((await gateway.graphql(getIntrospectionQuery())).errors).toBeUndefined();
  });

  test('to all representations within the limit is sent, but not to more of them in several fields', async () => {
    const representations = Array.from({ length: 260 }, () => ({
      __typename: 'Stage',
      restApiId: 'petstore01',
      stageName: 'dev',
    }));
    const entities = (alias: string) =>
      `${alias}: _entities(representations: $list) { ... on Stage { stageName } }`;
    const once = await gateway.graphql(`query ($list: [_Any!]!) { ${entities('a')} }`, {
      list: representations,
    });
    const twice = await gateway.graphql(`query ($list: [_Any!]!) { ${entities('a')} ${entities('b')} }`, {
      list: representations,
    });
    expect(once.errors).toBeUndefined();
    expect(twice.errors).toMatchObject([{ message: expect.stringContaining('520 representations') }]);
  });
});

describe('an operation that needs too many calls to AWS', () => {
  test('is refused before a call is made', async () => {
    const gateway = await run();
    const representations = Array.from({ length: 130 }, (_, index) => ({
      __typename: 'Stage',
      restApiId: `api${index}`,
      stageName: 'dev',
    }));
    const { data, errors } = await gateway.graphql<{ _entities: unknown[] }>(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
      { representations },
    );
    expect(data._entities).toHaveLength(130);
    expect(errors).toHaveLength(130);
    expect(errors?.[0]).toMatchObject({
      message: 'The operation needs 130 calls to AWS; the limit is 100. Ask for less at once.',
      extensions: { code: 'OPERATION_TOO_LARGE' },
    });
    expect(gateway.stageApi.requests()).toEqual([]);
    await gateway.close();
  });
});
