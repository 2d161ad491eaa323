import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '../../src/app/logger.ts';
import { createLink, type Link, RedisFailure } from '../../src/upstream/redis/connection.ts';
import { PROBE } from '../../src/upstream/redis/scripts/script.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

let redis: RedisServer;
let log: string[];
beforeEach(async () => {
  redis = await startRedis();
  log = [];
});

const open = (): Link =>
  createLink({
    url: redis.url,
    prefix: 'test',
    scope: () => Promise.resolve('scope'),
    timeoutMs: 5000,
    logger: createLogger('debug', { write: (line) => void log.push(line) }),
  });

describe('a link that is closed', () => {
  test('while it pays on its way back pays no more, and does not come back', async () => {
    const link = open();
    const paid: string[] = [];
    let goOn = (): void => undefined;
    const isPaying = new Promise<void>((begun) => {
      link.onReturn(async () => {
        paid.push('first');
        begun();
        await new Promise<void>((resolve) => (goOn = resolve));
      });
    });
    link.onReturn(() => Promise.resolve(void paid.push('second')));
    await isPaying;
    await link.close();
    goOn();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(paid).toEqual(['first']);
    expect(link.isUp()).toBe(false);
    expect(log).toEqual([]);
  });

  test('says at once that Redis is not there, and asks it nothing, even while it says goodbye', async () => {
    const link = open();
    await link.ready();
    expect(link.isUp()).toBe(true);
    const probe = () => link.run(PROBE, [link.key('probe')], []);
    await probe();
    await redis.client.config('RESETSTAT');
    const closing = link.close();
    expect(link.isUp()).toBe(false);
    await expect(probe()).rejects.toThrow(RedisFailure);
    await closing;
    await expect(probe()).rejects.toThrow(RedisFailure);
    expect(await redis.client.info('commandstats')).not.toContain('cmdstat_evalsha');
  });

  test('while Redis stands still is closed within a moment, and closing it again changes nothing', async () => {
    const link = open();
    await link.ready();
    redis.pause();
    const begin = performance.now();
    await link.close();
    await link.close();
    expect(performance.now() - begin).toBeLessThan(3000);
    redis.resume();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(link.isUp()).toBe(false);
    expect(link.outages()).toBe(0);
  });
});
