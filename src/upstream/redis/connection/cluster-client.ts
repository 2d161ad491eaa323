import { Cluster, Command, type Redis } from 'ioredis';
import {
  type ClientEvents,
  type ClientOptions,
  CONNECT_TIMEOUT_MS,
  connectionOptions,
  type RedisClient,
  retryDelayMs,
  signInAgain,
} from './client.ts';

const slotOf = (key: string): number => new Command('exists', [key]).getSlot();

/** The reason why no server could be asked for the shards, which ioredis gives as a property. */
const reasonOf = (error: Error & { readonly lastNodeError?: unknown }): Error =>
  error.lastNodeError instanceof Error ? error.lastNodeError : error;

/**
 * One connection to the primary of each shard. Commands are sent to these directly, and no redirection is followed: who
 * has moved to another server has to find out first which state is there.
 */
export function createClusterClient(options: ClientOptions, events: ClientEvents): RedisClient {
  const { prefix, servers } = options;
  let { credentials } = options;
  const cluster = new Cluster(
    servers.addresses.map((address) => ({ ...address })),
    {
      redisOptions: connectionOptions(options),
      enableOfflineQueue: false,
      // Shards of which some are down can be used as well.
      enableReadyCheck: false,
      slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
      clusterRetryStrategy: (tries) => retryDelayMs(tries - 1),
      // Certificates are those of names, and each connection resolves its own.
      dnsLookup: (host, callback) => callback(null, host),
      natMap: servers.natMap,
    },
  );
  cluster.on('ready', events.ready);
  cluster.on('error', (error: Error) => events.failed(reasonOf(error)));
  cluster.on('+node', (node: Redis) => {
    Object.assign(node.options, credentials);
    node.on('close', () => events.closed(node));
  });

  return {
    isReady: () => cluster.status === 'ready',
    nodeOf(key) {
      const primary = cluster.slots[slotOf(`${prefix}:${key}`)]?.[0];
      return cluster
        .nodes('master')
        .find(({ options: { host = '', port = 0 } }) => `${host}:${port}` === primary);
    },
    refresh: () => new Promise((resolve) => cluster.refreshSlotsCache(() => resolve())),
    async signIn(next) {
      credentials = next;
      await Promise.all(cluster.nodes().map((node) => signInAgain(node, next)));
    },
    quit: () => cluster.quit(),
    disconnect: () => cluster.disconnect(),
  };
}
