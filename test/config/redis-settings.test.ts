import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { cacheAt } from '../../src/config/redis-settings.ts';
import { problemsOf as problemsOfEnvironment } from '../support/config-problems.ts';

const onAws = { STAGE_API: 'aws', AUTH: 'off' };
const redisOf = (env: NodeJS.ProcessEnv) => readConfig({ ...onAws, ...env }).redis;

const problemsOf = (env: NodeJS.ProcessEnv) => problemsOfEnvironment({ ...onAws, ...env });

const REPLICATION_GROUP = 'master.mycache.abc123.use1.cache.amazonaws.com';

describe('the settings of Redis', () => {
  test('without REDIS_URL there are none', () => {
    expect(redisOf({})).toBeUndefined();
  });

  test('one URL has host, port, user, password and database', () => {
    expect(redisOf({ REDIS_URL: 'rediss://user:p%40ss@redis.internal:6380/2' })).toEqual({
      servers: {
        mode: 'auto',
        addresses: [{ host: 'redis.internal', port: 6380 }],
        tls: true,
        database: 2,
        sentinel: undefined,
      },
      credentials: { username: 'user', password: 'p@ss' },
      iam: undefined,
      prefix: 'stagegraph',
      timeoutMs: 250,
    });
  });

  test('several URLs are several servers; a port may be missing, and a host may be an IPv6 address', () => {
    const { servers } = redisOf({ REDIS_URL: 'redis://:a,b@one, redis://:a,b@[::1]:7000' }) ?? {};
    expect(servers?.addresses).toEqual([
      { host: 'one', port: 6379 },
      { host: '::1', port: 7000 },
    ]);
  });

  test('with Sentinels the URL has the credentials of these, and the variables those of the servers', () => {
    const found = redisOf({
      REDIS_URL: 'redis://:watching@one:26379,redis://:watching@two:26379',
      REDIS_SENTINEL_MASTER: 'shared',
      REDIS_USERNAME: 'gateway',
      REDIS_PASSWORD: 'secret',
    });
    expect(found?.servers).toMatchObject({
      mode: 'sentinel',
      sentinel: { primary: 'shared', username: undefined, password: 'watching' },
    });
    expect(found?.credentials).toEqual({ username: 'gateway', password: 'secret' });
  });

  test('a prefix may have a hash tag', () => {
    expect(redisOf({ REDIS_URL: 'redis://one', REDIS_PREFIX: '{shop}.prod' })?.prefix).toBe('{shop}.prod');
    for (const wrong of ['{}', 'a{b', 'a}b', '{a}{b}', 'a b', 'a'.repeat(65)])
      expect(problemsOf({ REDIS_URL: 'redis://one', REDIS_PREFIX: wrong })).toHaveLength(1);
  });

  test.each([
    [REPLICATION_GROUP, 'elasticache', 'mycache', undefined, false],
    ['clustercfg.mycache.abc123.use1.cache.amazonaws.com', 'elasticache', 'mycache', undefined, false],
    ['mycache-001.mycache.abc123.use1.cache.amazonaws.com', 'elasticache', 'mycache', undefined, false],
    ['mycache.abc123.clustercfg.cnn1.cache.amazonaws.com.cn', 'elasticache', 'mycache', undefined, false],
    ['mycache.abc123.ng.0001.use1.cache.amazonaws.com', 'elasticache', 'mycache', undefined, false],
    ['my-cache-x2e9hv.serverless.euc1.cache.amazonaws.com', 'elasticache', 'my-cache', undefined, true],
    [
      'my-cache-x2e9hv.public.serverless.use1.cache.amazonaws.com',
      'elasticache',
      'my-cache',
      undefined,
      true,
    ],
    ['clustercfg.my-db.abc123.memorydb.eu-west-1.amazonaws.com', 'memorydb', 'my-db', 'eu-west-1', false],
  ])('the endpoint %s is one of %s, of the cache %s', (host, service, name, region, isServerless) => {
    expect(cacheAt(host)).toEqual({ service, name, region, isServerless });
  });

  test('an endpoint that is not AWS’s has no cache', () => {
    expect(cacheAt('redis.internal')).toBeUndefined();
  });

  test('by IAM the cache is that of the endpoint', () => {
    const found = redisOf({
      REDIS_URL: `rediss://gateway@${REPLICATION_GROUP}:6379`,
      REDIS_IAM: 'on',
    });
    expect(found?.credentials).toEqual({ username: 'gateway', password: undefined });
    expect(found?.iam?.name).toBe('mycache');
  });

  test.each<[string, NodeJS.ProcessEnv, readonly string[]]>([
    ['another scheme', { REDIS_URL: 'http://one' }, ['REDIS_URL: must be a URL such as redis:']],
    ['a query', { REDIS_URL: 'redis://one?family=6' }, ['REDIS_URL: must be']],
    ['one wrong of several', { REDIS_URL: 'redis://one,redis://two/x' }, ['REDIS_URL: must be']],
    [
      'several that differ',
      { REDIS_URL: 'redis://:a@one,redis://:b@two' },
      ['REDIS_URL has several URLs, which must have the same scheme, user, password and database.'],
    ],
    [
      'several for one server',
      { REDIS_URL: 'redis://one,redis://two', REDIS_MODE: 'single' },
      ['REDIS_MODE is "single" but REDIS_URL has several URLs; set only one of them.'],
    ],
    [
      'Sentinels without a name',
      { REDIS_URL: 'redis://one', REDIS_MODE: 'sentinel' },
      ['REDIS_SENTINEL_MASTER must be set to the name of the primary with REDIS_MODE=sentinel.'],
    ],
    [
      'a name without Sentinels',
      { REDIS_URL: 'redis://one', REDIS_MODE: 'cluster', REDIS_SENTINEL_MASTER: 'shared' },
      ['REDIS_SENTINEL_MASTER must not be set with REDIS_MODE=cluster.'],
    ],
    [
      'a database of a cluster',
      { REDIS_URL: 'redis://one/1', REDIS_MODE: 'cluster' },
      ['REDIS_URL must not name a database other than 0 with REDIS_MODE=cluster: a cluster has no other.'],
    ],
    [
      'two passwords',
      { REDIS_URL: 'redis://:a@one', REDIS_PASSWORD: 'b' },
      ['REDIS_PASSWORD is set but REDIS_URL has a password; set only one of them.'],
    ],
    [
      'a user without a password',
      { REDIS_URL: 'redis://one', REDIS_USERNAME: 'gateway' },
      ['REDIS_USERNAME has no effect without REDIS_PASSWORD'],
    ],
    [
      'no URL',
      { REDIS_PASSWORD: 'b', REDIS_IAM: 'on' },
      ['REDIS_PASSWORD has no effect without REDIS_URL.', 'REDIS_IAM has no effect without REDIS_URL.'],
    ],
    [
      'IAM, all wrong',
      { REDIS_URL: 'redis://:a@redis.internal', REDIS_IAM: 'on' },
      [
        'REDIS_URL must begin with rediss:// with REDIS_IAM=on: AWS accepts IAM over TLS only.',
        'REDIS_USERNAME must be set with REDIS_IAM=on: to the user that signs in by IAM.',
        'REDIS_IAM must be "off" with a password, and with Sentinels.',
        'REDIS_URL must have an endpoint of ElastiCache or MemoryDB with REDIS_IAM=on',
      ],
    ],
  ])('%s: an error begins with what is wrong', (_, env, expected) => {
    const problems = problemsOf(env);
    expect(problems.map((text, index) => text.slice(0, expected[index]?.length))).toEqual(expected);
    expect(problems.join()).not.toMatch(/:a@|:b@/);
  });
});
