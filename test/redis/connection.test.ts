import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger, type Logger } from '../../src/app/logger.ts';
import { RedisFailure } from '../../src/upstream/redis/connection/commands.ts';
import { connectRedis, type RedisConnection } from '../../src/upstream/redis/connection/connection.ts';
import { createRedisScope } from '../../src/upstream/redis/scope.ts';
import { PROBE } from '../../src/upstream/redis/scripts/lua.ts';
import { closeAfterwards } from '../support/closing.ts';
import { until } from '../support/polling.ts';
import { redisAt, type RedisServer, startRedis } from '../support/redis.ts';

let redis: RedisServer;
let log: string[];
let logger: Logger;
beforeEach(async () => {
  redis = await startRedis();
  log = [];
  logger = createLogger('debug', { write: (line) => void log.push(line) });
});

function open(): RedisConnection {
  const connection = connectRedis({ ...redisAt(redis.url), prefix: 'test', timeoutMs: 5000, logger });
  closeAfterwards(() => connection.close());
  return connection;
}
const scopeOn = (connection: RedisConnection, identify = () => Promise.resolve('target')) =>
  createRedisScope(connection, { identify, logger });
const clients = async (): Promise<number> =>
  String(await redis.client.call('CLIENT', 'LIST')).match(/name=stagegraph/g)?.length ?? 0;

describe('one connection', () => {
  test('carries the scopes of all targets, each with keys of its own', async () => {
    const connection = open();
    const scopes = ['one', 'two', 'three'].map((name) => scopeOn(connection, () => Promise.resolve(name)));
    for (const scope of scopes) {
      await scope.ready();
      expect(scope.isUp()).toBe(true);
    }
    expect(new Set(scopes.map((scope) => scope.key('bucket'))).size).toBe(3);
    expect(await clients()).toBe(1);
  });

  test('serves other scopes while the name of one is not known', async () => {
    const connection = open();
    const unknown = scopeOn(connection, () => new Promise(() => undefined));
    const known = scopeOn(connection);
    await known.ready();
    expect([unknown.isUp(), known.isUp()]).toEqual([false, true]);
    await expect(unknown.run(PROBE, [unknown.key('probe')], [])).rejects.toThrow(RedisFailure);
  });

  test('asks again for the name of a target after a failure', async () => {
    let asked = 0;
    const scope = scopeOn(open(), () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('no credentials')) : Promise.resolve('target');
    });
    await scope.ready();
    expect(scope.isUp()).toBe(false);
    await until(() => scope.isUp(), 20);
    expect(asked).toBe(2);
    expect(log.filter((line) => line.includes('no credentials'))).toHaveLength(1);
  });

  test('is used again after every loss, by each scope once its pending work is done', async () => {
    const scope = scopeOn(open());
    const done: boolean[] = [];
    scope.beforeUp(() => Promise.resolve(void done.push(scope.isUp())));
    await scope.ready();
    await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(() => !scope.isUp());
    await until(() => scope.isUp(), 20);
    expect(done).toEqual([false, false]);
    expect(scope.outages()).toBe(1);
  });
});

describe('a connection that is closed', () => {
  test('while a scope does its pending work, ends that work, and leaves the scope down', async () => {
    const connection = open();
    const scope = scopeOn(connection);
    const done: string[] = [];
    let goOn = (): void => undefined;
    const isWorking = new Promise<void>((begun) => {
      scope.beforeUp(async () => {
        done.push('first');
        begun();
        await new Promise<void>((resolve) => (goOn = resolve));
      });
    });
    scope.beforeUp(() => Promise.resolve(void done.push('second')));
    await isWorking;
    scope.close();
    await connection.close();
    goOn();
    await sleep(50);
    expect(done).toEqual(['first']);
    expect(scope.isUp()).toBe(false);
    expect(log).toEqual([]);
  });

  test('rejects at once, and sends nothing more, also while it is closing', async () => {
    const connection = open();
    await connection.ready();
    expect(connection.isUp()).toBe(true);
    const server = { runId: await connection.identify('target'), isUp: true };
    const probe = () => connection.run(PROBE, ['probe'], [], server);
    await probe();
    await redis.client.config('RESETSTAT');
    const closing = connection.close();
    expect(connection.isUp()).toBe(false);
    await expect(probe()).rejects.toThrow(RedisFailure);
    await closing;
    await expect(probe()).rejects.toThrow(RedisFailure);
    expect(await redis.client.info('commandstats')).not.toContain('cmdstat_evalsha');
  });

  test('while Redis does not answer closes within a second, and may be closed twice', async () => {
    const connection = open();
    await connection.ready();
    redis.pause();
    const begin = performance.now();
    await connection.close();
    await connection.close();
    expect(performance.now() - begin).toBeLessThan(3000);
    redis.resume();
    await sleep(100);
    expect(connection.isUp()).toBe(false);
    expect(connection.outages()).toBe(0);
  });
});
