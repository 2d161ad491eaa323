import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  type CallRequest,
  type RateLimiter,
  createRateLimiter,
  type Priority,
} from '../../src/upstream/limiter/rate-limiter.ts';
import { connectRedis } from '../../src/upstream/redis/connection/connection.ts';
import { createSharedTokens } from '../../src/upstream/redis/limiter/shared-tokens.ts';
import { createRedisScope, type RedisScope } from '../../src/upstream/redis/scope.ts';
import { PROBE } from '../../src/upstream/redis/scripts/lua.ts';
import { deadlineIn } from '../../src/upstream/time/deadline.ts';
import { closeAfterwards } from '../support/closing.ts';
import { until } from '../support/polling.ts';
import { redisAt, type RedisServer, startRedis } from '../support/redis.ts';
import { silentLogger } from '../support/silence.ts';

let redis: RedisServer;
beforeEach(async () => {
  redis = await startRedis();
});

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const limits = { rate: 20, burst: 5, operationLimits: {} };

interface Process {
  readonly limiter: RateLimiter;
  readonly scope: RedisScope;
  readonly processes: () => number;
}

/** The rate limiter of one process, which shares its tokens with the others. */
async function start(
  options: Partial<Parameters<typeof createRateLimiter>[0]> = {},
  timeoutMs = 5000,
): Promise<Process> {
  const logger = silentLogger;
  const connection = connectRedis({ ...redisAt(redis.url), prefix: 'test', timeoutMs, logger });
  const scope = createRedisScope(connection, { identify: () => Promise.resolve('target'), logger });
  await scope.ready();
  const all = { ...limits, minCallMs: 0, ...options };
  const shared = createSharedTokens(scope, all);
  const limiter = createRateLimiter({ ...all, tokens: shared.tokens });
  closeAfterwards(() => {
    limiter.close();
    return connection.close();
  });
  return { limiter, scope, processes: shared.processes };
}

const ask = (more: Partial<CallRequest> & { as?: Priority } = {}): CallRequest => {
  const { as = 'read', ...rest } = more;
  return { operation: 'GetStages', priority: () => as, caller: {}, deadline: deadlineIn(60_000), ...rest };
};

/** Acquires grants one after the other, and records the time of each. */
async function spend({ limiter }: Process, untilMs: number, times: number[], as: Priority = 'read') {
  while (performance.now() < untilMs) {
    await limiter.acquire(ask({ as, deadline: deadlineIn(60_000) }));
    times.push(performance.now());
  }
}

describe('the rate limiter of several processes', () => {
  test('allows together as many calls as one, and shares them evenly', async () => {
    const all = await Promise.all([start(), start(), start()]);
    const counts = all.map((): number[] => []);
    const begin = performance.now();
    await Promise.all(
      all.flatMap((process, index) => [
        spend(process, begin + 3000, counts[index] ?? []),
        spend(process, begin + 3000, counts[index] ?? []),
      ]),
    );
    const seconds = (Math.max(...counts.flat()) - begin) / 1000;
    const sum = counts.flat().length;
    expect(sum).toBeLessThanOrEqual(limits.burst + limits.rate * seconds + 1);
    expect(sum).toBeGreaterThan(limits.rate * seconds * 0.7);
    for (const { length } of counts) expect(length).toBeGreaterThan(sum / 3 / 2);
  });

  test('serves mutations of one process before reads of another, and those before refreshes', async () => {
    const [one, two, three] = [
      await start({ burst: 1, rate: 10 }),
      await start({ burst: 1, rate: 10 }),
      await start({ burst: 1, rate: 10 }),
    ];
    await one.limiter.acquire(ask());
    const order: string[] = [];
    const wait = async (process: Process, as: Priority, count: number) => {
      await Promise.all(
        Array.from({ length: count }, () => process.limiter.acquire(ask({ as })).then(() => order.push(as))),
      );
    };
    const refreshes = wait(one, 'refresh', 2);
    await later(30);
    const reads = wait(two, 'read', 2);
    await later(30);
    await Promise.all([wait(three, 'mutation', 2), reads, refreshes]);
    // The first may have been on its way before the others came.
    const [, ...rest] = order;
    const ranks = ['mutation', 'read', 'refresh'];
    expect(rest).toEqual([...rest].sort((a, b) => ranks.indexOf(a) - ranks.indexOf(b)));
    expect(rest).toHaveLength(5);
  });

  test('lets callers take turns, also one that uses every process', async () => {
    const [one, two] = [await start({ rate: 20, burst: 1 }), await start({ rate: 20, burst: 1 })];
    await one.limiter.acquire(ask());
    const order: string[] = [];
    const wait = (process: Process, caller: string) =>
      process.limiter.acquire(ask({ caller })).then(() => order.push(caller));
    const all = Array.from({ length: 20 }, (_, index) => wait(index % 2 === 0 ? one : two, 'greedy'));
    await later(60);
    await wait(two, 'modest');
    expect(order.indexOf('modest')).toBeLessThan(10);
    await Promise.all(all);
  });

  test('gives every eighth token to the oldest call', async () => {
    const [busy, patient] = [await start({ rate: 40, burst: 1 }), await start({ rate: 40, burst: 1 })];
    await busy.limiter.acquire(ask());
    let isServed = false;
    const refresh = patient.limiter.acquire(ask({ as: 'refresh' })).then(() => (isServed = true));
    const end = performance.now() + 2000;
    const changes = Array.from({ length: 4 }, async () => {
      while (performance.now() < end && !isServed) await busy.limiter.acquire(ask({ as: 'mutation' }));
    });
    await Promise.all(changes);
    expect(isServed).toBe(true);
    await refresh;
  });

  test('rejects a call at once that the queues of other processes would delay beyond its deadline', async () => {
    const [one, two] = [await start({ rate: 2, burst: 1 }), await start({ rate: 2, burst: 1 })];
    await one.limiter.acquire(ask());
    const queue = Array.from({ length: 10 }, () =>
      one.limiter.acquire(ask({ as: 'mutation' })).catch(() => undefined),
    );
    await later(100);
    const begin = performance.now();
    await expect(two.limiter.acquire(ask({ deadline: deadlineIn(2000) }))).rejects.toMatchObject({
      failure: 'OVER_BUDGET',
    });
    expect(performance.now() - begin).toBeLessThan(500);
    one.limiter.close();
    await Promise.all(queue);
  });

  test('slows all down after a 429 of one, once for all calls that were in flight together', async () => {
    const [one, two] = [await start(), await start()];
    const grants = await Promise.all([one.limiter.acquire(ask()), two.limiter.acquire(ask())]);
    // AWS takes its time, too: longer than the way to Redis.
    await later(20);
    for (const grant of grants) grant.throttledByAws(0.6);
    await later(50);
    const begin = performance.now();
    await two.limiter.acquire(ask());
    expect(performance.now() - begin).toBeGreaterThan(500);
    const [bucket = ''] = await redis.client.keys('*:bucket');
    const rate = Number(await redis.client.hget(bucket, 'rate'));
    expect(rate).toBeGreaterThan(limits.rate * 0.45);
    expect(rate).toBeLessThan(limits.rate * 0.6);
  });

  test('shares the own limits of operations too', async () => {
    const operationLimits = { CreateDeployment: { rate: 2, burst: 1 } };
    const [one, two] = [await start({ operationLimits }), await start({ operationLimits })];
    const begin = performance.now();
    const times = await Promise.all(
      [one, two, one, two].map(async ({ limiter }) => {
        await limiter.acquire(ask({ operation: 'CreateDeployment', as: 'mutation' }));
        return performance.now() - begin;
      }),
    );
    const [first, second, third, fourth] = times.sort((a, b) => a - b);
    expect(first).toBeLessThan(400);
    expect(second).toBeGreaterThan(400);
    expect(third).toBeGreaterThan(900);
    expect(fourth).toBeGreaterThan(1400);
    // Others do not wait for it.
    const quick = performance.now();
    await one.limiter.acquire(ask());
    expect(performance.now() - quick).toBeLessThan(300);
  });

  test('takes the token of an aborted call back', async () => {
    const [one, two] = [await start({ rate: 1, burst: 3 }), await start({ rate: 1, burst: 3 })];
    const controller = new AbortController();
    const outcome = one.limiter.acquire(ask({ signal: controller.signal })).then(
      () => 'given',
      () => 'gone',
    );
    controller.abort();
    expect(await outcome).toBe('gone');
    await later(100);
    const begin = performance.now();
    await Promise.all([two.limiter.acquire(ask()), two.limiter.acquire(ask()), two.limiter.acquire(ask())]);
    expect(performance.now() - begin).toBeLessThan(500);
  });
});

describe('without Redis', () => {
  test('each process has its share of the limit, and the whole of it again when Redis is available', async () => {
    const all = await Promise.all([
      start({ rate: 30, burst: 6 }),
      start({ rate: 30, burst: 6 }),
      start({ rate: 30, burst: 6 }),
    ]);
    // All have to hear of all.
    for (const { limiter } of all) await limiter.acquire(ask());
    for (const { limiter } of all) await limiter.acquire(ask());
    expect(all.map(({ processes }) => processes())).toEqual([3, 3, 3]);
    await redis.kill();
    const counts = all.map((): number[] => []);
    const begin = performance.now();
    await Promise.all(all.map((process, index) => spend(process, begin + 2000, counts[index] ?? [])));
    const seconds = (Math.max(...counts.flat()) - begin) / 1000;
    const sum = counts.flat().length;
    expect(sum).toBeLessThanOrEqual(6 + 30 * seconds + 3);
    expect(sum).toBeGreaterThan(30 * seconds * 0.6);
    await redis.start();
    const [first] = all;
    while (!first.scope.isUp()) await later(20);
    await first.limiter.acquire(ask());
    // The first tokens may still be those that the process had without Redis.
    await until(async () => (await redis.client.keys('*:bucket')).length !== 0, 20);
    expect(await redis.client.keys('*:bucket')).toHaveLength(1);
  });

  test('tokens that were used meanwhile are taken from the shared bucket later', async () => {
    // Hardly anything flows while this runs.
    const limits = { rate: 0.01, burst: 12 };
    const [one, two] = [await start(limits, 250), await start(limits, 250)];
    for (const { limiter } of [one, two, one]) await limiter.acquire(ask());
    expect([one.processes(), two.processes()]).toEqual([2, 2]);
    redis.pause();
    // Who finds out while it asks for a call cannot know that it is granted later.
    for (const { scope } of [one, two])
      await expect(scope.run(PROBE, [scope.key('probe')], [])).rejects.toThrow();
    expect([one.scope.isUp(), two.scope.isUp()]).toEqual([false, false]);
    // Of the nine that are left each has four, and makes three of them.
    for (const { limiter } of [one, two, one, two, one, two]) await limiter.acquire(ask());
    redis.resume();
    await until(() => one.scope.isUp() && two.scope.isUp(), 20);
    const soon = () => ask({ deadline: deadlineIn(2000) });
    for (const { limiter } of [one, two, one]) await limiter.acquire(soon());
    for (const { limiter } of [two, one]) {
      await expect(limiter.acquire(soon())).rejects.toMatchObject({ failure: 'OVER_BUDGET' });
    }
  });
});
