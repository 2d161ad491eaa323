import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EmbeddedStageApi } from '../../../src/embedded/start.ts';
import { allExecutionCaches, executionCachesNamed } from '../../../src/graphql/execution-caches.ts';
import { createSchema } from '../../../src/graphql/schema/schema.ts';
import { bearer, type Issuer, startIssuer } from '../../support/issuer.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../support/run.ts';
import { startStageApi } from '../../support/stage-api.ts';
import { generatedQueries, type Operation, writtenQueries } from './operations.ts';

const schema = createSchema();
const executionCaches = {
  none: executionCachesNamed([]),
  plans: executionCachesNamed(['plans']),
  fragments: executionCachesNamed(['plans', 'fragments']),
  responses: executionCachesNamed(['responses']),
  all: allExecutionCaches,
};
type Name = keyof typeof executionCaches;

interface Gateways {
  readonly plain: Gateway;
  readonly caching: readonly Gateway[];
}

let stageApi: EmbeddedStageApi;
beforeAll(async () => {
  stageApi = await startStageApi();
});

/** One gateway without execution caches and some with, for a group of tests. */
function gateways(
  optionsOf: () => GatewayOptions | Promise<GatewayOptions>,
  names: readonly Name[] = ['plans', 'fragments', 'all'],
): () => Gateways {
  let started: Gateways;
  beforeAll(async () => {
    const options = await optionsOf();
    const start = (name: Name) =>
      startGateway(stageApi.url, { ...options, executionCaches: executionCaches[name], cacheHints: true });
    started = { plain: await start('none'), caching: await Promise.all(names.map(start)) };
  });
  return () => started;
}

/** Different in each gateway: they come from its own calls to AWS. */
const varying = /("observedAt"|"v\d+"):"20\d\d-[^"]*Z"|"(?:awsRequestId|requestId)":"[^"]*"/g;

interface Asking {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
}

function send({ url }: Gateway, { query, variables }: Operation, { method = 'POST', headers }: Asking) {
  const sent = { 'content-type': 'application/json', accept: '*/*', 'x-request-id': 'same', ...headers };
  if (method === 'POST')
    return fetch(url, { method, headers: sent, body: JSON.stringify({ query, variables }) });
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  return fetch(`${url}?${search.toString()}`, { headers: sent });
}

async function answer(gateway: Gateway, operation: Operation, asking: Asking): Promise<string> {
  const response = await send(gateway, operation, asking);
  const { status, headers } = response;
  const text = await response.text();
  const shown = Object.fromEntries(
    [...headers].filter(([name]) => !['date', 'content-length'].includes(name)),
  );
  return JSON.stringify({ status, shown }) + text.replaceAll(varying, '');
}

/**
 * Sends an operation to every gateway until each of its caches has answered it, and expects equal responses. Requests with
 * different headers take turns: a response that is cached for one must not be sent to another.
 */
async function expectSame(
  { plain, caching }: Gateways,
  operation: Operation,
  askings: readonly Asking[] = [{}],
): Promise<void> {
  const expected = [];
  for (const asking of askings) expected.push(await answer(plain, operation, asking));
  for (const gateway of caching)
    for (let time = 0; time < 4; time++)
      for (const [index, asking] of askings.entries())
        expect(await answer(gateway, operation, asking)).toBe(expected[index]);
}

const forAnHour = { ttlMs: 3_600_000 };
const written = writtenQueries(schema);

test('the tests and the documentation contain queries', () => {
  expect(written.length).toBeGreaterThan(40);
});

describe('with each execution cache on and off the response is the same, to the byte', () => {
  const started = gateways(() => forAnHour, ['plans', 'fragments', 'responses', 'all']);

  test.each(written)('$query', (operation) => expectSame(started(), operation));

  test.each([
    ['application/graphql-response+json'],
    ['application/json;q=0.5, application/graphql-response+json'],
    ['text/html'],
  ])('in the format %s', async (accept) => {
    const query = '{ stage(restApiId: "petstore01", stageName: "prod") { stageName description } }';
    const missing = '{ stages(restApiId: "nothere001") { stageName } }';
    const askings = [{ headers: { accept } }];
    await expectSame(started(), { query, variables: {} }, askings);
    await expectSame(started(), { query: missing, variables: {} }, askings);
  });

  test('for generated queries', async () => {
    const queryType = schema.getQueryType();
    if (queryType == null) throw new Error('no queries');
    await fc.assert(
      fc.asyncProperty(generatedQueries(schema, queryType), (operation) => expectSame(started(), operation)),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('for queries by GET', () => {
  const started = gateways(() => forAnHour);
  const asking: Asking = { method: 'GET', headers: { 'apollo-require-preflight': 'true' } };
  test.each(written)('$query', (operation) => expectSame(started(), operation, [asking]));
});

describe('with a TTL of 0', () => {
  const started = gateways(() => ({ ttlMs: 0 }));
  test.each(written)('$query', (operation) => expectSame(started(), operation));
});

describe('while AWS refuses to list stages', () => {
  const started = gateways(() => forAnHour);
  const teach = (faults: object[]) =>
    fetch(`${stageApi.url}/_embedded/modes`, { method: 'PATCH', body: JSON.stringify({ faults }) });
  beforeAll(() => teach([{ operation: 'GetStages', action: 'fail', status: 403 }]));
  afterAll(() => teach([]));
  test.each(written)('$query', (operation) => expectSame(started(), operation));
});

describe('for callers with different permissions who take turns', () => {
  let issuer: Issuer;
  const askings: Asking[] = [{}];
  const started = gateways(async () => {
    issuer = await startIssuer();
    for (const scopes of ['stages:read', 'stages:read stages:variables', 'stages:admin', 'other'])
      askings.push({ headers: bearer(await issuer.token(scopes)) });
    return { ...forAnHour, auth: issuer.options };
  });
  test.each(written)('$query', (operation) => expectSame(started(), operation, askings), 60_000);
});
