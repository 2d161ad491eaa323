import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../../src/app/logger.ts';
import { connectRedis, type RedisConnection } from '../../src/upstream/redis/connection/connection.ts';
import { createRedisScope, type RedisScope } from '../../src/upstream/redis/scope.ts';
import { PROBE } from '../../src/upstream/redis/scripts/lua.ts';
import { closeAfterwards } from '../support/closing.ts';
import { DEV, PROD, startFleet, target } from '../support/fleet.ts';
import { until } from '../support/polling.ts';
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.ts';
import { redisAt, type RedisServer } from '../support/redis.ts';
import { type Gateway, startGateway } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';
import { read, write } from '../support/together.ts';

const SLOW = 60_000;
/** The hash tag of a Stage API that is not AWS. */
const TAG = '{000000000000}';

const keysOf = async (servers: readonly RedisServer[]): Promise<string[][]> =>
  Promise.all(servers.map(({ client }) => client.keys('*')));

/** Two gateways in front of one Stage API. */
async function startPair(cluster: RedisCluster, redisTimeoutMs = 5000) {
  const log: string[] = [];
  const stageApi = await startStageApi();
  const start = (): Promise<Gateway> =>
    startGateway(stageApi.url, {
      ...{ ttlMs: 60_000, redisUrl: cluster.url, redisTimeoutMs },
      log: (line) => void log.push(line),
    });
  return { stageApi, one: await start(), two: await start(), log };
}

describe('a cluster of three shards', () => {
  test(
    'is found by asking the server, and shared: all keys of an account are on one shard',
    async () => {
      const cluster = await startRedisCluster();
      const { one, two, stageApi, log } = await startPair(cluster);
      await read(one);
      await read(two);
      expect(stageApi.calls()).toEqual({ GetStages: 1 });
      expect(await write(one, 'through a cluster')).toEqual([]);
      expect(await read(two)).toBe('through a cluster');
      expect(stageApi.calls()).toEqual({ GetStages: 1, UpdateStage: 1 });
      const shard = await cluster.primaryOf(TAG);
      const others = cluster.primaries.filter((each) => each !== shard);
      const probes = (await keysOf(others)).flat().filter((key) => !key.includes(':probe'));
      expect(probes).toEqual([]);
      expect((await shard.client.keys(`test:1:*${TAG}*`)).length).toBeGreaterThan(3);
      expect(log.filter((line) => /cannot be used|unavailable|refused/.test(line))).toEqual([]);
    },
    SLOW,
  );

  test(
    'has accounts on several shards, each with its own budget and cache',
    async () => {
      const cluster = await startRedisCluster();
      const stageApi = await startStageApi();
      const accounts = [PROD, DEV];
      const [ofProd, ofDev] = await Promise.all(accounts.map((each) => cluster.primaryOf(`{${each}}`)));
      const file = {
        quota: 'account' as const,
        targets: accounts.map((account) =>
          target({ account, region: 'us-east-1', home: account === PROD, endpoint: stageApi.url }),
        ),
      };
      const options = { ttlMs: 60_000, redisUrl: cluster.url };
      const [one, two] = [await startFleet(file, options), await startFleet(file, options)];
      const query = `{ a: stage(restApiId: "petstore01", stageName: "dev") { description } b: stage(restApiId: "petstore01", stageName: "dev", account: "${DEV}") { description } }`;
      expect((await one.graphql(query)).errors).toBeUndefined();
      await two.graphql(query);
      expect(stageApi.calls()).toEqual({ GetStages: 2 });
      expect((await ofProd?.client.keys(`*{${PROD}}*:bucket`))?.length).toBe(1);
      expect((await ofDev?.client.keys(`*{${DEV}}*:bucket`))?.length).toBe(1);
      await Promise.all([one.close(), two.close()]);
    },
    SLOW,
  );
});

describe('when a primary of the cluster dies', () => {
  test(
    'its replica takes over: the processes share again, and nothing stale is served',
    async () => {
      const cluster = await startRedisCluster({ replicated: true, nodeTimeoutMs: 1000 });
      const { one, two, log } = await startPair(cluster, 500);
      await read(two);
      expect(await write(one, 'before')).toEqual([]);
      expect(await read(two)).toBe('before');
      const available = () => log.filter((line) => line.includes('Redis is available')).length;
      const before = available();
      const dead = await cluster.primaryOf(TAG);
      await dead.kill();
      // Local state serves meanwhile.
      expect(await write(one, 'meanwhile')).toEqual([]);
      await until(() => available() >= before + 2);
      expect(await read(two)).toBe('meanwhile');
      expect(await write(two, 'afterwards')).toEqual([]);
      expect(await read(one)).toBe('afterwards');
      const replica = cluster.replicas[cluster.primaries.indexOf(dead)];
      expect((await replica?.client.info('replication')) ?? '').toContain('role:master');
    },
    SLOW,
  );
});

/** Connections of two processes, each with a scope for each account. */
function openScopes(cluster: RedisCluster, accounts: readonly string[], log: string[]) {
  const logger = createLogger('debug', { write: (line) => void log.push(line) });
  return Array.from({ length: 2 }, () => {
    const options = { ...redisAt(cluster.url), prefix: 'test', timeoutMs: 500, logger };
    const connection: RedisConnection = connectRedis(options);
    closeAfterwards(() => connection.close());
    const scopes = accounts.map((account) =>
      createRedisScope(connection, { identify: () => Promise.resolve(`{${account}}`), logger }),
    );
    return { connection, scopes };
  });
}
const allScopes = (processes: readonly { readonly scopes: readonly RedisScope[] }[]) =>
  processes.flatMap(({ scopes }) => scopes);
const accountOn = async (cluster: RedisCluster, server: RedisServer | undefined): Promise<string> => {
  for (let account = 0; ; account++)
    if ((await cluster.primaryOf(`{${account}}`)) === server) return String(account);
};

describe('while one shard is down', () => {
  test(
    'the accounts of the other shards go on sharing',
    async () => {
      const cluster = await startRedisCluster({ args: ['--cluster-require-full-coverage', 'no'] });
      const accounts = [
        await accountOn(cluster, cluster.primaries[0]),
        await accountOn(cluster, cluster.primaries[1]),
      ];
      const log: string[] = [];
      const processes = openScopes(cluster, accounts, log);
      await until(() => allScopes(processes).every((scope) => scope.isUp()));
      await cluster.primaries[0]?.kill();
      await until(() => processes.every(({ scopes: [dead] }) => dead?.isUp() === false));
      await until(() => processes.every(({ scopes: [, alive] }) => alive?.isUp() === true));
      // They stay so, while the others are tried again.
      const outages = processes.map(({ connection }) => connection.outages());
      await sleep(1500);
      expect(processes.map(({ connection }) => connection.outages())).toEqual(outages);
      for (const { scopes } of processes) expect(scopes.map((scope) => scope.isUp())).toEqual([false, true]);
      await cluster.primaries[0]?.start();
      await until(() => allScopes(processes).every((scope) => scope.isUp()));
    },
    SLOW,
  );
});

describe('when a replica takes over while the primary lives', () => {
  test(
    'no redirection is followed: all processes find the new server, and use the same keys there',
    async () => {
      const cluster = await startRedisCluster({ replicated: true, nodeTimeoutMs: 1000 });
      const log: string[] = [];
      const processes = openScopes(cluster, [await accountOn(cluster, cluster.primaries[0])], log);
      const scopes = allScopes(processes);
      await until(() => scopes.every((scope) => scope.isUp()));
      const before = scopes.map((scope) => scope.key('lock'));
      expect(new Set(before).size).toBe(1);
      await cluster.replicas[0]?.client.call('CLUSTER', 'FAILOVER');
      await until(
        async () => (await cluster.replicas[0]?.client.info('replication'))?.includes('role:master') === true,
      );
      // Their next commands notice it.
      for (const scope of scopes) await scope.run(PROBE, [scope.key('probe')], []).catch(() => undefined);
      await until(() => scopes.every((scope) => scope.isUp() && !before.includes(scope.key('lock'))));
      expect(new Set(scopes.map((scope) => scope.key('lock'))).size).toBe(1);
      for (const scope of scopes) expect(await scope.run(PROBE, [scope.key('probe')], [])).toBeDefined();
    },
    SLOW,
  );
});
