import { beforeEach, expect, test } from '@jest/globals';
import { noGatewayObserver } from '../../../src/observability/observer.ts';
import { mutate } from '../../support/mutations.ts';
import { type Running, run } from '../../support/run.ts';

/** The soak does ten thousand. */
const ROUNDS = 200;
const READERS = 4;
const dev = { restApiId: 'petstore01', stageName: 'dev' };
const query = `query Dev($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) { variables { name value } stageName description }
}`;

interface Seen {
  stage: { variables: { name: string; value: string }[] };
}

let batches = 0;
let gateway: Running;
beforeEach(async () => {
  batches = 0;
  const observer = { ...noGatewayObserver, batched: () => (batches += 1) };
  gateway = await run({ ttlMs: 3_600_000, observer });
});

async function roundSeen(): Promise<number> {
  const { data } = await gateway.graphql<Seen>(query, dev);
  return Number(data.stage.variables.find(({ name }) => name === 'round')?.value);
}

const write = (round: number) =>
  mutate(gateway, 'setStageVariables', { ...dev, set: [{ name: 'round', value: String(round) }] });

test('an answer that is asked for again is given without reading it together again', async () => {
  await write(1);
  for (let time = 0; time < 4; time++) expect(await roundSeen()).toBe(1);
  const before = batches;
  expect(await roundSeen()).toBe(1);
  expect(batches).toBe(before);
});

test('whatever others read meanwhile, the very next read after a write shows it', async () => {
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
  for (let round = 1; round <= ROUNDS; round++) {
    const { userErrors } = await write(round);
    expect(userErrors).toEqual([]);
    // Often enough that a kept answer would have its chance.
    for (let time = 0; time < 3; time++) if ((await roundSeen()) !== round) missed.push(round);
  }
  done = true;
  await Promise.all(readers);
  expect({ missed, backwards }).toEqual({ missed: [], backwards: [] });
}, 240_000);
