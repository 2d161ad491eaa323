import { describe, expect, test } from '@jest/globals';
import { keyMatching } from '../support/redis.ts';
import { read, startTogether, type Together, type TogetherOptions, write } from '../support/together.ts';

let together: Together;

const start = async (options: TogetherOptions = {}) => {
  together = await startTogether(options);
  await together.logged(/Redis is available/);
};
const timed = async (work: Promise<unknown>): Promise<number> => {
  const begin = performance.now();
  await work;
  return performance.now() - begin;
};

const HOUR_MS = 3_600_000;
const instants = ['at', 'seen', 'slowed', 'until', 'queuedUntil'];
const ofProcesses = ['alive', 'demanded', 'oldest'];

/** Leaves in Redis what a clock would that is set back by an hour: all that was stored lies an hour ahead. */
async function setClockBack(): Promise<void> {
  const { client } = together.redis;
  for (const key of await client.keys('test:*')) {
    if ((await client.type(key)) === 'hash') {
      for (const [field, value] of Object.entries(await client.hgetall(key))) {
        if (instants.includes(field)) await client.hset(key, field, Number(value) + HOUR_MS);
        if (!key.endsWith(':processes')) continue;
        const process = JSON.parse(value) as Record<string, number>;
        for (const name of ofProcesses) process[name] = Number(process[name]) + HOUR_MS;
        await client.hset(key, field, JSON.stringify(process));
      }
    }
    await client.pexpire(key, (await client.pttl(key)) + HOUR_MS);
  }
}
const keyLike = (pattern: string) => keyMatching(together.redis, pattern);
const readAll = () => Promise.all(together.gateways.map((gateway) => read(gateway)));

describe('when the clock of Redis is set back', () => {
  test('reads and changes continue at once, and all processes agree', async () => {
    await start();
    await readAll();
    await keyLike('*:entry:*');
    for (const round of [1, 2, 3]) {
      await setClockBack();
      expect(await timed(readAll())).toBeLessThan(1000);
      expect(await timed(write(together.gateway(round), `round ${round}`))).toBeLessThan(1000);
      expect(await readAll()).toEqual(Array(3).fill(`round ${round}`));
    }
  });

  test('no entry counts as younger than it is: entries from before are not served', async () => {
    await start({ ttlMs: 500, staleMs: 0 });
    await read(together.gateway(0));
    await keyLike('*:entry:*');
    await setClockBack();
    await new Promise((resolve) => setTimeout(resolve, 600));
    together.stageApi.resetCalls();
    await read(together.gateway(1));
    expect(together.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('spent tokens stay spent, buckets refill, and no process waits for one that has gone', async () => {
    await start({ rate: 20, burst: 4, ttlMs: 1 });
    await Promise.all([readAll(), readAll()]);
    await setClockBack();
    // One that waits for calls in all ranks, and is not there.
    const gone = { last: 0, waiting: [9, 9, 9], oldest: 0, alive: 0, demanded: 0 };
    const far = (await redisNow()) + HOUR_MS;
    const ghost = { ...gone, alive: far, demanded: far };
    await together.redis.client.hset(await keyLike('*:processes'), 'ghost', JSON.stringify(ghost));
    together.stageApi.resetCalls();
    const begin = performance.now();
    for (let round = 0; round < 10; round++) {
      await together.gateway(round).graphql(`{ restApis(first: ${round + 1}) { nodes { name } } }`);
    }
    expect(together.stageApi.calls()).toEqual({ GetRestApis: 10 });
    expect(performance.now() - begin).toBeLessThan(4000);
    expect(await together.redis.client.hexists(await keyLike('*:processes'), 'ghost')).toBe(0);
  });

  test('a pause after a 429 ends when it would have, and the next 429 counts', async () => {
    await start({ count: 1, rate: 100, burst: 10, ttlMs: 1, staleMs: 0 });
    const refuse = () =>
      together.stageApi.configure({
        faults: [
          { operation: 'GetStages', action: 'fail', status: 429, code: 'TooManyRequestsException', times: 1 },
        ],
      });
    const bucket = async () => together.redis.client.hgetall(await keyLike('*:bucket'));
    refuse();
    await read(together.gateway(0));
    const { rate } = await bucket();
    expect(Number(rate)).toBeLessThan(100);
    await setClockBack();
    refuse();
    // The pause of the first is a second, and that of the second another one.
    expect(await timed(read(together.gateway(0)))).toBeLessThan(4000);
    const { rate: slower, slowed } = await bucket();
    expect(Number(slower)).toBeLessThan(Number(rate) * 0.9);
    expect(Number(slowed)).toBeLessThanOrEqual(await redisNow());
  });

  test('the leases of a dead process (lock, announcement, load) end in time', async () => {
    await start({ count: 2, requestTimeoutMs: 500, deadlineMs: 8000 });
    await readAll();
    await keyLike('*:entry:*');
    const versions = await keyLike('*:versions:petstore01');
    const { client } = together.redis;
    // As a process leaves them that is killed in the middle of a write.
    const lease = 2500;
    await client.set(versions.replace('versions', 'lock'), `dead/${lease}`, 'PX', lease);
    await client.hset(versions, { writer: `dead/${lease}`, until: (await redisNow()) + lease, lease });
    await setClockBack();
    expect(await timed(write(together.gateway(0), 'after the dead one'))).toBeLessThan(2.5 * lease);
    expect(await readAll()).toEqual(['after the dead one', 'after the dead one']);
    await write(together.gateway(0), 'not loaded yet');
    // As it leaves a load.
    await client.flushall();
    const [restored, load] = [versions, versions.replace('versions:', 'load:stages:')];
    await client.hset(restored, 'stages', 'some version');
    await client.hset(load, { version: 'some version', owner: 'dead' });
    await client.pexpire(restored, 60_000);
    await client.pexpire(load, 2000);
    await setClockBack();
    expect(await timed(read(together.gateway(1)))).toBeLessThan(4000);
    expect(await read(together.gateway(1))).toBe('not loaded yet');
  });
});

async function redisNow(): Promise<number> {
  const [seconds = 0, microseconds = 0] = (await together.redis.client.time()).map(Number);
  return seconds * 1000 + microseconds / 1000;
}
