import { beforeAll, describe, expect, test } from '@jest/globals';
import { exchange, type HostileGround, hostileGround, posted, request } from '../support/hostile.ts';

let gateway: HostileGround;
beforeAll(async () => {
  gateway = await hostileGround();
});

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const STAGE = 'stage(restApiId: "petstore01", stageName: "prod")';
const around = (levels: number, innermost: string): string =>
  'restApi { stage(stageName: "prod") { '.repeat(levels) + innermost + ' } }'.repeat(levels);

/** The checks of graphql-cop (dolevf/graphql-cop), and those of the GraphQL page of OWASP's cheat sheets. */
describe('an operation that is made expensive', () => {
  test.each([
    ['by aliases', `{ ${times(101, (index) => `alias${index}: __typename`)} }`],
    ['by the same field again and again', `{ ${STAGE} { ${times(500, () => 'stageName')} } }`],
    ['by the same directive again and again', `{ __typename ${'@include(if: true) '.repeat(60)} }`],
    ['by unknown directives', `{ __typename ${'@aa'.repeat(60)} }`],
    ['by cycles in the schema', `{ ${STAGE} { ${around(6, 'stageName')} } }`],
    [
      'by fragments',
      `{ __typename ...F0 } ${times(51, (index) => `fragment F${index} on Query { __typename }`)}`,
    ],
    ['by mutations', `mutation { ${times(11, (index) => `m${index}: __typename`)} }`],
    ['by its length', `{ ${'a '.repeat(2000)} }`],
    ['by its depth, in an incomplete document', '{a'.repeat(30_000)],
    ['by lists in lists', `{ stage(restApiId: ${'['.repeat(30_000)}`],
  ])('%s is refused, and AWS is not called', async (_, query) => {
    gateway.stageApi.resetCalls();
    const { status, json } = await gateway.ask(query);
    expect(status).toBe(400);
    expect(json?.errors?.map(({ extensions }) => extensions?.code)).toContain('OPERATION_TOO_LARGE');
    expect(json).not.toHaveProperty('data');
    expect(gateway.stageApi.requests()).toEqual([]);
  });

  test('by many conflicting fields gets a small response quickly', async () => {
    const query = `{ ${STAGE} { ${times(190, (index) => (index % 2 === 0 ? 'x: id' : 'x: stageName'))} } }`;
    const { status, body } = await gateway.ask(query);
    expect(status).toBe(400);
    expect(body.length).toBeLessThan(100_000);
  });

  test('by many invalid inputs gets a response that is shorter than the request', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`unknown${index}`, index]));
    const input = { restApiId: 'a', stageName: 'x'.repeat(200_000), ...unknown };
    const { status, body } = await gateway.ask(
      'mutation ($input: UpdateStageInput!) { updateStage(input: $input) { __typename } }',
      { input },
    );
    expect(status).toBe(400);
    expect(body.length).toBeLessThan(60_000);
    expect(body).toContain('is not defined by type');
  });

  test.each([
    ['a list', '[{"query":"{ __typename }"},{"query":"{ __typename }"}]'],
    ['an empty list', '[]'],
    ['ten thousand', `[${Array.from({ length: 10_000 }, () => '{"query":"{a}"}').join(',')}]`],
  ])('by being %s of operations is refused', async (_, body) => {
    const { status, json } = await gateway.send(posted(body));
    expect(status).toBe(400);
    expect(json?.errors).toMatchObject([{ message: 'Operation batching disabled.' }]);
  });

  test('by @defer is refused', async () => {
    const { status, json } = await gateway.send(
      posted(JSON.stringify({ query: `{ ${STAGE} { ... @defer { id } } }` }), 'accept: multipart/mixed'),
    );
    expect(status).toBe(406);
    expect(json?.errors).toHaveLength(1);
  });

  test('by being a subscription is a client error, and not logged as an error', async () => {
    const { status, json } = await gateway.ask('subscription { stageChanged { id } }');
    expect(status).toBe(400);
    expect(json?.errors).toMatchObject([
      { message: 'The schema has no subscription type.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });
});

describe('a request that a foreign page could make a browser send (CSRF)', () => {
  const get = (query: string, ...more: string[]) =>
    gateway.send(request([`GET /graphql?query=${encodeURIComponent(query)} HTTP/1.1`, 'host: a', ...more]));

  test('is refused by GET', async () => {
    const { status, json } = await get('{__typename}');
    expect(status).toBe(400);
    expect(json?.errors?.[0]?.message).toContain('CSRF');
  });

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    'is refused by POST, as %s',
    async (type) => {
      const mutation = 'query=mutation%7BdeleteStage(input:%7B%7D)%7B__typename%7D%7D';
      expect((await gateway.send(posted(mutation, `content-type: ${type}`))).status).toBe(415);
    },
  );

  test('cannot run a mutation by GET, whatever its headers', async () => {
    gateway.stageApi.resetCalls();
    const input = 'input:{restApiId:"petstore01",stageName:"dev"}';
    const { status, headers, json } = await get(
      `mutation{deleteStage(${input}){userErrors{code}}}`,
      'apollo-require-preflight: 1',
      'content-type: application/json',
    );
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('POST');
    expect(json?.errors).toHaveLength(1);
    expect(gateway.stageApi.requests()).toEqual([]);
  });
});

describe('in production', () => {
  test.each([
    '{ __schema { queryType { name } } }',
    '{ __type(name: "Stage") { fields { name } } }',
    '{ a: __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
    'query A { __typename ...F } fragment F on Query { __schema { types { name } } }',
  ])('introspection is disabled: %s', async (query) => {
    const { status, json } = await gateway.ask(query);
    expect(status).toBe(400);
    expect(json?.errors?.map(({ message }) => message).join()).toContain('Introspection is disabled');
    expect(json).not.toHaveProperty('data');
  });

  const setVariables =
    'mutation ($input: SetStageVariablesInput!) { setStageVariables(input: $input) { __typename } }';
  const setMethod =
    'mutation ($input: SetMethodSettingInput!) { setMethodSetting(input: $input) { __typename } }';
  const target = { restApiId: 'petstore01', stageName: 'prod' };

  test.each([
    ['a field', '{ stagess { id } }', {}],
    ['a field within', `{ ${STAGE} { deploymentIdd } }`, {}],
    ['a mutation', 'mutation { updateStagee { __typename } }', {}],
    ['an argument', '{ stage(restApiIdd: "a") { id } }', {}],
    ['a type', 'query ($a: SetCanarySettingsInputt) { __typename }', {}],
    ['a type of a fragment', '{ __typename ... on Stagee { id } }', {}],
    ['a directive', '{ __typename @includee(if: true) }', {}],
    ['an enum', `{ ${STAGE} { methodSetting(resourcePath: "/", httpMethod: GETT) { key } } }`, {}],
    ['a member of an input', 'mutation { removeCanary(input: { restApiIdd: "a" }) { __typename } }', {}],
    ['a member of an input in variables', setVariables, { input: { ...target, sett: [] } }],
    ['an enum in variables', setMethod, { input: { ...target, resourcePath: '/', httpMethod: 'GETT' } }],
  ])('a misspelt name of %s gets no suggestion', async (_, query, variables) => {
    const { status, body } = await gateway.ask(query, variables);
    expect(status).toBe(400);
    expect(body).not.toMatch(/did you mean/i);
    expect(body).not.toContain('restApiId"?');
  });

  test.each([
    ["a trace in Apollo's old format", 'x-apollo-tracing: 1'],
    ['a trace for a router', 'apollo-federation-include-trace: ftv1'],
    ['debug information', 'x-debug: 1'],
  ])('a request for %s gets the response only', async (_, header) => {
    const { json } = await gateway.send(posted('{"query":"{ __typename }"}', header));
    expect(json).toEqual({ data: { __typename: 'Query' } });
  });

  test.each(['text/html', 'text/html,application/xhtml+xml,*/*;q=0.8'])(
    'there is no page for a browser that accepts %s, but a notice without a script',
    async (accept) => {
      for (const path of [
        '/explorer/graphiql',
        '/graphiql',
        '/playground',
        '/sandbox',
        '/altair',
        '/voyager',
        '/console',
      ]) {
        const { status, body, headers } = await exchange(
          gateway.url,
          request([`GET ${path} HTTP/1.1`, 'host: a', `accept: ${accept}`]),
        );
        expect([status, headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
        expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
        expect(body).not.toMatch(/<script|\son\w+=|javascript:/i);
      }
    },
  );
});

describe('names with a meaning in JavaScript', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'])(
    '%s is a normal name of an API, a stage and an alias',
    async (name) => {
      const query = `query ($name: String!, $id: ID!) {
        stage(restApiId: $id, stageName: $name) { id }
        ${name}: __typename
      }`;
      const { status, json } = await gateway.ask(query, { name, id: name });
      // GraphQL reserves names with two underscores, but allows them as aliases.
      expect(status).toBe(200);
      expect(json?.errors?.map(({ extensions }) => extensions?.code) ?? ['NOT_FOUND']).toEqual(['NOT_FOUND']);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );
});

test('every error above has a log line', () => {
  expect(gateway.unloggedErrors()).toEqual([]);
});
