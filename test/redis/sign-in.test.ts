import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '../../src/app/logger.ts';
import { connectRedis, type RedisConnection } from '../../src/upstream/redis/connection/connection.ts';
import { createIamToken } from '../../src/upstream/redis/connection/iam-token.ts';
import type { SignIn } from '../../src/upstream/redis/connection/servers.ts';
import { createPasswordSignIn } from '../../src/upstream/redis/connection/sign-in.ts';
import { closeAfterwards } from '../support/closing.ts';
import { until } from '../support/polling.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { redisAt, type RedisServer, startRedis } from '../support/redis.ts';
import { startSharing } from '../support/sharing-process.ts';
import { startStageApi } from '../support/stage-api.ts';

const SLOW = 60_000;

let log: string[];
beforeEach(() => {
  log = [];
});

function open(url: string, signIn: SignIn): RedisConnection {
  const logger = createLogger('debug', { write: (line) => void log.push(line) });
  const { servers } = redisAt(url);
  const connection = connectRedis({ servers, signIn, prefix: 'test', timeoutMs: 5000, logger });
  closeAfterwards(() => connection.close());
  return connection;
}

/** Lets the user in with these passwords only. */
const setPasswords = ({ client }: RedisServer, ...passwords: readonly string[]) =>
  client.call(
    'ACL',
    'SETUSER',
    'gateway',
    'reset',
    'on',
    ...passwords.map((each) => `>${each}`),
    '~*',
    '+@all',
  );

const successes = async ({ client }: RedisServer): Promise<number> =>
  Number(/cmdstat_auth:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);

const killAll = ({ client }: RedisServer) => client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');

describe('a process that signs in by IAM', () => {
  test(
    'signs in with a new token before the old one ends, and uses the newest for every new connection',
    async () => {
      const redis = await startRedis();
      const tokens: string[] = [];
      const signIn: SignIn = {
        async current() {
          const token = await createIamToken(
            { service: 'elasticache', name: 'mycache', region: undefined, isServerless: false },
            'gateway',
            {
              region: 'us-east-1',
              credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
              date: new Date(Date.UTC(2026, 0, 1) + 60_000 * tokens.length),
            },
          );
          tokens.push(token);
          // As AWS does: the older ones have ended.
          await setPasswords(redis, token);
          return { username: 'gateway', password: token };
        },
        renewMs: 200,
        onChange: () => undefined,
      };
      const connection = open(redis.url, signIn);
      await connection.ready();
      expect(connection.isUp()).toBe(true);
      await until(async () => (await successes(redis)) >= 2);
      expect(new Set(tokens).size).toBe(tokens.length);
      expect(connection.outages()).toBe(0);
      await killAll(redis);
      await until(() => connection.outages() === 1);
      await until(() => connection.isUp());
      expect(log.filter((line) => line.includes('WRONGPASS'))).toEqual([]);
    },
    SLOW,
  );
});

describe('a password that is replaced while the process runs', () => {
  test('is used by the connection, and by every new one', async () => {
    const redis = await startRedis();
    await setPasswords(redis, 'old', 'new');
    const signIn = createPasswordSignIn({ username: 'gateway', password: 'old' });
    const connection = open(redis.url, signIn);
    await connection.ready();
    const before = await successes(redis);
    signIn.replace({ username: 'gateway', password: 'new' });
    await until(async () => (await successes(redis)) > before);
    expect(connection.outages()).toBe(0);
    await setPasswords(redis, 'new');
    await killAll(redis);
    await until(() => connection.outages() === 1);
    await until(() => connection.isUp());
  });

  test(
    'also in a cluster, where connections are new ones each time',
    async () => {
      const cluster = await startRedisCluster();
      for (const server of cluster.primaries) await setPasswords(server, 'old', 'new');
      const signIn = createPasswordSignIn({ username: 'gateway', password: 'old' });
      const connection = open(cluster.url, signIn);
      await connection.ready();
      expect(connection.isUp()).toBe(true);
      signIn.replace({ username: 'gateway', password: 'new' });
      for (const server of cluster.primaries) {
        await setPasswords(server, 'new');
        await killAll(server);
      }
      await until(() => connection.outages() >= 1);
      await until(() => connection.isUp());
      for (const account of ['{1}', '{2}', '{3}', '{4}'])
        expect(await connection.identify(account)).toMatch(/^[0-9a-f]{40}$/);
    },
    SLOW,
  );

  test(
    'comes from a file that SIGHUP reads again',
    async () => {
      const redis = await startRedis();
      const path = join(await mkdtemp(join(tmpdir(), 'password-')), 'password');
      await setPasswords(redis, 'old', 'new');
      await writeFile(path, 'old\n');
      const stageApi = await startStageApi();
      const gateway = await startSharing(redis.url, stageApi.url, {
        REDIS_USERNAME: 'gateway',
        REDIS_PASSWORD_FILE: path,
        LOG_FORMAT: 'json',
      });
      expect(gateway.output()).toContain('Redis is available');
      const before = await successes(redis);
      await writeFile(path, 'new\n');
      gateway.child.kill('SIGHUP');
      await until(() => gateway.output().includes('"replaced":["REDIS_PASSWORD"]'));
      await until(async () => (await successes(redis)) > before);
      await setPasswords(redis, 'new');
      await killAll(redis);
      await until(() => gateway.output().split('Redis is available').length > 2);
      expect(gateway.output()).not.toContain('WRONGPASS');
    },
    SLOW,
  );

  test('that Redis does not know yet leaves the connection as it is, and is logged', async () => {
    const redis = await startRedis();
    await setPasswords(redis, 'old');
    const signIn = createPasswordSignIn({ username: 'gateway', password: 'old' });
    const connection = open(redis.url, signIn);
    await connection.ready();
    signIn.replace({ username: 'gateway', password: 'early' });
    await until(() => log.some((line) => /WRONGPASS.*could not sign in to Redis again/.test(line)));
    expect(connection.isUp()).toBe(true);
  });
});
