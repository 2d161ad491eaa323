import { beforeAll, expect, test } from '@jest/globals';
import { type HostileGround, hostileGround, posted, request } from '../../support/hostile.ts';

let gateway: HostileGround;
beforeAll(async () => {
  gateway = await hostileGround();
});

const accept = 'accept: application/graphql-response+json';

test.each([
  ['a batch', posted('[{"query":"{ __typename }"}]', accept)],
  ['an empty object', posted('{}', accept)],
  ['a query that is not a string', posted('{"query":5}', accept)],
  ['variables that are a string', posted('{"query":"{ __typename }","variables":"{}"}', accept)],
  [
    'a request that a web page could send without a preflight',
    request(['GET /graphql?query={a} HTTP/1.1', 'host: a', accept]),
  ],
  ['a syntax error', posted('{"query":"{"}', accept)],
  ['an unknown field', posted('{"query":"{ nope }"}', accept)],
  ['a mutation by GET', request(['GET /graphql?query=mutation{a} HTTP/1.1', 'host: a', accept])],
])('an error as application/graphql-response+json has the request id: %s', async (_, bytes) => {
  const answer = await gateway.send(bytes);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.headers.get('content-type')).toMatch(/^application\/graphql-response\+json/);
  expect(answer.json?.errors).toEqual([
    expect.objectContaining({
      extensions: expect.objectContaining({ requestId: answer.headers.get('x-request-id') }) as unknown,
    }),
  ]);
  const line = gateway.log.find((each) => each.includes(String(answer.headers.get('x-request-id'))));
  expect(line).toContain('"errorCodes":[');
});
