import { Redis } from 'ioredis';
import { type ClientOptions, connectionOptions } from './client.ts';
import { messageOf, modeIn, RedisFailure } from './commands.ts';
import type { Address, RedisMode, RedisServers } from './servers.ts';

type Mode = Exclude<RedisMode, 'auto'>;

/** What kind of server it says it is. */
async function ask(options: ClientOptions, address: Address): Promise<string | undefined> {
  let reason: Error | undefined;
  const redis = new Redis({
    ...connectionOptions(options),
    ...address,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  redis.on('error', (error: Error) => {
    reason = error;
  });
  try {
    await redis.connect();
    return modeIn(await redis.info('server'));
  } catch (error) {
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}

/** The first server that answers is asked. */
async function askAny(options: ClientOptions): Promise<string | undefined> {
  const [first, ...others] = options.servers.addresses;
  let answer = ask(options, first);
  for (const address of others) answer = answer.catch(() => ask(options, address));
  return answer;
}

function modeOf(found: string | undefined, { addresses, database }: RedisServers): Mode {
  if (found === 'sentinel') {
    throw new RedisFailure('the server is a Sentinel: set REDIS_SENTINEL_MASTER to the name of its primary');
  }
  if (found === 'cluster') {
    if (database !== 0) throw new RedisFailure('the server is part of a cluster, which has database 0 only');
    return 'cluster';
  }
  if (addresses.length > 1) {
    throw new RedisFailure('REDIS_URL has several servers, which are neither a cluster nor Sentinels');
  }
  return 'single';
}

/** The mode as it is configured, or as the servers say. Throws RedisFailure. */
export async function findMode(options: ClientOptions): Promise<Mode> {
  const { servers } = options;
  if (servers.mode !== 'auto') return servers.mode;
  const found = await askAny(options).catch((error: unknown) => {
    throw new RedisFailure(messageOf(error), { cause: error });
  });
  return modeOf(found, servers);
}
