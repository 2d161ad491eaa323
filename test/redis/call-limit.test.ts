import { afterEach, expect, test } from '@jest/globals';
import { startEmbeddedStageApi } from '../../src/embedded/start.ts';
import { manyApis } from '../support/many-apis.ts';
import { startTogether, type Together } from '../support/together.ts';

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
});

async function start(): Promise<Together> {
  const stageApi = await startEmbeddedStageApi(manyApis(170));
  const together = await startTogether({ count: 2, endpoint: stageApi.url });
  closing = [() => together.close(), () => stageApi.close()];
  return together;
}

const ask = (together: Together, process: number, first: number) =>
  together
    .gateway(process)
    .graphql('query ($first: Int!) { restApis(first: $first) { nodes { stages { stageName } } } }', {
      first,
    });

test('an entry of another process does not count as a call of the operation', async () => {
  const together = await start();
  await ask(together, 0, 90);
  expect((await ask(together, 1, 150)).errors).toBeUndefined();
});

test('an operation with too many reads that are not cached is refused before its first call', async () => {
  const together = await start();
  const { errors = [] } = await ask(together, 1, 150);
  expect(errors).toHaveLength(150);
  expect(errors[0]?.message).toContain('"first: 99" fits');
});
