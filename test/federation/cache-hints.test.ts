import { beforeEach, describe, expect, test } from '@jest/globals';
import { runSupergraph, type RunningSupergraph } from './supergraph.ts';

let supergraph: RunningSupergraph;
const start = async (cacheHints: boolean): Promise<void> => {
  supergraph = await runSupergraph({ cacheHints, ttlMs: 3_600_000 });
};

const hintFor = async (query: string) => (await supergraph.graphql(query)).headers.get('cache-control');
const stages = (selection: string): string =>
  `{ stages(restApiId: "petstore01") { stageName ${selection} } }`;

describe('with CACHE_HINTS on, a client of the supergraph is told', () => {
  beforeEach(() => start(true));

  test('what stagegraph tells the router', async () => {
    expect(await hintFor(stages('deploymentId'))).toBe('max-age=5, public');
    expect(await hintFor(stages('variables { name }'))).toBe('max-age=5, private');
    // The methods of a deployment have no age.
    expect(await hintFor(stages('methods { resourcePath }'))).toBe('max-age=5, public');
    expect(await hintFor(stages('methods { authorizationType }'))).toBe('max-age=5, private');
    expect(await hintFor(stages('findings { code }'))).toBe('max-age=5, private');
  });

  test('to keep nothing where a subgraph without hints has a part in it', async () => {
    expect(await hintFor(stages('service { id }'))).toBe('no-store');
  });

  test('to keep nothing of a change', async () => {
    const mutation = `mutation {
      removeCanary(input: { restApiId: "petstore01", stageName: "prod" }) { stage { stageName } }
    }`;
    expect(await hintFor(mutation)).toBe('no-store');
  });
});

test('without hints a client of the supergraph is told to keep nothing', async () => {
  await start(false);
  expect(await hintFor(stages('deploymentId'))).toBe('no-store');
});
