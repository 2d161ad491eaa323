import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../app/logger.ts';
import { withinMs } from '../time/time-limit.ts';
import {
  type Argument,
  createRedisClient,
  messageOf,
  type RedisClientOptions,
  RedisFailure,
  retryDelayMs,
} from './client.ts';
import { createConnectionLog } from './connection-log.ts';
import { PROBE, type Script } from './scripts/script.ts';

/** The one connection of the process to Redis, and whether Redis can be used at this moment. */
export interface RedisConnection {
  /** Runs a script on keys without a scope. Throws RedisFailure, within the timeout. */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<readonly unknown[]>;
  isUp(): boolean;
  /** How often it was lost since the start. */
  outages(): number;
  /** Resolves when it is known whether Redis can be used, or when that takes too long for a start. */
  ready(): Promise<void>;
  /** The prefix of a scope's keys while it is up. Another server, or one that was restarted, has another prefix. */
  keyPrefix(scope: string): string;
  /** A unique name, also among processes. */
  nonce(): string;
  /** Calls the listener whenever Redis becomes usable, or is lost; gives the function that removes it. */
  onChange(listener: (isUp: boolean) => void): () => void;
  /** For good: nothing is sent any more, and every script throws RedisFailure. */
  close(): Promise<void>;
}

export interface RedisConnectionOptions extends RedisClientOptions {
  readonly logger: Logger;
}

/** How long the start of the process waits for Redis. */
export const START_MS = 2500;
/** A connection that lasts so long resets the delay of retries. */
const STABLE_MS = 10_000;
/** How long closing waits for Redis. */
const CLOSE_MS = 500;

/** The version of the format of keys and values; another format uses other keys. */
const FORMAT = '1';

/** Errors that are about one key or value: Redis itself can still be used. */
const errorOfOneKey = /^(WRONGTYPE|OOM|ERR)\b/;

/** Connects in the background. */
// One closure: the state of the connection and the timer of the next try change together.
// eslint-disable-next-line max-lines-per-function
export function connectRedis({ logger, ...options }: RedisConnectionOptions): RedisConnection {
  const client = createRedisClient(options);
  const { redis } = client;
  const log = createConnectionLog(logger);
  const name = randomBytes(12).toString('base64url');
  let names = 0;
  /** A server that was restarted, or has replaced another, may have older state: its `run_id` is part of all keys. */
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
  const listeners = new Set<(isUp: boolean) => void>();
  const notify = (): void => {
    for (const listener of listeners) listener(up);
  };

  async function evaluate(script: Script, keys: readonly string[], args: readonly Argument[]) {
    if (closed) throw new RedisFailure('closed');
    return client.evaluate(script, keys, args);
  }

  function markDown(reason: string): void {
    if (!up || closed) return;
    up = false;
    outages += 1;
    if (performance.now() - upSince > STABLE_MS) failures = 0;
    log.lost(reason);
    notify();
    retryLater();
  }

  function retryLater(): void {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(markUp, retryDelayMs(failures)).unref();
    failures += 1;
  }

  async function probe(): Promise<void> {
    runId = await client.runId();
    await evaluate(PROBE, [`${FORMAT}:probe:${runId}`], []);
    log.evictionPolicy(await client.evictionPolicy());
  }

  function markUp(): void {
    if (closed || up || redis.status !== 'ready') return;
    probe().then(
      () => {
        if (closed) return;
        up = true;
        upSince = performance.now();
        log.established();
        notify();
        resolveFirstTry();
      },
      (error: unknown) => failed(messageOf(error)),
    );
  }

  /** A try to connect, or to use the connection, has failed. */
  function failed(reason: string): void {
    if (!up && !closed) log.unusable(reason);
    resolveFirstTry();
    if (redis.status === 'ready') retryLater();
  }

  redis.on('ready', markUp);
  redis.on('close', () => markDown('the connection was closed'));
  redis.on('error', (error: Error) => {
    if (!up) failed(messageOf(error));
  });

  return {
    async run(script, keys, args) {
      if (runId === undefined || redis.status !== 'ready') throw new RedisFailure('not connected');
      try {
        return await evaluate(script, keys, args);
      } catch (error) {
        const reason = messageOf(error);
        if (!errorOfOneKey.test(reason)) markDown(reason);
        else log.rejected(reason);
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
      await Promise.race([redis.quit().catch(() => undefined), sleep(CLOSE_MS, undefined, { ref: false })]);
      redis.disconnect();
    },
  };
}
