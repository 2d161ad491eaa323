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

type Ways = Record<keyof typeof executionCaches, Gateway>;

let stageApi: EmbeddedStageApi;
beforeAll(async () => {
  stageApi = await startStageApi();
});

/** The same gateway several times, with none, some and all of its executionCaches, for one group of tests. */
function gateways(optionsOf: () => GatewayOptions | Promise<GatewayOptions>): () => Ways {
  let started: Ways;
  beforeAll(async () => {
    const options = await optionsOf();
    const start = (name: keyof typeof executionCaches) =>
      startGateway(stageApi.url, { ...options, executionCaches: executionCaches[name], cacheHints: true });
    started = {
      none: await start('none'),
      plans: await start('plans'),
      fragments: await start('fragments'),
      responses: await start('responses'),
      all: await start('all'),
    };
  });
  return () => started;
}

/** What each gateway has from its own calls to AWS. */
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
 * Asks every gateway so often that each of its ways to an answer has been gone; all say the same. Those who ask in
 * different ways take turns: what is kept for one must not be given to another.
 */
async function expectSame(
  ways: Ways,
  operation: Operation,
  askings: readonly Asking[] = [{}],
): Promise<void> {
  const plain = [];
  for (const asking of askings) plain.push(await answer(ways.none, operation, asking));
  for (const gateway of [ways.plans, ways.fragments, ways.responses, ways.all])
    for (let time = 0; time < 4; time++)
      for (const [index, asking] of askings.entries())
        expect(await answer(gateway, operation, asking)).toBe(plain[index]);
}

const forAnHour = { ttlMs: 3_600_000 };
const written = writtenQueries(schema);

test('there are queries to try', () => {
  expect(written.length).toBeGreaterThan(40);
});

describe('with every shortcut on and off the answer is the same, to the byte', () => {
  const ways = gateways(() => forAnHour);

  test.each(written)('$query', (operation) => expectSame(ways(), operation));

  test.each([
    ['application/graphql-response+json'],
    ['application/json;q=0.5, application/graphql-response+json'],
    ['text/html'],
  ])('whatever format is asked for: %s', async (accept) => {
    const query = '{ stage(restApiId: "petstore01", stageName: "prod") { stageName description } }';
    const missing = '{ stages(restApiId: "nothere001") { stageName } }';
    const askings = [{ headers: { accept } }];
    await expectSame(ways(), { query, variables: {} }, askings);
    await expectSame(ways(), { query: missing, variables: {} }, askings);
  });

  test('for queries that nobody has thought of', async () => {
    const queryType = schema.getQueryType();
    if (queryType == null) throw new Error('no queries');
    await fc.assert(
      fc.asyncProperty(generatedQueries(schema, queryType), (operation) => expectSame(ways(), operation)),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('sent as GET, which browsers and caches like', () => {
  const ways = gateways(() => forAnHour);
  const asking: Asking = { method: 'GET', headers: { 'apollo-require-preflight': 'true' } };
  test.each(written)('$query', (operation) => expectSame(ways(), operation, [asking]));
});

describe('with nothing stored', () => {
  const ways = gateways(() => ({ ttlMs: 0 }));
  test.each(written)('$query', (operation) => expectSame(ways(), operation));
});

describe('while AWS refuses to list stages', () => {
  const ways = gateways(() => forAnHour);
  const teach = (faults: object[]) =>
    fetch(`${stageApi.url}/_embedded/modes`, { method: 'PATCH', body: JSON.stringify({ faults }) });
  beforeAll(() => teach([{ operation: 'GetStages', action: 'fail', status: 403 }]));
  afterAll(() => teach([]));
  test.each(written)('$query', (operation) => expectSame(ways(), operation));
});

describe('for callers with different rights, one after the other', () => {
  let issuer: Issuer;
  const askings: Asking[] = [{}];
  const ways = gateways(async () => {
    issuer = await startIssuer();
    for (const scopes of ['stages:read', 'stages:read stages:variables', 'stages:admin', 'other'])
      askings.push({ headers: bearer(await issuer.token(scopes)) });
    return { ...forAnHour, auth: issuer.options };
  });
  test.each(written)('$query', (operation) => expectSame(ways(), operation, askings), 60_000);
});
