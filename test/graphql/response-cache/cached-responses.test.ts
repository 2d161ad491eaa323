import { beforeEach, describe, expect, test } from '@jest/globals';
import { allExecutionCaches, executionCachesNamed } from '../../../src/graphql/execution-caches.ts';
import { noGatewayObserver } from '../../../src/observability/observer.ts';
import { mutate } from '../../support/mutations.ts';
import { type Running, run } from '../../support/run.ts';

const READERS = 4;
const dev = { restApiId: 'petstore01', stageName: 'dev' };
const query = `query Dev($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) { variables { name value } stageName description }
}`;

interface Seen {
  stage: { variables: { name: string; value: string }[] };
}

describe.each([
  // The soak does ten thousand.
  ['all execution caches', allExecutionCaches, 200],
  ['cached responses alone', executionCachesNamed(['responses']), 50],
])('with %s', (_, executionCaches, rounds) => {
  let batches = 0;
  let gateway: Running;
  beforeEach(async () => {
    batches = 0;
    const observer = { ...noGatewayObserver, batched: () => (batches += 1) };
    gateway = await run({ ttlMs: 3_600_000, observer, executionCaches });
  });

  async function roundSeen(): Promise<number> {
    const { data } = await gateway.graphql<Seen>(query, dev);
    return Number(data.stage.variables.find(({ name }) => name === 'round')?.value);
  }

  const write = (round: number) =>
    mutate(gateway, 'setStageVariables', { ...dev, set: [{ name: 'round', value: String(round) }] });

  test('a repeated query is answered without execution', async () => {
    await write(1);
    for (let time = 0; time < 4; time++) expect(await roundSeen()).toBe(1);
    const before = batches;
    expect(await roundSeen()).toBe(1);
    expect(batches).toBe(before);
  });

  test('a mutation is executed each time', async () => {
    for (let time = 1; time < 5; time++) {
      await write(7);
      const sent = gateway.stageApi.requests().filter(({ operation }) => operation === 'UpdateStage');
      expect(sent).toHaveLength(time);
    }
  });

  test('a query with an error is executed each time', async () => {
    const failing = `{ stage(restApiId: "petstore01", stageName: "dev") { stageName } restApis(first: 0) { nodes { id } } }`;
    const requestIds = new Set<unknown>();
    for (let time = 0; time < 4; time++) {
      const { errors } = await gateway.graphql(failing);
      expect(errors).toHaveLength(1);
      requestIds.add(errors?.[0]?.extensions.requestId);
    }
    expect(requestIds.size).toBe(4);
  });

  test('the first read after a write shows it, while others read', async () => {
    let done = false;
    const missed: number[] = [];
    const backwards: number[] = [];
    const reader = async () => {
      let last = 0;
      while (!done) {
        const seen = await roundSeen();
        if (seen < last) backwards.push(seen);
        last = Number.isNaN(seen) ? last : seen;
      }
    };
    const readers = Array.from({ length: READERS }, reader);
    for (let round = 1; round <= rounds; round++) {
      const { userErrors } = await write(round);
      expect(userErrors).toEqual([]);
      // Often enough for a cached response.
      for (let time = 0; time < 3; time++) if ((await roundSeen()) !== round) missed.push(round);
    }
    done = true;
    await Promise.all(readers);
    expect({ missed, backwards }).toEqual({ missed: [], backwards: [] });
  }, 240_000);
});

test('without cached responses a repeated query is executed each time', async () => {
  let batches = 0;
  const observer = { ...noGatewayObserver, batched: () => (batches += 1) };
  const executionCaches = executionCachesNamed(['plans', 'fragments']);
  const gateway = await run({ ttlMs: 3_600_000, observer, executionCaches });
  for (let time = 0; time < 4; time++) await gateway.graphql(query, dev);
  const before = batches;
  await gateway.graphql(query, dev);
  expect(batches).toBeGreaterThan(before);
});
