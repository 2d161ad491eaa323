import { createTargetCache, type TargetCache } from '../cache/index.ts';
import { createMemory } from '../cache/memory.ts';
import { createUpstream, type Upstream, type UpstreamOptions } from '../upstream/index.ts';
import type { RedisOptions, SharedRedis } from '../upstream/redis/index.ts';

export interface ConnectOptions extends Omit<UpstreamOptions, 'redis'> {
  /** The Redis that processes share; undefined: this process is alone. */
  readonly redis?: RedisOptions | undefined;
}

/** The upstream with the caches in front of it. */
export interface Connected {
  readonly upstream: Upstream;
  readonly cache: TargetCache;
  readonly close: () => Promise<void>;
}

/** All caches of the process together. 6 000 stages with many settings take about 20 MB. */
const MEMORY_BYTES = 128 * 1024 * 1024;

/** A process without Redis loads nothing of it. */
async function openRedis(options: RedisOptions | undefined): Promise<SharedRedis | undefined> {
  if (options === undefined) return undefined;
  const { createSharedRedis } = await import('../upstream/redis/index.ts');
  return createSharedRedis(options);
}

/** Connects to AWS, or to another endpoint. Undefined when no Region is configured. */
export async function connectUpstream(options: ConnectOptions): Promise<Connected | undefined> {
  const redis = await openRedis(options.redis);
  const upstream = await createUpstream({ ...options, redis });
  if (upstream === undefined) {
    await redis?.close();
    return undefined;
  }
  const { ttlMs, staleMs } = options;
  const { isLimiterExhausted, sharing } = upstream;
  const memory = createMemory(MEMORY_BYTES);
  return {
    upstream,
    cache: createTargetCache({ memory, ttlMs, staleMs, isLimiterExhausted, sharing }),
    async close() {
      upstream.close();
      await redis?.close();
    },
  };
}
