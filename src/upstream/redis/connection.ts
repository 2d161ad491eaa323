import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Logger } from '../../app/logger.ts';
import { withinMs } from '../time/time-limit.ts';
import { PROBE, type Script } from './scripts/script.ts';

/** Redis cannot be reached, is too slow, or has refused: the caller falls back to local state. */
export class RedisFailure extends Error {
  override readonly name = 'RedisFailure';
}

export type Argument = string | number;

/** The one connection of the process to Redis, and whether Redis can be used at this moment. */
export interface RedisConnection {
  /** Runs a script on keys as they are. Throws RedisFailure, within the timeout. */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<readonly unknown[]>;
  isUp(): boolean;
  /** How often it was lost since the start. */
  outages(): number;
  /** Resolves when it is known whether Redis can be used, or when that takes too long for a start. */
  ready(): Promise<void>;
  /** What keys of a scope begin with: another server, or one that was restarted, has another prefix. Known while it is up. */
  keyPrefix(scope: string): string;
  /** A unique name, also among processes. */
  nonce(): string;
  /** Told when Redis becomes usable (after every loss anew) and when it is lost; gives what ends that. */
  onChange(listener: (isUp: boolean) => void): () => void;
  /** For good: nothing is sent any more, and every script throws RedisFailure. */
  close(): Promise<void>;
}

export interface RedisConnectionOptions {
  /** redis: or rediss:, with user and password where it asks for them. */
  readonly url: string;
  /** What all keys begin with. */
  readonly prefix: string;
  /** For one command: a Redis that takes longer counts as lost. */
  readonly timeoutMs: number;
  readonly logger: Logger;
}

const CONNECT_TIMEOUT_MS = 2000;
/** The delay of the first retry; it doubles up to the longest. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;
/** How long the start of the process waits for Redis. */
export const START_MS = 2500;
/** The same refusal is logged so often at most. */
const LOG_INTERVAL_MS = 10_000;
/** A connection that lasts so long resets the delay of retries. */
const STABLE_MS = 10_000;
/** `#!lua` with flags, so that small things can be written to a full Redis. */
const MIN_VERSION = 7;

/** The version of the format of keys and values; another format uses other keys. */
const FORMAT = '1';

/** Errors that are about one key or value: Redis itself can still be used. */
const errorOfOneKey = /^(WRONGTYPE|OOM|ERR)\b/;

/** The only policy under which Redis evicts nothing before its expiry. */
const NO_EVICTION = 'noeviction';

const field = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();

const isList = (reply: unknown): reply is readonly unknown[] => Array.isArray(reply);

/** A part of a reply; empty where it is no list. */
export const listOf = (reply: unknown): readonly unknown[] => (isList(reply) ? reply : []);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * A timeout that does not blame Redis for a pause of this process: when it is due, what has arrived meanwhile is read
 * first.
 */
function within<Result>(timeoutMs: number, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      setImmediate(() => {
        setImmediate(() => reject(new RedisFailure(`no answer within ${timeoutMs} ms`)));
      });
    }, timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Connects in the background. */
export function connectRedis({ url, prefix, timeoutMs, logger }: RedisConnectionOptions): RedisConnection {
  const redis = new Redis(url, {
    keyPrefix: `${prefix}:`,
    connectionName: 'stagegraph',
    // Its user needs one permission less.
    disableClientInfo: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // What Redis cannot do now is done with local state.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (times - 1)),
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
  const name = randomBytes(12).toString('base64url');
  let names = 0;
  /** The server's `run_id`, once it is known. */
  let runId: string | undefined;
  let up = false;
  let closed = false;
  let failures = 0;
  let outages = 0;
  let upSince = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let resolveFirstTry: () => void = () => undefined;
  const firstTry = new Promise<void>((resolve) => {
    resolveFirstTry = resolve;
  });
  /** The maxmemory-policy that was logged last. */
  let loggedPolicy: string = NO_EVICTION;
  const loggedAt = new Map<string, number>();
  const listeners = new Set<(isUp: boolean) => void>();

  /** EVALSHA; the whole script where Redis does not know it yet. */
  async function evaluate({ sha, source }: Script, keys: readonly string[], args: readonly Argument[]) {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
      return redis.eval(source, keys.length, ...keys, ...args);
    }
  }

  async function ask(script: Script, keys: readonly string[], args: readonly Argument[]) {
    if (closed) throw new RedisFailure('closed');
    const reply: unknown = await within(timeoutMs, evaluate(script, keys, args));
    return isList(reply) ? reply : [reply];
  }

  function markDown(reason: string): void {
    if (!up || closed) return;
    up = false;
    outages += 1;
    if (performance.now() - upSince > STABLE_MS) failures = 0;
    logger.warn(
      { reason },
      "Redis is unavailable; using local state and this process's share of the rate limit",
    );
    for (const listener of listeners) listener(false);
    retryLater();
  }

  function retryLater(): void {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(markUp, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures)).unref();
    failures += 1;
  }

  /** A server that was restarted, or has taken another's place, may have older state: its `run_id` starts new keys. */
  async function findRunId(): Promise<string> {
    const info = await within(timeoutMs, redis.info('server'));
    const version = field(info, 'redis_version') ?? '0';
    if (Number.parseInt(version, 10) < MIN_VERSION) {
      throw new RedisFailure(`it is Redis ${version}, and must be ${MIN_VERSION} or newer`);
    }
    return field(info, 'run_id') ?? '';
  }

  /** Correct under eviction too, but a change whose lock was evicted is refused, or carries a warning. */
  async function warnOfEviction(): Promise<void> {
    // Not every service allows it.
    const memory = await within(timeoutMs, redis.info('memory')).catch(() => '');
    const policy = field(memory, 'maxmemory_policy') ?? NO_EVICTION;
    if (policy === loggedPolicy) return;
    loggedPolicy = policy;
    if (policy === NO_EVICTION) return;
    logger.warn(
      { maxmemoryPolicy: policy },
      `Redis evicts keys when it is full, locks too: set its maxmemory-policy to ${NO_EVICTION}`,
    );
  }

  async function becomeUsable(): Promise<void> {
    runId = await findRunId();
    await ask(PROBE, [`${FORMAT}:probe:${runId}`], []);
    await warnOfEviction();
  }

  let lastReason: string | undefined;
  function markUp(): void {
    if (closed || up || redis.status !== 'ready') return;
    becomeUsable().then(
      () => {
        if (closed) return;
        up = true;
        upSince = performance.now();
        lastReason = undefined;
        for (const listener of listeners) listener(true);
        resolveFirstTry();
      },
      (error: unknown) => logOnce(messageOf(error)),
    );
  }

  /** Once for each reason: connecting is retried for ever. */
  function logOnce(reason: string): void {
    if (!up && !closed && reason !== lastReason) logger.warn({ reason }, 'Redis cannot be used');
    lastReason = reason;
    resolveFirstTry();
    if (redis.status === 'ready') retryLater();
  }

  /** A full Redis refuses large values. */
  function logSometimes(reason: string): void {
    const kind = reason.split(' ')[0] ?? '';
    if (performance.now() - (loggedAt.get(kind) ?? -Infinity) < LOG_INTERVAL_MS) return;
    loggedAt.set(kind, performance.now());
    logger.warn({ reason }, 'Redis refused a command; using local state for its key');
  }

  redis.on('ready', markUp);
  redis.on('close', () => markDown('the connection was closed'));
  redis.on('error', (error: Error) => {
    if (!up) logOnce(messageOf(error));
  });

  return {
    async run(script, keys, args) {
      if (runId === undefined || redis.status !== 'ready') throw new RedisFailure('not connected');
      try {
        return await ask(script, keys, args);
      } catch (error) {
        const reason = messageOf(error);
        if (!errorOfOneKey.test(reason)) markDown(reason);
        else logSometimes(reason);
        throw error instanceof RedisFailure ? error : new RedisFailure(reason, { cause: error });
      }
    },
    isUp: () => up,
    outages: () => outages,
    ready: () => withinMs(START_MS, firstTry, () => undefined),
    keyPrefix: (scope) => [FORMAT, scope, runId ?? ''].join(':'),
    nonce: () => `${name}${(names++).toString(36)}`,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      up = false;
      clearTimeout(timer);
      listeners.clear();
      await Promise.race([redis.quit().catch(() => undefined), sleep(500, undefined, { ref: false })]);
      redis.disconnect();
    },
  };
}
