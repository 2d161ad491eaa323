import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EmbeddedStageApi, startEmbeddedStageApi } from '../../src/embedded/start.ts';
import { allShortcuts } from '../../src/execution/shortcuts.ts';
import { createSchema } from '../../src/schema.ts';
import { type Gateway, startGateway } from '../support/run.ts';
import { generatedQueries, type Operation, writtenQueries } from './operations.ts';

const schema = createSchema();
const shortcuts = {
  none: { compiles: false, keepsAnswers: false },
  compiled: { compiles: true, keepsAnswers: false },
  all: allShortcuts,
};

let stageApi: EmbeddedStageApi;
let gateways: Record<keyof typeof shortcuts, Gateway>;
const observed: string[] = [];

beforeAll(async () => {
  stageApi = await startEmbeddedStageApi();
  const start = (name: keyof typeof shortcuts) =>
    startGateway(stageApi.url, { ttlMs: 3_600_000, shortcuts: shortcuts[name], cacheHints: true });
  gateways = { none: await start('none'), compiled: await start('compiled'), all: await start('all') };
});
afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway.close();
  await stageApi.close();
});

/** What each gateway has from its own calls to AWS. */
const varying = /("observedAt"|"v\d+"):"20\d\d-[^"]*Z"|"(?:awsRequestId|requestId)":"[^"]*"/g;

async function answer({ url }: Gateway, { query, variables }: Operation, accept = '*/*'): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, 'x-request-id': 'same' },
    body: JSON.stringify({ query, variables }),
  });
  const { status, headers } = response;
  const text = await response.text();
  observed.push(text);
  const shown = Object.fromEntries(
    [...headers].filter(([name]) => !['date', 'content-length'].includes(name)),
  );
  return JSON.stringify({ status, shown }) + text.replaceAll(varying, '');
}

/** Asks every gateway so often that each of its ways to an answer has been gone; all say the same. */
async function expectSame(operation: Operation, accept?: string): Promise<void> {
  const plain = await answer(gateways.none, operation, accept);
  for (const gateway of [gateways.compiled, gateways.all])
    for (let time = 0; time < 4; time++) expect(await answer(gateway, operation, accept)).toBe(plain);
}

describe('with every shortcut on and off the answer is the same, to the byte', () => {
  const written = writtenQueries(schema);

  test('there are queries to try', () => {
    expect(written.length).toBeGreaterThan(40);
  });

  test.each(written)('$query', (operation) => expectSame(operation));

  test.each([
    ['application/graphql-response+json'],
    ['application/json;q=0.5, application/graphql-response+json'],
    ['text/html'],
  ])('whatever format is asked for: %s', async (accept) => {
    const query = '{ stage(restApiId: "petstore01", stageName: "prod") { stageName description } }';
    await expectSame({ query, variables: {} }, accept);
    await expectSame({ query: '{ stages(restApiId: "nothere001") { stageName } }', variables: {} }, accept);
  });

  test('for queries that nobody has thought of', async () => {
    const queryType = schema.getQueryType();
    if (queryType == null) throw new Error('no queries');
    await fc.assert(
      fc.asyncProperty(generatedQueries(schema, queryType), (operation) => expectSame(operation)),
      { numRuns: 60 },
    );
  }, 120_000);
});
