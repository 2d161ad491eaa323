import type { Logger } from '../../app/logger.ts';
import { withinMs } from '../time/time-limit.ts';
import { retryDelayMs } from './connection/client.ts';
import { type Argument, messageOf, RedisFailure } from './connection/commands.ts';
import { createConnectionLog } from './connection/connection-log.ts';
import { type RedisConnection, START_MS } from './connection/connection.ts';
import type { Script } from './scripts/lua.ts';

/** The part of Redis that belongs to one target: cheap, on the one connection of the process. */
export type RedisScope = ReturnType<typeof createRedisScope>;

export interface RedisScopeOptions {
  /** The target's name (account, Region, endpoint); asked for again until it is known. */
  readonly identify: () => Promise<string>;
  /** Undefined: another scope, which becomes usable for the same reasons, logs them. */
  readonly logger: Logger | undefined;
}

// One closure: the state of the scope and the timer of its next activation change together.
// eslint-disable-next-line max-lines-per-function
export function createRedisScope(connection: RedisConnection, { identify, logger }: RedisScopeOptions) {
  let name: string | undefined;
  /** The `run_id` of the server that has the keys. */
  let runId: string | undefined;
  let up = false;
  let closed = false;
  let retries = 0;
  const log = logger && createConnectionLog(logger);
  let timer: NodeJS.Timeout | undefined;
  /** The latest activation; an older one that is still at work no longer counts. */
  let activation: object = {};
  const works: (() => Promise<void>)[] = [];
  const listeners: ((isUp: boolean) => void)[] = [];
  let resolveFirst: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    resolveFirst = resolve;
  });

  async function activate(): Promise<void> {
    const current = {};
    activation = current;
    const isCurrent = (): boolean => current === activation && !closed && connection.isUp();
    try {
      name ??= await identify();
      const found = await connection.identify(name);
      if (!isCurrent()) return;
      runId = found;
      for (const work of works) {
        if (!isCurrent()) return;
        await work();
      }
      if (!isCurrent()) return;
      up = true;
      retries = 0;
      log?.established();
      logger?.info({ target: name }, 'Redis is available: cache, rate limiter and locks are shared');
      for (const listener of listeners) listener(true);
    } catch (error) {
      if (isCurrent()) retryLater(messageOf(error));
    } finally {
      resolveFirst();
    }
  }

  function retryLater(reason: string): void {
    log?.unusable(reason);
    timer = setTimeout(() => void activate(), retryDelayMs(retries)).unref();
    retries += 1;
  }

  const unsubscribe = connection.onChange((isUp) => {
    clearTimeout(timer);
    if (isUp) void activate();
    else if (up) {
      up = false;
      for (const listener of listeners) listener(false);
    }
  });
  if (connection.isUp()) void activate();

  /** Runs a script. Throws RedisFailure, within the connection's timeout. */
  const run = async (script: Script, keys: readonly string[], args: readonly Argument[]) => {
    if (runId === undefined || closed) throw new RedisFailure('not connected');
    return connection.run(script, keys, args, { runId, isUp: up });
  };

  return {
    run,
    /** The same; undefined where Redis is unavailable. */
    async runIfUp(...command: Parameters<typeof run>) {
      if (!up) return undefined;
      return run(...command).catch((error: unknown) => {
        if (error instanceof RedisFailure) return undefined;
        throw error;
      });
    },
    /** Whether this target's state in Redis can be used: the connection is up, and pending invalidations were sent. */
    isUp: () => up,
    /** How often the connection was lost since the start. */
    outages: connection.outages,
    /** Resolves when it is known whether it can be used, or when that takes too long for a start. */
    async ready(): Promise<void> {
      await connection.ready();
      if (connection.isUp()) await withinMs(START_MS, first, () => undefined);
    },
    key: (...parts: readonly string[]) => [connection.keyPrefix(name ?? '', runId ?? ''), ...parts].join(':'),
    nonce: connection.nonce,
    /** Runs `work` after every loss of the connection, before the scope is up again. */
    beforeUp: (work: () => Promise<void>) => void works.push(work),
    onChange: (listener: (isUp: boolean) => void) => void listeners.push(listener),
    close(): void {
      closed = true;
      up = false;
      unsubscribe();
      clearTimeout(timer);
      listeners.length = 0;
    },
  };
}
