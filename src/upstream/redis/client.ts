import { Redis } from 'ioredis';
import type { Script } from './scripts/script.ts';

/** Redis cannot be reached, is too slow, or has rejected a command: the caller falls back to local state. */
export class RedisFailure extends Error {
  override readonly name = 'RedisFailure';
}

export type Argument = string | number;

/** The connection as ioredis has it, with a timeout for each command. */
export interface RedisClient {
  readonly redis: Redis;
  /** EVALSHA; EVAL where Redis does not have the script yet. */
  readonly evaluate: (
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ) => Promise<readonly unknown[]>;
  /** The server's `run_id`. Throws where its version is too old. */
  readonly runId: () => Promise<string>;
  readonly evictionPolicy: () => Promise<string>;
}

export interface RedisClientOptions {
  /** redis: or rediss:, with user and password where it requires them. */
  readonly url: string;
  /** The prefix of all keys. */
  readonly prefix: string;
  /** For one command: a Redis that takes longer counts as lost. */
  readonly timeoutMs: number;
}

const CONNECT_TIMEOUT_MS = 2000;
/** The delay of the first retry; it doubles up to the longest. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;
export const retryDelayMs = (retries: number): number =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** retries);
/** `#!lua` with flags, which lets a full Redis accept small values. */
const MIN_VERSION = 7;
/** The only policy under which Redis evicts nothing before its expiry. */
export const NO_EVICTION = 'noeviction';

const field = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();

const isList = (reply: unknown): reply is readonly unknown[] => Array.isArray(reply);

/** A part of a reply; empty where it is no list. */
export const listOf = (reply: unknown): readonly unknown[] => (isList(reply) ? reply : []);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** After a pause of this process, replies that have arrived meanwhile are read before the timeout counts. */
function within<Result>(timeoutMs: number, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      setImmediate(() => {
        setImmediate(() => reject(new RedisFailure(`no reply within ${timeoutMs} ms`)));
      });
    }, timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Connects in the background. */
export function createRedisClient({ url, prefix, timeoutMs }: RedisClientOptions): RedisClient {
  const redis = new Redis(url, {
    keyPrefix: `${prefix}:`,
    connectionName: 'stagegraph',
    // The Redis user needs one permission less.
    disableClientInfo: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Local state is used instead of waiting for Redis.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => retryDelayMs(times - 1),
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });

  async function evaluate({ sha, source }: Script, keys: readonly string[], args: readonly Argument[]) {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
      return redis.eval(source, keys.length, ...keys, ...args);
    }
  }

  return {
    redis,
    async evaluate(script, keys, args) {
      const reply: unknown = await within(timeoutMs, evaluate(script, keys, args));
      return isList(reply) ? reply : [reply];
    },
    async runId() {
      const info = await within(timeoutMs, redis.info('server'));
      const version = field(info, 'redis_version') ?? '0';
      if (Number.parseInt(version, 10) < MIN_VERSION) {
        throw new RedisFailure(`its version is ${version}; ${MIN_VERSION} or newer is required`);
      }
      return field(info, 'run_id') ?? '';
    },
    async evictionPolicy() {
      // Not every service allows this command.
      const memory = await within(timeoutMs, redis.info('memory')).catch(() => '');
      return field(memory, 'maxmemory_policy') ?? NO_EVICTION;
    },
  };
}
