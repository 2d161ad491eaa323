import { beforeAll, describe, expect, test } from '@jest/globals';
import { defaultLimits, type Limits } from '../../../src/graphql/limits/limits.ts';
import { noGatewayObserver } from '../../../src/observability/observer.ts';
import { type HeldUpstream, startHeldUpstream } from '../../support/held.ts';
import { type HostileGround, hostileGround, posted, request } from '../../support/hostile.ts';
import { bearer, startIssuer } from '../../support/issuer.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../support/run.ts';

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

const SECRET = 'a-secret-of-the-routers';
const asRouter = { 'router-authorization': SECRET };
const read = '{ stages(restApiId: "petstore01") { stageName } }';

type Headers = Record<string, string>;
interface Refusal {
  readonly what: string;
  readonly options?: GatewayOptions;
  /** What the caller does before. */
  readonly before?: (gateway: Gateway, headers: Headers, upstream: HeldUpstream) => Promise<void>;
  readonly query?: string;
  readonly variables?: Record<string, unknown>;
  readonly status: number;
  readonly code: string;
  readonly retryAfterSeconds?: unknown;
}

const limitedTo = (limits: Partial<Limits>) => ({ limits: { ...defaultLimits, ...limits } });
const inFlight = (requests: number) => ({ overload: { requests, eventLoopDelayMs: 0 } });

async function askOnce(gateway: Gateway, headers: Headers): Promise<void> {
  await gateway.graphql('{ __typename }', {}, headers);
}
async function haveOneInFlight(gateway: Gateway, headers: Headers, upstream: HeldUpstream) {
  void gateway.graphql(read, {}, headers).catch(() => undefined);
  await upstream.next();
}

const TOO_LARGE = { status: 400, code: 'OPERATION_TOO_LARGE' };
const refusals: readonly Refusal[] = [
  {
    what: 'requests per minute',
    options: { rateLimit: 1 },
    before: askOnce,
    status: 429,
    code: 'RATE_LIMITED',
    retryAfterSeconds: expect.any(Number),
  },
  {
    what: 'requests of one caller in flight',
    options: inFlight(4),
    before: haveOneInFlight,
    status: 429,
    code: 'RATE_LIMITED',
    retryAfterSeconds: 1,
  },
  {
    what: 'overload',
    options: inFlight(1),
    before: haveOneInFlight,
    status: 503,
    code: 'OVERLOADED',
    retryAfterSeconds: 1,
  },
  { what: 'levels of fields', options: limitedTo({ depth: 1 }), ...TOO_LARGE },
  { what: 'tokens', options: limitedTo({ tokens: 3 }), ...TOO_LARGE },
  { what: 'bytes', options: limitedTo({ bodyBytes: 10 }), ...TOO_LARGE, status: 413 },
  {
    what: 'references',
    options: limitedTo({ representations: 1 }),
    query:
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
    variables: { representations: [{}, {}] },
    ...TOO_LARGE,
  },
  { what: 'an unknown field', query: '{ nope }', status: 400, code: 'GRAPHQL_VALIDATION_FAILED' },
  { what: 'a syntax error', query: '{', status: 400, code: 'GRAPHQL_PARSE_FAILED' },
  {
    what: 'a missing variable',
    query: 'query ($id: ID!) { stages(restApiId: $id) { stageName } }',
    status: 400,
    code: 'BAD_USER_INPUT',
  },
];

/** The answer to a refused request, and the codes that the metrics and the log have. */
async function refuse(refusal: Refusal, options: GatewayOptions, headers: Headers) {
  const counted: string[] = [];
  const log: string[] = [];
  const upstream = await startHeldUpstream();
  const gateway = await startGateway(upstream.url, {
    ...refusal.options,
    ...options,
    log: (line) => log.push(line),
    observer: {
      ...noGatewayObserver,
      failed: (code) => counted.push(code),
      operated: ({ codes }) => counted.push(...codes),
    },
  });
  await refusal.before?.(gateway, headers, upstream);
  const answer = await gateway.graphql(refusal.query ?? read, refusal.variables, headers);
  const requestId = answer.headers.get('x-request-id') ?? '';
  const seen = { counted: [...counted], line: log.find((line) => line.includes(requestId)) };
  await upstream.close();
  await gateway.close();
  return { ...answer, ...seen };
}

describe.each(refusals)('refused for $what', (refusal) => {
  const { status, code, retryAfterSeconds } = refusal;
  const errors = [
    { extensions: { code, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) } },
  ];

  test.each([
    ['accepts anything', asRouter],
    // As Apollo Router does.
    ['prefers JSON', { ...asRouter, accept: 'application/json, application/graphql-response+json' }],
    ['accepts JSON in UTF-8', { ...asRouter, accept: 'application/json; charset=utf-8' }],
  ])('a router that %s gets 200, and the error for its client', async (_, headers) => {
    const answer = await refuse(refusal, { routerSecrets: [SECRET] }, headers);
    expect(answer).toMatchObject({ status: 200, data: undefined, errors });
    // What was refused is counted and logged by its code.
    expect(answer.counted).toEqual([code]);
    expect(answer.line).toContain(`"errorCodes":["${code}"]`);
  });

  test.each([
    [
      'a router that prefers application/graphql-response+json',
      [SECRET],
      'application/graphql-response+json',
    ],
    ['a caller where routers have no secret', [], 'application/json'],
  ])(`%s gets ${status}`, async (_, routerSecrets, accept) => {
    expect(await refuse(refusal, { routerSecrets }, { ...asRouter, accept })).toMatchObject({
      status,
      errors,
    });
  });
});

describe('a router', () => {
  test.each([
    ['with an invalid token', 'guess', {}],
    ['while tokens cannot be verified', undefined, { retryAfterSeconds: 5 }],
  ])('%s gets 200, and why its client is not authenticated', async (_, token, more) => {
    const issuer = await startIssuer();
    issuer.answerKeysWith({ status: 500, body: '' });
    const routerSecrets = [SECRET];
    const gateway = await startGateway('http://127.0.0.1:9', { auth: issuer.options, routerSecrets });
    const headers = { ...asRouter, ...bearer(token ?? (await issuer.token('stages:read'))) };
    const { status, errors } = await gateway.graphql(read, {}, headers);
    expect({ status, errors }).toMatchObject({
      status: 200,
      errors: [{ extensions: { code: 'UNAUTHENTICATED', ...more } }],
    });
    await gateway.close();
    await issuer.close();
  });

  test('with a wrong secret is refused with 401, whatever else is wrong', async () => {
    const gateway = await startGateway('http://127.0.0.1:9', { routerSecrets: [SECRET], rateLimit: 1 });
    for (const query of [read, '{ nope }']) {
      const { status, errors } = await gateway.graphql(query, {}, { 'router-authorization': 'guessed' });
      expect({ status, errors }).toMatchObject({
        status: 401,
        errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      });
    }
    await gateway.close();
  });

  test.each([
    ['a batch', 'POST', 'application/json', '[{"query":"{ __typename }"}]', 400],
    ['a body that is not JSON', 'POST', 'application/json', '{', 400],
    ['a body of another type', 'POST', 'text/plain', '{}', 415],
    ['another method', 'PUT', 'application/json', '{"query":"{ __typename }"}', 405],
  ])('that sends %s, which is no GraphQL request, gets its status', async (_, method, type, body, status) => {
    const gateway = await startGateway('http://127.0.0.1:9', { routerSecrets: [SECRET] });
    const headers = { ...asRouter, 'content-type': type };
    expect((await fetch(gateway.url, { method, headers, body })).status).toBe(status);
    await gateway.close();
  });
});
