import { describe, expect, test } from '@jest/globals';
import { createLookUp } from '../../src/upstream/redis/cache/lookups.ts';
import { connectRedis } from '../../src/upstream/redis/connection/connection.ts';
import { createRedisScope } from '../../src/upstream/redis/scope.ts';
import { closeAfterwards } from '../support/closing.ts';
import { redisAt, type RedisServer, startRedis } from '../support/redis.ts';
import { silentLogger } from '../support/silence.ts';
import { read, startTogether, type Together, type TogetherOptions } from '../support/together.ts';

const start = async (options: TogetherOptions = {}): Promise<Together> => {
  const together = await startTogether({ count: 2, ...options });
  return together;
};
const invented = Array.from({ length: 200 }, (_, n) => `nosuch${String(n).padStart(4, '0')}`);
/** Asks every gateway for all of them, 50 in one operation. */
async function askForAll({ gateways }: Together): Promise<void> {
  for (let first = 0; first < invented.length; first += 50) {
    const fields = invented
      .slice(first, first + 50)
      .map((id) => `${id}: stage(restApiId: "${id}", stageName: "prod") { description }`);
    await Promise.all(gateways.map((gateway) => gateway.graphql(`{ ${fields.join(' ')} }`)));
  }
}
const inventedKeys = ({ client }: RedisServer): Promise<string[]> => client.keys('*nosuch*');

describe('ids of APIs that do not exist', () => {
  test('leave no key in Redis after a lookup', async () => {
    const redis = await startRedis();
    const logger = silentLogger;
    const connection = connectRedis({ ...redisAt(redis.url), prefix: 'test', timeoutMs: 5000, logger });
    closeAfterwards(() => connection.close());
    const scope = createRedisScope(connection, { identify: () => Promise.resolve('target'), logger });
    await scope.ready();
    const lookUp = createLookUp(scope, { key: () => scope.key('bucket'), observe: () => undefined });
    const lookups = await Promise.all(
      invented.map((restApiId) =>
        lookUp({
          restApiId,
          field: 'stages',
          entryKey: scope.key('entry', restApiId),
          known: () => '',
          apply: () => undefined,
        }),
      ),
    );
    expect(lookups).toEqual(invented.map(() => ({ version: '', isWriting: false, entry: undefined })));
    expect(await inventedKeys(redis)).toEqual([]);
  });

  test('leave keys for seconds only after AWS has answered that there is no such API', async () => {
    const together = await start();
    await askForAll(together);
    const { client } = together.redis;
    const keys = await inventedKeys(together.redis);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(await client.pttl(key)).toBeLessThanOrEqual(2000);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(await inventedKeys(together.redis)).toEqual([]);
  });

  test('leave no more keys where the limiter rejects the call, or Redis is full', async () => {
    const together = await start({ rate: 1, burst: 10, deadlineMs: 1000 });
    const { client } = together.redis;
    await client.config('SET', 'maxmemory', '1');
    await askForAll(together);
    for (const key of await inventedKeys(together.redis)) {
      expect(await client.pttl(key)).toBeLessThanOrEqual(2000);
    }
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(await inventedKeys(together.redis)).toEqual([]);
  });

  test('do not affect existing entries: each has a version as long as it is stored', async () => {
    const together = await start({ ttlMs: 60_000, staleMs: 60_000 });
    const { client } = together.redis;
    await read(together.gateway(0));
    let entry: string | undefined;
    while (entry === undefined) [entry] = await client.keys('*:entry:*');
    const [versions = ''] = await client.keys('*:versions:petstore01');
    expect(await client.pttl(versions)).toBeGreaterThan(await client.pttl(entry));
  });
});
