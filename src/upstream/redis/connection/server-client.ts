import { Redis } from 'ioredis';
import {
  type ClientEvents,
  type ClientOptions,
  connectionOptions,
  type RedisClient,
  retryDelayMs,
  signInAgain,
} from './client.ts';
import type { RedisServers } from './servers.ts';

/** The primary is at the first address, or the Sentinels say where it is. */
function placeOf({ addresses, tls, sentinel }: RedisServers) {
  if (sentinel === undefined) return { ...addresses[0] };
  return {
    sentinels: addresses.map((address) => ({ ...address })),
    name: sentinel.primary,
    sentinelUsername: sentinel.username,
    sentinelPassword: sentinel.password,
    sentinelRetryStrategy: (tries: number) => retryDelayMs(tries - 1),
    sentinelTLS: tls ? {} : undefined,
    enableTLSForSentinelMode: tls,
    // A primary that hangs keeps its connections: the Sentinels say when another one has taken over.
    failoverDetector: true,
  };
}

/** One connection, to one server or to the primary that Sentinels name. */
export function createServerClient(options: ClientOptions, events: ClientEvents): RedisClient {
  const redis = new Redis({
    ...connectionOptions(options),
    ...placeOf(options.servers),
    db: options.servers.database,
    enableOfflineQueue: false,
    retryStrategy: (tries) => retryDelayMs(tries - 1),
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
  redis.on('ready', events.ready);
  redis.on('close', () => events.closed(redis));
  redis.on('error', events.failed);
  return {
    isReady: () => redis.status === 'ready',
    nodeOf: () => redis,
    refresh: () => Promise.resolve(),
    signIn: (credentials) => signInAgain(redis, credentials),
    quit: () => redis.quit(),
    disconnect: () => redis.disconnect(),
  };
}
