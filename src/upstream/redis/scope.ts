import type { Logger } from '../../app/logger.ts';
import { withinMs } from '../time/time-limit.ts';
import { type Argument, RedisFailure, retryDelayMs } from './client.ts';
import { type RedisConnection, START_MS } from './connection.ts';
import type { Script } from './scripts/script.ts';

/** The part of Redis that belongs to one target: cheap, on the one connection of the process. */
export interface RedisScope {
  /** Runs a script. Throws RedisFailure, within the connection's timeout. */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<readonly unknown[]>;
  /** The same; undefined where Redis is unavailable. */
  runIfUp(
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<readonly unknown[] | undefined>;
  /** Whether this target's state in Redis can be used: the connection is up, and pending invalidations were sent. */
  isUp(): boolean;
  /** How often the connection was lost since the start. */
  outages(): number;
  /** Resolves when it is known whether it can be used, or when that takes too long for a start. */
  ready(): Promise<void>;
  key(...parts: readonly string[]): string;
  /** A unique name, also among processes. */
  nonce(): string;
  /** Runs `work` after every loss of the connection, before the scope is up again. */
  beforeUp(work: () => Promise<void>): void;
  onChange(listener: (isUp: boolean) => void): void;
  close(): void;
}

export interface RedisScopeOptions {
  /** The target's name (account, Region, endpoint); asked for again until it is known. */
  readonly identify: () => Promise<string>;
  readonly logger: Logger;
}

// One closure: the state of the scope and the timer of its next activation change together.
// eslint-disable-next-line max-lines-per-function
export function createRedisScope(
  connection: RedisConnection,
  { identify, logger }: RedisScopeOptions,
): RedisScope {
  let name: string | undefined;
  let up = false;
  let closed = false;
  let retries = 0;
  let lastReason: string | undefined;
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
      for (const work of works) {
        if (!isCurrent()) return;
        await work();
      }
      if (!isCurrent()) return;
      up = true;
      retries = 0;
      lastReason = undefined;
      logger.info({ target: name }, 'Redis is available: cache, rate limiter and locks are shared');
      for (const listener of listeners) listener(true);
    } catch (error) {
      if (isCurrent()) retryLater(error instanceof Error ? error.message : String(error));
    } finally {
      resolveFirst();
    }
  }

  /** The reason is logged once. */
  function retryLater(reason: string): void {
    if (reason !== lastReason) logger.warn({ reason }, 'Redis cannot be used');
    lastReason = reason;
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

  const run: RedisScope['run'] = async (script, keys, args) => {
    if (name === undefined || closed) throw new RedisFailure('not connected');
    return connection.run(script, keys, args);
  };

  return {
    run,
    async runIfUp(...command) {
      if (!up) return undefined;
      return run(...command).catch((error: unknown) => {
        if (error instanceof RedisFailure) return undefined;
        throw error;
      });
    },
    isUp: () => up,
    outages: () => connection.outages(),
    async ready() {
      await connection.ready();
      if (connection.isUp()) await withinMs(START_MS, first, () => undefined);
    },
    key: (...parts) => [connection.keyPrefix(name ?? ''), ...parts].join(':'),
    nonce: () => connection.nonce(),
    beforeUp: (work) => void works.push(work),
    onChange: (listener) => void listeners.push(listener),
    close() {
      closed = true;
      up = false;
      unsubscribe();
      clearTimeout(timer);
      listeners.length = 0;
    },
  };
}
