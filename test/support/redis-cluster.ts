import { until } from './polling.ts';
import { freePort, type RedisServer, startRedis } from './redis.ts';

/** A real cluster of three shards. */
export interface RedisCluster {
  /** The URL of its first server, which knows the others. */
  readonly url: string;
  readonly primaries: readonly RedisServer[];
  /** One for each primary, where there are some. */
  readonly replicas: readonly RedisServer[];
  /** The primary that has had a key when the cluster was started. */
  primaryOf(key: string): Promise<RedisServer>;
  close(): Promise<void>;
}

const SLOTS = 16_384;
const SHARDS = 3;
/** The first slot of a shard; that of the one after the last is the number of slots. */
const firstSlot = (shard: number): number => Math.floor((SLOTS * shard) / SHARDS);

interface ClusterServer extends RedisServer {
  readonly busPort: number;
}

async function startServer(args: readonly string[]): Promise<ClusterServer> {
  const busPort = await freePort();
  const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)];
  return { ...(await startRedis([...cluster, ...args])), busPort };
}

const isWhole = async ({ client }: RedisServer, servers: number): Promise<boolean> => {
  const info = String(await client.call('CLUSTER', 'INFO'));
  return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${servers}\r`);
};

export async function startRedisCluster({
  replicated = false,
  nodeTimeoutMs = 15_000,
  args = [] as readonly string[],
} = {}): Promise<RedisCluster> {
  const count = replicated ? 2 * SHARDS : SHARDS;
  const own = ['--cluster-node-timeout', String(nodeTimeoutMs), ...args];
  const servers = await Promise.all(Array.from({ length: count }, async () => startServer(own)));
  const [first, ...others] = servers;
  if (first === undefined) throw new Error('no server');
  const primaries = servers.slice(0, SHARDS);
  const replicas = servers.slice(SHARDS);
  for (const [shard, { client }] of primaries.entries())
    await client.call('CLUSTER', 'ADDSLOTSRANGE', firstSlot(shard), firstSlot(shard + 1) - 1);
  for (const { port, busPort } of others)
    await first.client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  for (const server of servers) await until(() => isWhole(server, count));
  for (const [shard, { client }] of replicas.entries()) {
    const id = String(await primaries[shard]?.client.call('CLUSTER', 'MYID'));
    await until(() =>
      client.call('CLUSTER', 'REPLICATE', id).then(
        () => true,
        () => false,
      ),
    );
    await until(async () => (await client.info('replication')).includes('master_link_status:up'));
  }
  return {
    url: first.url,
    primaries,
    replicas,
    async primaryOf(key) {
      const slot = Number(await first.client.call('CLUSTER', 'KEYSLOT', key));
      const found = primaries.find((_, shard) => slot < firstSlot(shard + 1));
      if (found === undefined) throw new Error('no shard');
      return found;
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
