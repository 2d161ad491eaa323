import { describe, expect, test } from '@jest/globals';
import { openToAws, startProcess } from '../support/gateway-process.ts';
import { until } from '../support/polling.ts';
import { startRedis } from '../support/redis.ts';
import { startGateway } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';
import { read, startTogether, type Together, type TogetherOptions, write } from '../support/together.ts';

let together: Together;

const start = async (options: TogetherOptions = {}) => {
  together = await startTogether(options);
  await together.logged(/Redis is available/);
};
const readAll = () => Promise.all(together.gateways.map((gateway) => read(gateway)));
const timed = async <Result>(work: Promise<Result>): Promise<{ ms: number; result: Result }> => {
  const begin = performance.now();
  const result = await work;
  return { ms: performance.now() - begin, result };
};
/** The gateways agree again: what one writes all others show. */
async function expectTogether(description: string) {
  expect(await write(together.gateway(0), description)).toEqual([]);
  expect(await readAll()).toEqual([description, description, description]);
}

describe('when Redis', () => {
  test('is killed, every process uses local state at once, logs it, and shares again later', async () => {
    await start();
    await readAll();
    await together.redis.kill();
    await together.logged(/Redis is unavailable/);
    const { ms, result } = await timed(readAll());
    expect(new Set(result).size).toBe(1);
    expect(ms).toBeLessThan(1000);
    expect(await write(together.gateway(1), 'alone')).toEqual([]);
    expect(await read(together.gateway(1))).toBe('alone');
    await together.redis.start();
    await together.logged(/Redis is available/);
    // What was written meanwhile was told to all on the way back.
    expect(await readAll()).toEqual(['alone', 'alone', 'alone']);
    await expectTogether('back');
  });

  test('is paused, requests wait once, for a short time', async () => {
    await start({ redisTimeoutMs: 250 });
    await readAll();
    together.redis.pause();
    const { ms } = await timed(readAll());
    expect(ms).toBeLessThan(1500);
    await together.logged(/Redis is unavailable/);
    const { ms: second } = await timed(readAll());
    expect(second).toBeLessThan(500);
    expect(await write(together.gateway(2), 'alone')).toEqual([]);
    together.redis.resume();
    await together.logged(/Redis is available/);
    await expectTogether('back');
  });

  test('is killed while a write is in flight, the write is executed, and no later read is stale', async () => {
    await start();
    await readAll();
    together.stageApi.configure({ latencyMs: 400 });
    const writing = write(together.gateway(0), 'in between');
    await until(() => together.stageApi.calls().UpdateStage !== undefined);
    await together.redis.kill();
    expect(await writing).toEqual([]);
    together.stageApi.configure({ latencyMs: 0 });
    await together.redis.start();
    await together.logged(/Redis is available/);
    expect(await readAll()).toEqual(['in between', 'in between', 'in between']);
  });

  test('is restarted from an old snapshot, its old state is not used', async () => {
    await start({ redisArguments: ['--save', '3600', '1'] });
    await readAll();
    await together.redis.client.save();
    await expectTogether('after the snapshot');
    await together.redis.kill();
    await together.redis.start();
    await together.logged(/Redis is available/);
    expect(await together.redis.client.keys('*:entry:*')).not.toEqual([]);
    expect(await readAll()).toEqual(['after the snapshot', 'after the snapshot', 'after the snapshot']);
  });

  test('is flushed repeatedly, no operation fails, and no read is stale', async () => {
    await start();
    for (let round = 0; round < 15; round++) {
      const flushing = together.redis.client.flushall();
      const description = `round ${round}`;
      expect(await write(together.gateway(round), description)).toEqual([]);
      await flushing;
      expect(await readAll()).toEqual([description, description, description]);
    }
  });

  test('is flushed during changes that read first, they read again and are made', async () => {
    await start();
    together.stageApi.configure({ latencyMs: 150 });
    const change = (index: number) =>
      together.gateway(index).graphql<{ setCanarySettings: { userErrors: unknown[] } }>(
        `mutation ($percentTraffic: Float) {
          setCanarySettings(input: { restApiId: "petstore01", stageName: "prod", percentTraffic: $percentTraffic }) {
            userErrors { code message }
          }
        }`,
        { percentTraffic: index + 1 },
      );
    const all = Promise.all([change(0), change(1), change(2)]);
    await until(() => together.stageApi.calls().GetStage !== undefined);
    await together.redis.client.flushall();
    expect((await all).map(({ data }) => data.setCanarySettings.userErrors)).toEqual([[], [], []]);
  });

  test('is full, entries are local, and everything else is shared as before', async () => {
    await start({ redisArguments: ['--maxmemory-policy', 'noeviction'] });
    await together.redis.client.config('SET', 'maxmemory', '1');
    await readAll();
    for (let round = 0; round < 5; round++) await expectTogether(`round ${round}`);
    expect(together.log.some(({ msg }) => String(msg).startsWith('Redis refused'))).toBe(true);
    expect(together.log.some(({ msg }) => String(msg).includes('is unavailable'))).toBe(false);
    await together.redis.client.config('SET', 'maxmemory', '0');
    await expectTogether('room again');
  });

  test('is full, each process caches what it has loaded as long as it would in Redis', async () => {
    await start({ count: 1, redisArguments: ['--maxmemory-policy', 'noeviction'] });
    await together.redis.client.config('SET', 'maxmemory', '1');
    await read(together.gateway(0));
    // Longer than the version of a load lives by itself.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await read(together.gateway(0));
    expect(together.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('has keys of another type in the places of ours, nothing fails', async () => {
    await start();
    await readAll();
    for (const key of await together.redis.client.keys('test:*')) {
      await together.redis.client.del(key);
      await together.redis.client.sadd(key, 'mine');
    }
    const all = await readAll();
    expect(new Set(all).size).toBe(1);
    expect(await write(together.gateway(0), 'among strangers')).toEqual([]);
    expect(await read(together.gateway(0))).toBe('among strangers');
  });

  test('is available again with keys of another type in the places of pending invalidations, it is used again', async () => {
    await start({ count: 2, redisTimeoutMs: 250 });
    await readAll();
    const { client } = together.redis;
    const [versions = ''] = await client.keys('*:versions:petstore01');
    for (const key of [versions, versions.replace('versions', 'lock')]) {
      await client.del(key);
      await client.sadd(key, 'mine');
    }
    together.redis.pause();
    expect(await write(together.gateway(0), 'alone')).toEqual([]);
    await together.logged(/Redis is unavailable/, 1);
    together.redis.resume();
    await together.logged(/Redis is available/, 1);
    expect(await write(together.gateway(0), 'among strangers')).toEqual([]);
    expect(await read(together.gateway(0))).toBe('among strangers');
  });
});

describe('a process', () => {
  test('starts without Redis, logs it, and joins the others when Redis is available', async () => {
    await start({ count: 1 });
    await together.redis.kill();
    const log: string[] = [];
    const { ms, result: late } = await timed(
      startGateway(together.stageApi.url, {
        ttlMs: 60_000,
        redisUrl: together.redis.url,
        log: (line) => void log.push(line),
      }),
    );
    expect(ms).toBeLessThan(5000);
    expect(log.join('')).toContain('Redis cannot be used');
    await read(late);
    await together.redis.start();
    await until(() => log.join('').includes('Redis is available'), 20);
    await together.logged(/Redis is available/);
    expect(await write(late, 'from the late one')).toEqual([]);
    expect(await read(together.gateway(0))).toBe('from the late one');
    await late.close();
  });

  test('with a wrong password is rejected by Redis, and uses local state', async () => {
    await start({ count: 1, redisArguments: ['--requirepass', ''] });
    await together.redis.client.config('SET', 'requirepass', 'secret');
    const log: string[] = [];
    const options = { ttlMs: 60_000, log: (line: string) => void log.push(line) };
    const wrong = await startGateway(together.stageApi.url, {
      ...options,
      redisUrl: together.redis.url.replace('//', '//:wrong@'),
    });
    expect(log.join('')).toMatch(/Redis cannot be used/);
    expect(log.join('')).not.toContain('wrong@');
    expect(await read(wrong)).toBe(await read(together.gateway(0)));
    await wrong.close();
    log.length = 0;
    const right = await startGateway(together.stageApi.url, {
      ...options,
      redisUrl: together.redis.url.replace('//', '//:secret@'),
    });
    expect(log.join('')).toMatch(/Redis is available/);
    await right.close();
  });
});

test('a gateway is stopped in order while Redis does not answer', async () => {
  const redis = await startRedis();
  const { url } = await startStageApi();
  const gateway = startProcess({
    ...openToAws,
    PORT: '0',
    AWS_ENDPOINT_URL_API_GATEWAY: url,
    REDIS_URL: redis.url,
  });
  await gateway.said(/GraphQL gateway: \S+/);
  await gateway.said(/Redis is available/);
  redis.pause();
  gateway.process.kill('SIGTERM');
  expect(await gateway.exited).toBe(0);
});
