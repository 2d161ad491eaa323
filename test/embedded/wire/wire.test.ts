import { connect } from 'node:net';
import {
  DeleteRestApiCommand,
  DeleteStageCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  GetStageCommand,
  GetStagesCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { writeJson } from '../../../src/embedded/wire/json.ts';
import { authorization, refusal, useStageApi } from '../stage-api.ts';

const stageApi = useStageApi();
const prod = '/restapis/petstore01/stages/prod';

/** Sends any bytes, and reads until the server closes the connection. */
function sendBytes(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(stageApi.api().url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write(bytes);
  });
}

describe('§1 Operations and wire', () => {
  it('calls every list `item` on the wire', async () => {
    for (const path of [
      '/restapis',
      '/restapis/petstore01/stages',
      '/restapis/petstore01/deployments',
      '/restapis/petstore01/documentation/versions',
    ]) {
      const { status, json } = await stageApi.raw('GET', path);
      expect({ path, status, json }).toEqual({ path, status: 200, json: { item: expect.any(Array) } });
    }
  });

  it('returns all stages at once, and ignores position and limit', async () => {
    const { json } = await stageApi.raw('GET', '/restapis/petstore01/stages?limit=1&position=x');
    expect(json).toEqual({ item: [{}, {}, {}].map(() => expect.anything()) });
  });

  it("filters stages by their own deployment, not by their canary's", async () => {
    const stages = async (deploymentId: string) => {
      const { item } = await stageApi
        .client()
        .send(new GetStagesCommand({ restApiId: 'petstore01', deploymentId }));
      return item?.map(({ stageName }) => stageName);
    };
    expect(await stages('dep001')).toEqual(['prod']);
    expect(await stages('dep002')).toEqual(['staging']);
    expect(await stages('nope')).toEqual([]);
  });

  it('writes timestamps as epoch seconds', async () => {
    const { json } = await stageApi.raw('GET', prod);
    expect(json).toMatchObject({
      createdDate: Date.parse('2026-01-06T10:10:00Z') / 1000,
      lastUpdatedDate: Date.parse('2026-02-12T08:00:00Z') / 1000,
    });
  });

  it('writes doubles with a fraction and integers without', async () => {
    const { text } = await stageApi.raw('GET', prod);
    expect(text).toContain('"percentTraffic":10.0,');
    expect(text).toContain('"throttlingRateLimit":1000.0,');
    expect(text).toContain('"throttlingBurstLimit":500,');
    expect(text).toContain('"cacheTtlInSeconds":300,');
  });

  it('omits absent members instead of writing null', async () => {
    const { text } = await stageApi.raw('GET', '/restapis/petstore01/stages');
    expect(text).not.toContain('null');
  });

  it('identifies every response and error by x-amzn-RequestId and x-amz-apigw-id', async () => {
    const answers = await Promise.all([
      stageApi.raw('GET', prod),
      stageApi.raw('DELETE', `${prod}/cache/data`),
      stageApi.raw('GET', '/restapis/nope/stages'),
      stageApi.raw('GET', '/nowhere'),
      stageApi.raw('GET', prod, undefined, {}),
    ]);
    const ids = answers.map(({ headers }) => headers.get('x-amzn-requestid'));
    expect(answers.map(({ status }) => status)).toEqual([200, 202, 404, 404, 403]);
    expect(new Set(ids).size).toBe(5);
    expect(ids.every((id) => /^[0-9a-f-]{36}$/.test(id ?? ''))).toBe(true);
    expect(answers.every(({ headers }) => headers.has('x-amz-apigw-id'))).toBe(true);
  });

  it('answers an error with its code in x-amzn-ErrorType and {"message"} as JSON', async () => {
    const { status, headers, text } = await stageApi.raw('GET', '/restapis/petstore01/stages/nope');
    expect(status).toBe(404);
    expect(headers.get('x-amzn-errortype')).toBe('NotFoundException');
    expect(headers.get('content-type')).toBe('application/json');
    expect(text).toBe('{"message":"Invalid stage identifier specified"}');
  });

  it('answers deletions and flushes with 202 and tag changes with 204, both empty', async () => {
    const arn = encodeURIComponent('arn:aws:apigateway:us-east-1::/restapis/petstore01/stages/dev');
    const answers = [
      await stageApi.raw('DELETE', `${prod}/cache/data`),
      await stageApi.raw('DELETE', `${prod}/cache/authorizers`),
      await stageApi.raw('DELETE', prod),
      await stageApi.raw('DELETE', '/restapis/petstore01/deployments/dep001'),
      await stageApi.raw('DELETE', '/restapis/search0004'),
      await stageApi.raw('PUT', `/tags/${arn}`, { tags: { a: 'b' } }),
      await stageApi.raw('DELETE', `/tags/${arn}?tagKeys=a`),
    ];
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      ...Array.from({ length: 5 }, () => [202, '']),
      [204, ''],
      [204, ''],
    ]);
  });

  it('decodes each path segment after splitting, so that %2F stays inside one', async () => {
    await stageApi
      .client()
      .send(new GetStageCommand({ restApiId: 'petstore01', stageName: 'a b/c' }))
      .catch(() => undefined);
    expect(stageApi.api().requests().at(-1)).toMatchObject({
      operation: 'GetStage',
      params: { restApiId: 'petstore01', stageName: 'a b/c' },
      status: 404,
    });
    const { status } = await stageApi.raw('GET', '/restapis/petstore01/stages/%70rod');
    expect(status).toBe(200);
  });

  it.each([
    [
      'GetStage',
      new GetStageCommand({ restApiId: 'petstore01', stageName: '' }),
      'Invalid stage identifier specified',
    ],
    [
      'DeleteStage',
      new DeleteStageCommand({ restApiId: 'petstore01', stageName: '' }),
      'Invalid stage identifier specified',
    ],
    [
      'DeleteRestApi',
      new DeleteRestApiCommand({ restApiId: '' }),
      'Invalid API identifier specified 123456789012:',
    ],
    [
      'GetStage',
      new GetStageCommand({ restApiId: '', stageName: 'x' }),
      'Invalid API identifier specified 123456789012:',
    ],
    [
      'GetRestApi',
      new GetRestApiCommand({ restApiId: '..' }),
      'Invalid API identifier specified 123456789012:..',
    ],
    [
      'GetStage',
      new GetStageCommand({ restApiId: 'petstore01', stageName: '.' }),
      'Invalid stage identifier specified',
    ],
  ])(
    'answers %s with an empty or dotted identifier with 404, never with a collection',
    async (operation, command, message) => {
      const send = async () => {
        const client = stageApi.client();
        if (command instanceof GetStageCommand) return client.send(command);
        if (command instanceof DeleteStageCommand) return client.send(command);
        if (command instanceof DeleteRestApiCommand) return client.send(command);
        return client.send(command);
      };
      await expect(send()).rejects.toMatchObject(refusal(404, 'NotFoundException', message));
      expect(stageApi.api().calls()).toEqual({ [operation]: 1 });
    },
  );

  it('has case-sensitive identifiers', async () => {
    const { status } = await stageApi.raw('GET', '/restapis/PETSTORE01');
    expect(status).toBe(404);
  });

  it('accepts an update without operations, and changes nothing', async () => {
    const { client } = stageApi;
    const before = await client().send(new GetStageCommand({ restApiId: 'petstore01', stageName: 'prod' }));
    for (const patchOperations of [[], undefined]) {
      const { $metadata, ...stage } = await client().send(
        new UpdateStageCommand({ restApiId: 'petstore01', stageName: 'prod', patchOperations }),
      );
      expect($metadata.httpStatusCode).toBe(200);
      expect(before).toMatchObject(stage);
    }
    expect(
      stageApi
        .api()
        .requests()
        .slice(-2)
        .map(({ body }) => body),
    ).toEqual([{ patchOperations: [] }, {}]);
  });

  it.each([
    'GET /',
    'GET /nowhere',
    'PUT /restapis',
    'POST /restapis/petstore01/models',
    'PATCH /apikeys',
    'POST /restapis/',
    'GET /restapis/petstore01/resources/petsroot01/methods',
    'HEAD /restapis',
    'OPTIONS /restapis',
  ])('answers %s, which is no route, with 404', async (line) => {
    const [method = '', path = ''] = line.split(' ');
    const { status, headers } = await stageApi.raw(method, path);
    expect(status).toBe(404);
    expect(headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
    expect(stageApi.api().requests()).toMatchObject([
      { operation: 'UnknownOperation', params: { method, path }, status: 404 },
    ]);
  });
});

describe('§1 pagination', () => {
  it('returns 25 by default, and a position on every page but the last', async () => {
    for (let i = 0; i < 30; i++) await stageApi.raw('POST', '/restapis', { name: `api ${i}` });
    const first = await stageApi.client().send(new GetRestApisCommand({}));
    expect(first.items).toHaveLength(25);
    const second = await stageApi.client().send(new GetRestApisCommand({ position: first.position }));
    expect(second.items).toHaveLength(9);
    expect(second.position).toBeUndefined();
    const names = [...(first.items ?? []), ...(second.items ?? [])].map(({ name }) => name);
    expect(new Set(names).size).toBe(34);
  });

  it('has no position when the page is exactly full', async () => {
    const { json } = await stageApi.raw('GET', '/restapis?limit=4');
    expect(json).toEqual({ item: [1, 2, 3, 4].map(() => expect.anything()) });
  });

  it('neither repeats nor skips when something is deleted between two pages', async () => {
    const first = await stageApi.client().send(new GetRestApisCommand({ limit: 2 }));
    await stageApi.raw('DELETE', '/restapis/petstore01');
    const second = await stageApi
      .client()
      .send(new GetRestApisCommand({ limit: 2, position: first.position }));
    expect(second.items?.map(({ id }) => id)).toEqual(['billing003', 'search0004']);
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'limit=-1',
    'limit=1.5',
    'limit=',
    'position=%00',
    'position=',
    'position=YWZ0ZXI6MDE',
  ])('refuses %s', async (query) => {
    const { status, headers } = await stageApi.raw('GET', `/restapis?${query}`);
    expect([status, headers.get('x-amzn-errortype')]).toEqual([400, 'BadRequestException']);
  });
});

describe('§1 Error wire format: malformed requests', () => {
  const operations = (...patchOperations: unknown[]) => stageApi.raw('PATCH', prod, { patchOperations });
  const set = '[add, remove, move, test, replace, copy]';

  it('refuses an unknown op with a ValidationException that names its place, counted from 1', async () => {
    const { status, headers, json } = await operations(
      { op: 'replace', path: '/description', value: 'x' },
      { op: 'bad', path: '/description', value: 'x' },
    );
    expect([status, headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
    expect(json).toEqual({
      message: `1 validation error detected: Value 'bad' at 'updateStageInput.patchOperations.2.member.op' failed to satisfy constraint: Member must satisfy enum value set: ${set}`,
    });
  });

  it('joins and counts several violations', async () => {
    const { json } = await operations({ op: 'bad' }, { op: 'Add' });
    expect(json).toEqual({
      message: `2 validation errors detected: Value 'bad' at 'updateStageInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: ${set}; Value 'Add' at 'updateStageInput.patchOperations.2.member.op' failed to satisfy constraint: Member must satisfy enum value set: ${set}`,
    });
  });

  it('checks types before business rules, even before the stage is looked up', async () => {
    const { json } = await stageApi.raw('PATCH', '/restapis/nope/stages/nope', {
      patchOperations: [{ op: 'replace', path: '/nope', value: 'x' }, { op: 'bad' }],
    });
    expect(json).toEqual({ message: expect.stringMatching(/^1 validation error detected: /) });
  });

  it.each([
    [true, 'class java.lang.Boolean can not be converted to an String'],
    [5, 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String'],
  ])('rejects %p instead of a string with a SerializationException', async (value, message) => {
    const { status, headers, json } = await operations({ op: 'replace', path: '/description', value });
    expect([status, headers.get('x-amzn-errortype')]).toEqual([400, 'SerializationException']);
    expect(json).toEqual({ message });
  });

  it.each([
    { patchOperations: {} },
    { patchOperations: 'x' },
    { patchOperations: [1] },
    { patchOperations: [['x']] },
    { patchOperations: [{ op: [] }] },
    { patchOperations: [{ op: {} }] },
    [],
    'not an object',
    7,
  ])('refuses the body %j with a SerializationException', async (body) => {
    const { status, headers } = await stageApi.raw('PATCH', prod, JSON.stringify(body));
    expect([status, headers.get('x-amzn-errortype')]).toEqual([400, 'SerializationException']);
  });

  it.each([
    '{',
    '{"patchOperations":[',
    'x',
    '{"a":1}}',
    '\u0000',
    `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  ])('rejects malformed or too deep JSON', async (body) => {
    const { status, headers } = await stageApi.raw('PATCH', prod, body);
    expect([status, headers.get('x-amzn-errortype')]).toEqual([400, 'SerializationException']);
  });

  it('rejects a body over 1 MiB, and keeps the connection', async () => {
    const large = JSON.stringify({ description: 'x'.repeat(1024 * 1024) });
    const { status, json } = await stageApi.raw('POST', '/restapis/petstore01/deployments', large);
    expect([status, json]).toEqual([400, { message: 'Request body is too large' }]);
    const { status: next } = await stageApi.raw('GET', prod);
    expect(next).toBe(200);
  });

  it('rejects malformed percent-encoding', async () => {
    const { status } = await stageApi.raw('GET', '/restapis/%zz/stages');
    expect(status).toBe(400);
  });

  it.each([
    'NONSENSE\r\n\r\n',
    `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    'GET / HTTP/9.9\r\n\r\n',
    'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n',
  ])('answers %j, which is not valid HTTP for this server, with 400', async (bytes) => {
    const answer = await sendBytes(bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('x-amzn-RequestId: ');
    expect(answer).toMatch(/\r\n\r\n\{"message":"Malformed HTTP request"\}$/);
  });

  it('understands a request line with a whole URL, and one without a Host', async () => {
    const answer = await sendBytes(
      `GET http://anything.example${prod} HTTP/1.1\r\nauthorization: ${authorization}\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

describe('§10 Errors: signatures', () => {
  it('refuses a request without signature with 403', async () => {
    const { status, headers, json } = await stageApi.raw('GET', prod, undefined, {});
    expect([status, headers.get('x-amzn-errortype')]).toEqual([403, 'MissingAuthenticationTokenException']);
    expect(json).toEqual({ message: 'Missing Authentication Token' });
    expect(stageApi.api().calls()).toEqual({});
  });

  it.each(['Bearer abc', 'Basic YTpi', 'AWS4-HMAC-SHA256 Credential=a', 'AWS4-HMAC-SHA256'])(
    'refuses the authorization %j, which is not a signature',
    async (given) => {
      const { status, headers } = await stageApi.raw('GET', prod, undefined, { authorization: given });
      expect([status, headers.get('x-amzn-errortype')]).toEqual([403, 'IncompleteSignatureException']);
    },
  );

  const signature = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'any/20260101/us-east-1/apigateway/aws4_request',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': '0',
  };
  const presigned = (members: Record<string, string>) =>
    stageApi.raw('GET', `/restapis?limit=1&${new URLSearchParams(members).toString()}`, undefined, {});

  it('accepts presigned requests, and does not log their signature as parameters', async () => {
    const beside = { 'X-Amz-Date': '20260101T000000Z', 'X-Amz-Expires': '60', 'X-Amz-Security-Token': 't' };
    const { status } = await presigned({ ...signature, ...beside });
    expect(status).toBe(200);
    expect(stageApi.api().requests()).toMatchObject([{ operation: 'GetRestApis' }]);
    expect(stageApi.api().requests()[0]?.params).toEqual({ limit: '1' });
  });

  it.each(Object.keys(signature))('refuses a presigned request without %s', async (name) => {
    const { status, headers } = await presigned({ ...signature, [name]: '' });
    expect([status, headers.get('x-amzn-errortype')]).toEqual([403, 'IncompleteSignatureException']);
  });
});

it.each([NaN, Infinity, -Infinity])('never writes %s, which would read as null', (number) => {
  expect(() => writeJson({ percentTraffic: number })).toThrow('percentTraffic is');
  expect(() => writeJson([number])).toThrow('which JSON cannot represent');
});
