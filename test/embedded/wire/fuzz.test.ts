import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EmbeddedStageApi, startEmbeddedStageApi } from '../../../src/embedded/start.ts';
import { parseState } from '../../../src/embedded/state/parse-state.ts';
import { authorization, type RawAnswer } from '../stage-api.ts';

const problems: unknown[] = [];
const agent = new Agent({ keepAlive: true });
let api: EmbeddedStageApi;

beforeAll(async () => {
  api = await startEmbeddedStageApi({
    stagesPerApi: 50,
    lenient: true,
    onProblem: (problem) => problems.push(problem),
  });
});
afterAll(() => {
  agent.destroy();
});

type Answer = Pick<RawAnswer, 'status' | 'text'> & { requestId: string | undefined };

/** Unlike fetch, does not normalize the path. */
function send(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = { authorization },
) {
  return new Promise<Answer>((resolve, reject) => {
    const port = Number(new URL(api.url).port);
    const framed = body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) };
    const sent = httpRequest(
      { agent, host: '127.0.0.1', port, method, path, headers: framed },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const requestId = response.headers['x-amzn-requestid'];
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString(),
            requestId: typeof requestId === 'string' ? requestId : undefined,
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const bounded = { seed: 4, interruptAfterTimeLimit: 4000, numRuns: 400 };

async function expectHealthy() {
  const { text } = await send('GET', '/_embedded/state');
  expect(parseState(JSON.parse(text), 'state').format).toBe('embedded-stage-api');
  const { status } = await send('GET', '/restapis?limit=500');
  expect([status, problems]).toEqual([200, []]);
}

/** The body must be empty or an object; an error has a `message`, except for HEAD. */
function isWellFormed(status: number, method: string, text: string): boolean {
  const body: unknown = text === '' ? {} : JSON.parse(text);
  if (body === null || typeof body !== 'object') return false;
  return status < 400 || method === 'HEAD' || ('message' in body && typeof body.message === 'string');
}

const noise = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', '.', '..', '%', '%2F', '%00', '%zz', '~1', '__proto__', 'constructor', '*', 'null'),
);
const segment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('restapis', 'stages', 'deployments', 'tags', 'cache', 'data') },
  { weight: 4, arbitrary: fc.constantFrom('petstore01', 'orders0002', 'dev', 'prod', 'live', 'dep001') },
  { weight: 2, arbitrary: fc.constantFrom('documentation', 'versions', '1.0', 'authorizers') },
  { weight: 2, arbitrary: fc.constantFrom('parts', 'account', 'clientcertificates', 'models') },
  {
    weight: 2,
    arbitrary: noise.map((text) =>
      /^[\x21-\x7e]*$/.test(text) ? text : encodeURIComponent(Buffer.from(text).toString()),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      encodeURIComponent('arn:aws:apigateway:us-east-1::/restapis/petstore01/stages/dev'),
    ),
  },
);
const path = fc
  .tuple(
    fc.oneof(
      fc.array(segment, { maxLength: 6 }),
      fc.tuple(fc.constantFrom('restapis'), segment, segment, segment).map((parts) => [...parts]),
      fc
        .tuple(fc.constant('petstore01'), fc.constant('documentation'), fc.constantFrom('parts', 'versions'))
        .map((parts) => ['restapis', ...parts]),
      fc.constantFrom(['account'], ['clientcertificates'], ['usageplans'], ['restapis', 'petstore01']),
    ),
    fc.constantFrom(
      '',
      '?',
      '?limit=x',
      '?tagKeys=a&tagKeys=b',
      '?deploymentId=%',
      '?position=%F0&limit=1',
      '?type=API&path=/',
      '?mode=overwrite',
    ),
  )
  .map(([segments, query]) => `/${segments.join('/')}${query}`.replace(/[^\x21-\x7e]/g, ''));

const member = fc.oneof(
  fc.constantFrom(
    'stageName',
    'deploymentId',
    'variables',
    'canarySettings',
    'patchOperations',
    'tags',
    'name',
  ),
  fc.constantFrom(
    'cacheClusterSize',
    'cacheClusterEnabled',
    'documentationVersion',
    'description',
    'op',
    'path',
  ),
  fc.constantFrom('location', 'properties', 'type', 'method', 'statusCode'),
  fc.constantFrom(
    'version',
    'cloneFrom',
    'binaryMediaTypes',
    'minimumCompressionSize',
    'apiKeySource',
    'endpointConfiguration',
    'types',
    'ipAddressType',
    'vpcEndpointIds',
    'policy',
    'disableExecuteApiEndpoint',
    'securityPolicy',
    'endpointAccessMode',
    'percentTraffic',
  ),
  fc.string({ maxLength: 5 }),
);
/** Numbers that are valid JSON, but that JSON.stringify never writes: a marker stands for them until the text is complete. */
const rawNumber = fc.constantFrom('1e999', '-1e999', '1e20', '0.5e1').map((number) => `@${number}@`);
const toJson = (value: unknown) => JSON.stringify(value).replace(/"@([^@"]*)@"/g, '$1');
const leaf = fc.oneof(
  fc.constantFrom('dev', 'dep001', 'new', '0.5', 'x'),
  noise,
  fc.boolean(),
  fc.double(),
  rawNumber,
  fc.constant(null),
);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(member, tie('value'), { maxKeys: 6 }),
  ),
})).value;
const body = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(member, json, { maxKeys: 6 }).map(toJson) },
  { weight: 1, arbitrary: json.map(toJson) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

const op = fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'copy', 'move', 'test', 'nope');
const settingPath = fc
  .tuple(
    fc.constantFrom('*', '~1pets', '~1', 'pets', '~1a~1{b}', '', '__proto__'),
    fc.constantFrom('GET', 'ANY', '*', 'get', ''),
    fc.constantFrom(
      'metrics/enabled',
      'throttling/rateLimit',
      'throttling/burstLimit',
      'caching/ttlInSeconds',
      'x',
    ),
  )
  .map((parts) => `/${parts.join('/')}`);
const patchPath = fc.oneof(
  settingPath,
  settingPath.map((path) => path.split('/').slice(0, 3).join('/')),
  fc.constantFrom(
    '/description',
    '/deploymentId',
    '/cacheClusterEnabled',
    '/cacheClusterSize',
    '/tracingEnabled',
  ),
  fc.constantFrom('/canarySettings', '/canarySettings/percentTraffic', '/canarySettings/deploymentId'),
  fc.constantFrom('/canarySettings/stageVariableOverrides', '/canarySettings/stageVariableOverrides/a'),
  fc.constantFrom('/variables', '/variables/a', '/variables/__proto__', '/accessLogSettings'),
  fc.constantFrom('/accessLogSettings/format', '/accessLogSettings/destinationArn', '/documentationVersion'),
  noise,
);
const patchValue = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    '0',
    '-1',
    '50',
    '1e400',
    '0.5',
    '1.6',
    'dep001',
    'dep002',
    '1.0',
    'x',
    '',
  ),
  noise,
);
const operation = fc.record(
  { op, path: patchPath, value: patchValue, from: patchPath },
  { requiredKeys: ['op', 'path'] },
);

const neighbourOperation = fc.record(
  {
    op,
    path: fc.oneof(
      fc.constantFrom('/description', '/properties', '/name', '/policy', '/apiKeySource', '/version'),
      fc.constantFrom('/binaryMediaTypes/a~1b', '/binaryMediaTypes/~', '/minimumCompressionSize'),
      fc.constantFrom('/endpointConfiguration/types/0', '/endpointConfiguration/ipAddressType'),
      fc.constantFrom('/endpointConfiguration/vpcEndpointIds', '/disableExecuteApiEndpoint'),
      fc.constantFrom('/cloudwatchRoleArn', '/features', '/throttleSettings/rateLimit'),
      noise,
    ),
    value: fc.oneof(
      fc.constantFrom('{}', '{"a":1}', 'PRIVATE', 'REGIONAL', 'ipv4', 'HEADER', 'UsagePlans'),
      patchValue,
    ),
  },
  { requiredKeys: ['op', 'path'] },
);

/** The id in the answer to a creation. */
const idIn = (text: string) => /"(?:id|clientCertificateId)":"(\w+)"/.exec(text)?.[1] ?? '';

const extended = (documentationParts: unknown) => ({
  'x-amazon-apigateway-documentation': { documentationParts },
});

describe('for arbitrary input', () => {
  it('every request gets a response with an id of its own, and the state stays valid', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'),
        path,
        fc.option(body, { nil: undefined }),
        async (method, target, text) => {
          const { status, text: answered, requestId } = await send(method, target, text);
          expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
          expect(status).toBeGreaterThanOrEqual(200);
          expect(status).toBeLessThan(500);
          expect(isWellFormed(status, method, answered)).toBe(true);
        },
      ),
      bounded,
    );
    await expectHealthy();
  }, 15_000);

  it('every REST API that is created can be written, read and loaded again', async () => {
    let accepted = 0;
    const create = fc.record(
      {
        name: fc.constantFrom('n', ''),
        description: fc.oneof(leaf, fc.constant('d')),
        version: leaf,
        cloneFrom: fc.constantFrom('orders0002', 'nope'),
        binaryMediaTypes: fc.array(fc.string(), { maxLength: 2 }),
        minimumCompressionSize: fc.oneof(
          rawNumber,
          fc.double(),
          fc.integer(),
          fc.constantFrom(0, 10_485_760),
        ),
        apiKeySource: fc.constantFrom('HEADER', 'AUTHORIZER', 'x'),
        endpointConfiguration: fc.record(
          { types: fc.constantFrom([], ['REGIONAL'], ['PRIVATE'], ['x']), vpcEndpointIds: json },
          { requiredKeys: [] },
        ),
        policy: fc.string(),
        tags: fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), { maxKeys: 2 }),
        disableExecuteApiEndpoint: fc.oneof(fc.boolean(), leaf),
      },
      { requiredKeys: ['name'] },
    );
    await fc.assert(
      fc.asyncProperty(create, async (members) => {
        const { status, text } = await send('POST', '/restapis', toJson(members));
        expect([201, 400, 404]).toContain(status);
        if (status !== 201) return;
        accepted += 1;
        const created = JSON.parse(text) as { id: string };
        const { id } = created;
        const read = await send('GET', `/restapis/${id}`);
        // Only GetRestApi returns empty tags.
        expect([read.status, JSON.parse(read.text)]).toEqual([200, { tags: {}, ...created }]);
        await expectHealthy();
        await send('DELETE', `/restapis/${id}`);
      }),
      {
        seed: 4,
        // These run first, because a busy machine may not run all of them.
        examples: [[{ name: 'n' }], [{ name: 'n', minimumCompressionSize: 10_485_760, policy: '{}' }]],
        interruptAfterTimeLimit: 4000,
        numRuns: 200,
      },
    );
    expect(accepted).toBeGreaterThan(0);
    await expectHealthy();
  }, 15_000);

  it('a patch is applied completely or not at all', async () => {
    // Its own API, as the requests above may have deleted any other.
    const created: unknown = JSON.parse((await send('POST', '/restapis', '{"name":"patched"}')).text);
    const restApiId =
      created !== null && typeof created === 'object' && 'id' in created ? String(created.id) : '';
    await send('POST', `/restapis/${restApiId}/deployments`, '{"stageName":"dev"}');
    const stage = `/restapis/${restApiId}/stages/dev`;
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 4 }), async (patchOperations) => {
        const before = await send('GET', stage);
        const { status, text } = await send('PATCH', stage, JSON.stringify({ patchOperations }));
        const after = await send('GET', stage);
        expect([200, 400]).toContain(status);
        expect(after.text).toBe(status === 200 ? text : before.text);
        accepted += status === 200 && patchOperations.length > 0 ? 1 : 0;
      }),
      { ...bounded, examples: [[[{ op: 'replace', path: '/tracingEnabled', value: 'true' }]]] },
    );
    expect(accepted).toBeGreaterThan(0);
    await expectHealthy();
  }, 15_000);

  it('a patch of an API, the account, a certificate or documentation is applied completely or not at all', async () => {
    const create = async (path: string, input: object) =>
      idIn((await send('POST', path, JSON.stringify(input))).text);
    const restApi = `/restapis/${await create('/restapis', { name: 'patched' })}`;
    const deployment = await create(`${restApi}/deployments`, {});
    const certificate = await create('/clientcertificates', {});
    const part = await create(`${restApi}/documentation/parts`, {
      location: { type: 'API' },
      properties: '{}',
    });
    await send('POST', `${restApi}/documentation/versions`, '{"documentationVersion":"v"}');
    const targets = [
      restApi,
      '/account',
      `/clientcertificates/${certificate}`,
      `${restApi}/deployments/${deployment}`,
      `${restApi}/documentation/parts/${part}`,
      `${restApi}/documentation/versions/v`,
    ] as const;
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...targets),
        fc.array(neighbourOperation, { maxLength: 3 }),
        async (target, patchOperations) => {
          const before = await send('GET', target);
          const { status, text } = await send('PATCH', target, JSON.stringify({ patchOperations }));
          const after = await send('GET', target);
          expect([200, 400]).toContain(status);
          expect(after.text).toBe(status === 200 ? text : before.text);
          accepted += status === 200 && patchOperations.length > 0 ? 1 : 0;
        },
      ),
      { ...bounded, examples: [[restApi, [{ op: 'add', path: '/binaryMediaTypes/a~1b' }]]] },
    );
    expect(accepted).toBeGreaterThan(0);
    await expectHealthy();
  }, 15_000);

  it('every document that is imported leaves readable documentation', async () => {
    const created = await send('POST', '/restapis', '{"name":"documented"}');
    const restApiId = idIn(created.text);
    const parts = `/restapis/${restApiId}/documentation/parts`;
    const location = fc.dictionary(
      fc.constantFrom('type', 'path', 'method', 'statusCode', 'name'),
      fc.oneof(fc.constantFrom('API', 'METHOD', 'MODEL', 'GET', '/', '200'), json),
      { maxKeys: 4 },
    );
    const documentationParts = fc.array(
      fc.oneof(json, fc.record({ location, properties: json }, { requiredKeys: [] })),
      { maxLength: 4 },
    );
    const document = fc.oneof(
      { weight: 4, arbitrary: documentationParts.map((given) => toJson(extended(given))) },
      { weight: 1, arbitrary: body },
      {
        weight: 1,
        arbitrary: fc.string({
          maxLength: 60,
          unit: fc.constantFrom(...Array.from('{}[]:-&*!|>\'"\n #,?a1')),
        }),
      },
    );
    let imported = 0;
    await fc.assert(
      fc.asyncProperty(document, fc.constantFrom('merge', 'overwrite'), async (text, mode) => {
        const { status, text: answered } = await send('PUT', `${parts}?mode=${mode}`, text);
        expect([200, 400]).toContain(status);
        expect(isWellFormed(status, 'PUT', answered)).toBe(true);
        const listed = await send('GET', `${parts}?limit=500`);
        expect(listed.status).toBe(200);
        if (listed.text.includes('"type"')) imported += 1;
      }),
      {
        ...bounded,
        examples: [[toJson(extended([{ location: { type: 'API' }, properties: {} }])), 'merge']],
      },
    );
    expect(imported).toBeGreaterThan(0);
    await expectHealthy();
  }, 15_000);

  it('bytes that are not HTTP get a response or a closed connection', async () => {
    const port = Number(new URL(api.url).port);
    const talk = (bytes: Uint8Array) =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('data', () => undefined);
        socket.on('error', () => resolve(true));
        socket.on('close', () => resolve(true));
        socket.end(bytes);
      });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        expect(await talk(bytes)).toBe(true);
      }),
      { seed: 4, interruptAfterTimeLimit: 2000, numRuns: 200 },
    );
    await expectHealthy();
  }, 15_000);
});
