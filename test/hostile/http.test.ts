import { beforeAll, describe, expect, test } from '@jest/globals';
import { type HostileGround, hostileGround, posted, request } from '../support/hostile.ts';

let gateway: HostileGround;
beforeAll(async () => {
  gateway = await hostileGround();
});

const TYPENAME = '{"query":"{ __typename }"}';
const line = (start: string, ...more: string[]) => request([start, 'host: gateway', ...more]);
const type = (contentType: string) => posted(TYPENAME, `content-type: ${contentType}`);
const jsonHead = ['POST /graphql HTTP/1.1', 'host: gateway', 'content-type: application/json'];

describe('a request that is refused before GraphQL gets the common error format, a status and an id:', () => {
  test.each([
    ['PUT', line('PUT /graphql HTTP/1.1'), 405, 'by POST, or queries by GET'],
    ['PATCH', line('PATCH /graphql HTTP/1.1'), 405, 'by POST'],
    ['DELETE', line('DELETE /graphql?query={a} HTTP/1.1'), 405, 'by POST'],
    ['OPTIONS', line('OPTIONS /graphql HTTP/1.1'), 405, 'by POST'],
    ['TRACE', line('TRACE /graphql HTTP/1.1'), 405, 'by POST'],
    ['PROPFIND', line('PROPFIND /graphql HTTP/1.1'), 405, 'by POST'],
    ['QUERY', line('QUERY /graphql HTTP/1.1'), 405, 'by POST'],
    [
      'PUT with a body of a form',
      line('PUT /graphql HTTP/1.1', 'content-type: x', 'content-length: 0'),
      405,
      '',
    ],
    ['an unknown method', line('FOO /graphql HTTP/1.1'), 400, 'not a valid HTTP request'],
    ['another path', line('GET /graphiql HTTP/1.1'), 404, 'GraphQL is at /graphql'],
    ['a path in capitals', line('POST /GRAPHQL HTTP/1.1'), 404, 'GraphQL is at'],
    ['a way out of the directory', line('GET /../../etc/passwd HTTP/1.1'), 404, 'GraphQL is at'],
    ["the embedded Stage API's control path", line('GET /_embedded/state HTTP/1.1'), 404, 'GraphQL is at'],
    ['metrics', line('GET /metrics HTTP/1.1'), 404, 'GraphQL is at'],
    ['an invalid path', line('GET /graphql%zz HTTP/1.1'), 400, 'Invalid request path'],
    ['an endless path', line(`GET /${'a'.repeat(9000)} HTTP/1.1`), 404, 'GraphQL is at'],
    ['bytes that are not HTTP', Buffer.from('\x16\x03\x01 hello\r\n\r\n'), 400, 'not a valid HTTP request'],
    ['endless headers', line('GET /graphql HTTP/1.1', `x: ${'a'.repeat(20_000)}`), 431, 'headers'],
    ['a form', type('application/x-www-form-urlencoded'), 415, 'content-type: application/json'],
    ['an upload', type('multipart/form-data; boundary=x'), 415, 'content-type'],
    ['plain text, which needs no preflight', type('text/plain'), 415, 'content-type'],
    ['plain text that calls itself JSON', type('text/plain;application/json'), 415, 'content-type'],
    ['two content types', type('application/json, text/plain'), 415, 'content-type'],
    ['no content type', request(['POST /graphql HTTP/1.1', 'host: a', 'content-length: 2'], '{}'), 415, ''],
    ['a compressed body', posted(TYPENAME, 'content-encoding: gzip'), 415, 'content-type'],
    [
      'a body above the limit',
      posted(JSON.stringify({ query: 'x'.repeat(262_144) })),
      413,
      'more than 262144 bytes',
    ],
    [
      'a content-length above the limit',
      request([...jsonHead, 'content-length: 999999999'], '{'),
      413,
      'more than 262144 bytes',
    ],
    ['an empty body', posted(''), 400, 'must be a JSON object'],
    ['broken JSON', posted('{"query":'), 400, 'must be a JSON object'],
    ['JSON that is not an object', posted('"{ __typename }"'), 400, ''],
    ['null', posted('null'), 400, ''],
    ['a number', posted('1'), 400, ''],
    ['an empty object', posted('{}'), 400, ''],
    [
      'bytes that are not UTF-8',
      posted(Buffer.from('{"query":"{ \xff }"}', 'latin1')),
      400,
      'must be a JSON',
    ],
    ['a prototype', posted(`${TYPENAME.slice(0, -1)},"__proto__":{"a":1}}`), 400, 'must be a JSON'],
    [
      'a prototype in the variables',
      posted(`${TYPENAME.slice(0, -1)},"variables":{"__proto__":{"a":1}}}`),
      400,
      'must be a JSON',
    ],
    [
      "a constructor's prototype",
      posted(`${TYPENAME.slice(0, -1)},"constructor":{"prototype":{"a":1}}}`),
      400,
      'must be a JSON',
    ],
    ['a query that is not a string', posted('{"query":{"a":1}}'), 400, 'must be strings'],
    ['variables that are text', posted(`${TYPENAME.slice(0, -1)},"variables":"{}"}`), 400, 'variables'],
    ['variables that are a list', posted(`${TYPENAME.slice(0, -1)},"variables":[1]}`), 400, 'variables'],
    ['a name that is a number', posted(`${TYPENAME.slice(0, -1)},"operationName":5}`), 400, 'operationName'],
    ['extensions that are text', posted(`${TYPENAME.slice(0, -1)},"extensions":"x"}`), 400, 'extensions'],
    ['an answer in pictures', posted(TYPENAME, 'accept: image/png'), 406, 'accept'],
    [
      'an invalid content-length',
      request([...jsonHead, 'content-length: abc'], '{}'),
      400,
      'not a valid HTTP request',
    ],
    [
      'a length below nothing',
      request([...jsonHead, 'content-length: -1'], '{}'),
      400,
      'not a valid HTTP request',
    ],
    [
      'two lengths',
      request([...jsonHead, 'content-length: 2', 'content-length: 9'], '{}'),
      400,
      'not a valid HTTP request',
    ],
    [
      'content-length beside chunks (request smuggling)',
      request([...jsonHead, 'content-length: 5', 'transfer-encoding: chunked'], '0\r\n\r\n'),
      400,
      'not a valid HTTP request',
    ],
    [
      'another transfer encoding',
      request([...jsonHead, 'transfer-encoding: xchunked'], '0\r\n\r\n'),
      400,
      'not a valid HTTP request',
    ],
    [
      'a broken chunk',
      request([...jsonHead, 'transfer-encoding: chunked'], 'zz\r\n\r\n'),
      400,
      'not a valid HTTP request',
    ],
  ])('%s', async (_, bytes, status, says) => {
    const answer = await gateway.send(bytes);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({
      errors: [
        {
          message: expect.stringContaining(says),
          extensions: {
            code: status === 413 ? 'OPERATION_TOO_LARGE' : 'BAD_REQUEST',
            requestId: answer.headers.get('x-request-id'),
          },
        },
      ],
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('a response with status 405 lists the allowed methods', async () => {
    const { headers } = await gateway.send(line('PUT /graphql HTTP/1.1'));
    expect(headers.get('allow')).toBe('GET, POST, OPTIONS');
  });
});

describe('headers', () => {
  test.each([
    ['a line break in it', 'a\rb'],
    ['a sign that a terminal obeys', 'a\x9b31m'],
    ['a quotation mark', 'a"b'],
    ['no end', 'a'.repeat(129)],
    ['nothing', ''],
  ])('a request id with %s is replaced', async (_, name) => {
    const { headers } = await gateway.send(posted(TYPENAME, `x-request-id: ${name}`));
    // Node refuses some of them.
    expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  test("a client's name cannot add a log line", async () => {
    await gateway.send(posted(TYPENAME, 'apollographql-client-name: a\x85{"msg":"forged"}\u2028'));
    expect(gateway.log.filter((entry) => entry.startsWith('{"msg":"forged"'))).toEqual([]);
    for (const entry of gateway.log) expect(JSON.parse(entry)).toBeInstanceOf(Object);
    expect(gateway.log.join('')).not.toMatch(/[\x80-\x9f]/);
  });
});

describe('JSON', () => {
  test('with a duplicate key uses the last value', async () => {
    const { json } = await gateway.send(posted('{"query":"{ a }","query":"{ __typename }"}'));
    expect(json).toEqual({ data: { __typename: 'Query' } });
  });

  test('with a byte order mark is accepted', async () => {
    const { json } = await gateway.send(posted(`\ufeff${TYPENAME}`));
    expect(json).toEqual({ data: { __typename: 'Query' } });
  });

  test.each([
    ['lists', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['objects', '{"a":'.repeat(40_000) + '1' + '}'.repeat(40_000)],
  ])('nested too deep in %s is refused before it is traversed', async (_, nested) => {
    const body = `{"query":"{ __typename }","variables":{"a":${nested}}}`;
    const { status, json } = await gateway.send(posted(body));
    expect(status).toBe(400);
    expect(json?.errors?.[0]).toMatchObject({
      message: 'The variables have more than 20 levels of lists and objects.',
      extensions: { code: 'OPERATION_TOO_LARGE' },
    });
  });
});

test('every error above has a log line, and none has reached AWS', () => {
  expect(gateway.unloggedErrors()).toEqual([]);
  expect(gateway.stageApi.requests()).toEqual([]);
});
