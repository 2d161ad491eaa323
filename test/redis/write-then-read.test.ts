import { expect, test } from '@jest/globals';
import { mutate } from '../support/mutations.ts';
import { read, startTogether, type Together, write } from '../support/together.ts';

let together: Together;

test('the response to a write is read in every process without a call', async () => {
  together = await startTogether({ count: 3 });
  expect(await write(together.gateway(0), 'first')).toEqual([]);
  expect(await read(together.gateway(0))).toBe('first');
  expect(await read(together.gateway(1))).toBe('first');
  expect(await write(together.gateway(1), 'second')).toEqual([]);
  for (const gateway of together.gateways) {
    // Twice: the second answer may be one that was kept.
    expect([await read(gateway), await read(gateway)]).toEqual(['second', 'second']);
  }
  expect(together.stageApi.calls()).toEqual({ UpdateStage: 2 });
});

test('the response to a write is not stored where its lock was lost meanwhile', async () => {
  together = await startTogether({ count: 2 });
  together.stageApi.configure({ latencyMs: 300 });
  const writing = write(together.gateway(0), 'mine');
  const { client } = together.redis;
  let locks: string[] = [];
  while (together.stageApi.calls().UpdateStage !== 1 || locks.length === 0)
    locks = await client.keys('*:lock:*');
  await client.del(...locks);
  await writing;
  together.stageApi.configure({ latencyMs: 0 });
  together.stageApi.resetCalls();
  expect(await read(together.gateway(1))).toBe('mine');
  expect(together.stageApi.calls()).toEqual({ GetStages: 1 });
});

test('the response to a write is served by its own process only while Redis is unavailable', async () => {
  together = await startTogether({ count: 1 });
  await together.redis.kill();
  await together.logged(/Redis/);
  expect(await write(together.gateway(0), 'alone')).toEqual([]);
  expect(await read(together.gateway(0))).toBe('alone');
  expect(together.stageApi.calls()).toEqual({ UpdateStage: 1 });
});

test('a local entry is stale when Redis is available again and another process has written', async () => {
  together = await startTogether({ count: 2 });
  await together.logged(/Redis is available/, 2);
  const tags = '{ stage(restApiId: "petstore01", stageName: "prod") { tags { value } } }';
  await read(together.gateway(0));
  await together.redis.kill();
  await together.logged(/Redis is unavailable/, 2);
  expect(await write(together.gateway(0), 'alone')).toEqual([]);
  await together.redis.start();
  await together.logged(/Redis is available/, 2);
  const input = { restApiId: 'petstore01', stageName: 'prod', tags: [{ key: 'team', value: 'dogs' }] };
  const { userErrors } = await mutate(together.gateway(1), 'tagStage', input);
  expect(userErrors).toEqual([]);
  expect(JSON.stringify((await together.gateway(0).graphql(tags)).data)).toContain('dogs');
});
