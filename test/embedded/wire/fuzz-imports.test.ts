import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { type EmbeddedStageApi, startEmbeddedStageApi } from '../../../src/embedded/start.ts';
import { parseState } from '../../../src/embedded/state/parse-state.ts';
import { request } from '../stage-api.ts';

const problems: unknown[] = [];
let api: EmbeddedStageApi;

beforeAll(async () => {
  api = await startEmbeddedStageApi({ onProblem: (problem) => problems.push(problem) });
});
afterAll(() => api.close());

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e21, '', 'x', '__proto__', [], [null], {}, { a: [] }),
  fc.jsonValue({ maxDepth: 2 }),
);
/** Mostly what is expected here, but now and then anything. */
const mostly = (expected: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 40, arbitrary: expected }, { weight: 1, arbitrary: odd });
const some = (members: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(Object.fromEntries(Object.entries(members).map(([name, value]) => [name, mostly(value)])), {
    requiredKeys: [],
  });
const name = fc.constantFrom('a', 'id', 'Empty', 'Thing', '__proto__', 'constructor', 'x-y', '');
const dictionary = (value: fc.Arbitrary<unknown>, key: fc.Arbitrary<string> = name) =>
  fc.dictionary(key, mostly(value), { maxKeys: 3 });

const reference = fc.constantFrom(
  ...['#/definitions/Thing', '#/components/schemas/Thing', '#/definitions/None', '#', '#/', 'other.json#/a'],
  ...[
    '#/parameters/a',
    '#/components/parameters/a',
    '#/components/responses/a',
    '#/constructor/name',
    '#/a~1b',
  ],
);
const model = fc.constantFrom('Thing', 'Empty', 'constructor', 'Thing', 'Other', 'x-y');
const schema = fc.oneof(
  reference.map(($ref) => ({ $ref })),
  fc.constantFrom({ type: 'string' }, { type: 'object' }, {}),
);
const content = dictionary(some({ schema }), fc.constantFrom('application/json', 'x', '__proto__'));
const parameter = fc.oneof(
  reference.map(($ref) => ({ $ref })),
  some({
    name: fc.constantFrom('a', 'id', '__proto__', 'a b', ''),
    in: fc.constantFrom('path', 'query', 'header', 'body', 'cookie', 'constructor'),
    required: fc.boolean(),
    schema,
  }),
);
const response = some({ headers: dictionary(fc.constant({})), schema, content, $ref: reference });
const statusCode = fc.constantFrom<unknown>('200', 200, '404', '2XX', 'default', '__proto__');
const texts = dictionary(
  fc.constantFrom<unknown>("'a'", 'method.request.path.id', 'context.a', true),
  fc.constantFrom('integration.request.path.id', 'method.response.header.a', 'application/json', '__proto__'),
);
const integration = some({
  type: fc.constantFrom('mock', 'mock', 'MOCK', 'mock', 'http', 'aws_proxy'),
  httpMethod: fc.constantFrom('get', 'POST', 'x'),
  uri: fc.constantFrom('https://example.com', 'arn:aws:apigateway:us-east-1:lambda:path/x', ''),
  requestParameters: texts,
  requestTemplates: texts,
  passthroughBehavior: fc.constantFrom('never', 'when_no_match', 'x'),
  timeoutInMillis: fc.constantFrom<unknown>(50, '1000', 1, 'x', 50.5),
  cacheKeyParameters: fc.array(name, { maxLength: 2 }),
  tlsConfig: some({ insecureSkipVerification: fc.boolean() }),
  responses: dictionary(
    some({ statusCode, responseParameters: texts, responseTemplates: texts }),
    fc.constantFrom('default', '4.*', '__proto__'),
  ),
});
const operation = some({
  operationId: name,
  parameters: fc.array(mostly(parameter), { maxLength: 3 }),
  requestBody: some({ content, $ref: reference }),
  consumes: fc.array(name, { maxLength: 2 }),
  produces: fc.array(name, { maxLength: 2 }),
  security: fc.array(mostly(dictionary(fc.array(name, { maxLength: 2 }))), { maxLength: 2 }),
  responses: dictionary(response, statusCode.map(String)),
  'x-amazon-apigateway-integration': integration,
  'x-amazon-apigateway-auth': some({ type: fc.constantFrom('NONE', 'aws_iam', 'x') }),
});
const verb = fc.constantFrom('get', 'put', 'x-amazon-apigateway-any-method', 'GET', 'trace', 'constructor');
const pathItem = fc
  .tuple(fc.dictionary(verb, mostly(operation), { maxKeys: 3 }), some({ parameters: fc.array(parameter) }))
  .map(([methods, members]) => ({ ...members, ...methods }));
const path = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom('/', '/a', '/a/', '/a/{id}', '/b', '/b/{id}/c', '/c/{proxy+}', 'a'),
  },
  { weight: 1, arbitrary: fc.constantFrom('/a/{x}', '/c/{proxy+}/b', '//', '/a//b', '/a b', 'x-a') },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
);
const schemes = dictionary(
  some({
    type: fc.constantFrom('apiKey', 'oauth2'),
    name: fc.constant('x-api-key'),
    in: fc.constant('header'),
    'x-amazon-apigateway-authtype': fc.constantFrom('awsSigv4', 'x'),
    'x-amazon-apigateway-authorizer': some({ type: fc.constantFrom('token', 'cognito_user_pools') }),
  }),
);
const versions = [
  { swagger: '2.0' },
  { swagger: 2 },
  { openapi: '3.0.1' },
  { openapi: 3 },
  { openapi: '3.1.0' },
];
const document = fc
  .tuple(
    fc.constantFrom<object>(...versions),
    some({
      info: some({ title: fc.constantFrom('t', ''), version: name, description: name }),
      basePath: path,
      servers: fc.array(some({ url: path, variables: some({ basePath: some({ default: path }) }) })),
      definitions: dictionary(schema, model),
      securityDefinitions: schemes,
      parameters: dictionary(parameter),
      components: some({
        schemas: dictionary(schema, model),
        securitySchemes: schemes,
        parameters: dictionary(parameter),
      }),
      paths: fc.dictionary(path, mostly(pathItem), { maxKeys: 4 }),
      'x-amazon-apigateway-policy': mostly(fc.constantFrom<unknown>({ Version: '1' }, '{}')),
      'x-amazon-apigateway-minimum-compression-size': mostly(fc.constantFrom<unknown>(0, '5')),
      'x-amazon-apigateway-binary-media-types': fc.array(name, { maxLength: 2 }),
      'x-amazon-apigateway-documentation': odd,
    }),
  )
  .map(([version, members]): object => ({ ...members, ...version }));
const body = fc.oneof(
  { weight: 6, arbitrary: document.map((given) => JSON.stringify(given)) },
  { weight: 2, arbitrary: document.map((given) => stringify(JSON.parse(JSON.stringify(given)))) },
  {
    weight: 1,
    arbitrary: fc.string({ maxLength: 60, unit: fc.constantFrom(...Array.from('{}[]:-&*!|>\'"\n #,?a1')) }),
  },
);
const query = fc
  .record(
    {
      mode: mostly(fc.constantFrom('merge', 'overwrite')).map(String),
      failonwarnings: fc.constantFrom('true', ...Array.from({ length: 5 }, () => 'false')),
      basepath: fc.constantFrom('ignore', 'prepend', 'split', 'split'),
      endpointConfigurationTypes: fc.constantFrom('PRIVATE', 'REGIONAL'),
      ignore: fc.constantFrom('documentation', 'x'),
    },
    { requiredKeys: [] },
  )
  .map((members) => new URLSearchParams(members).toString());

const send = (method: string, target: string, text?: string) => request(api.url, method, target, text);

/** Everything of an API that an import can change. */
const readApi = async (target: string) => {
  const answers = await Promise.all(
    ['', '/resources?embed=methods&limit=500', '/documentation/parts?limit=500'].map((suffix) =>
      send('GET', `${target}${suffix}`),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  return answers.map(({ json }) => json);
};

describe('for arbitrary documents', () => {
  it('every import is answered, all or nothing, and the state stays valid', async () => {
    let accepted = 0;
    const created = await send('POST', '/restapis', '{"name":"fuzzed"}');
    const target = `/restapis/${(created.json as { id: string }).id}`;
    await fc.assert(
      fc.asyncProperty(body, query, async (text, parameters) => {
        const before = await readApi(target);
        const { status, json } = await send('PUT', `${target}?${parameters}`, text);
        expect([200, 400]).toContain(status);
        expect(status === 400 ? json : { message: '' }).toMatchObject({ message: expect.any(String) });
        const after = await readApi(target);
        expect(status === 400 ? after : before).toEqual(before);
        accepted += status === 200 ? 1 : 0;
        const imported = await send('POST', `/restapis?mode=import&${parameters}`, text);
        expect(imported.status).toBeLessThan(500);
        if (imported.status === 201)
          await send('DELETE', `/restapis/${(imported.json as { id: string }).id}`);
      }),
      { seed: 20, interruptAfterTimeLimit: 8000, numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(0);
    const state = await send('GET', '/_embedded/state');
    expect(parseState(state.json, 'state').version).toBe(2);
    expect(problems).toEqual([]);
  }, 20_000);

  it.each([
    ['brackets', '['.repeat(500_000)],
    ['lists', '- '.repeat(500_000)],
    ['maps', 'a: {'.repeat(100_000)],
    ['JSON', `{"swagger":"2.0","info":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    [
      'aliases',
      `a: &a [x]\nb: &b [${'*a,'.repeat(50)}]\nc: &c [${'*b,'.repeat(50)}]\nd: [${'*c,'.repeat(50)}]`,
    ],
    [
      'a path',
      JSON.stringify({ swagger: '2.0', info: { title: 't' }, paths: { ['/a'.repeat(100_000)]: {} } }),
    ],
  ])('rejects a document with many nested %s', async (_, text) => {
    expect((await send('POST', '/restapis?mode=import', text)).status).toBe(400);
    expect(problems).toEqual([]);
  });

  it('reads the last of equal keys, and many keys in linear time', async () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `x-${i}: 1`).join('\n');
    const { status, json } = await send(
      'POST',
      '/restapis?mode=import',
      `swagger: '2.0'\ninfo: {title: first}\ninfo: {title: last}\n${keys}`,
    );
    expect([status, json]).toEqual([201, expect.objectContaining({ name: 'last' })]);
  });
});
