import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Logger } from '../../app/logger.ts';
import { withinMs } from '../calls/time-limit.ts';
import { PROBE, type Script } from './scripts/script.ts';

/** Redis did not do it: it cannot be reached, is too slow, or refuses. Everybody has another way then. */
export class RedisFailure extends Error {
  override readonly name = 'RedisFailure';
}

export type Argument = string | number;

/** The one connection of the process to Redis, and whether Redis can be counted on at this moment. */
export interface Link {
  /** Runs a script. Throws RedisFailure, within the timeout. */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<readonly unknown[]>;
  isUp(): boolean;
  /** How often it has gone away. */
  outages(): number;
  /** Resolves when it is known whether Redis can be used, or that this takes long. */
  ready(): Promise<void>;
  /** A key in the part of Redis that belongs to this account, Region and life of the server. */
  key(...parts: readonly string[]): string;
  /** A name that nobody has had or will have. */
  nonce(): string;
  /** `work` is done on every way back to Redis, before anybody else uses it. */
  onReturn(work: () => Promise<void>): void;
  /** Told when Redis comes and goes. */
  onChange(listener: (isUp: boolean) => void): void;
  /** For good: nothing is asked any more, and nothing paid; who runs a script is told that Redis is not there. */
  close(): Promise<void>;
}

export interface LinkOptions {
  readonly url: string;
  readonly prefix: string;
  /** Whose things these are; asked again on every way back until it is known. */
  readonly scope: () => Promise<string>;
  /** For one command. */
  readonly timeoutMs: number;
  readonly logger: Logger;
}

const CONNECT_TIMEOUT_MS = 2000;
/** How soon it is tried again; doubled while it fails. */
const FIRST_TRY_MS = 250;
const LAST_TRY_MS = 5000;
/** The start of the process waits for Redis so long. */
const START_MS = 2500;
/** The same refusal is told so often at most. */
const TELL_MS = 10_000;
/** Who stays so long has come back for good. */
const STEADY_MS = 10_000;
/** `#!lua` with flags, so that small things can be written to a full Redis. */
const LEAST_VERSION = 7;

/** Of the form of all keys and values but the stored values; another form is another part of Redis. */
const FORMAT = '1';

/** The only refusals that are about one key or one value, not about Redis. */
const ownTrouble = /^(WRONGTYPE|OOM|ERR)\b/;

/** The only policy under which Redis drops nothing before its expiry. */
const KEEPS_ALL = 'noeviction';

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

/** Connects, in the background: whoever asks before it is done is told that Redis is not there. */
export function createLink({ url, prefix, scope, timeoutMs, logger }: LinkOptions): Link {
  const redis = new Redis(url, {
    keyPrefix: `${prefix}:`,
    connectionName: 'stagegraph',
    // One right less that its user needs.
    disableClientInfo: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // What Redis does not do now is done without it.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(LAST_TRY_MS, FIRST_TRY_MS * 2 ** (times - 1)),
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
  const name = randomBytes(12).toString('base64url');
  let names = 0;
  /** The beginning of all keys, once it is known whose they are and which life of the server this is. */
  let place: string | undefined;
  let up = false;
  let closed = false;
  let failures = 0;
  let outages = 0;
  let upSince = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let begun: () => void = () => undefined;
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  /** The maxmemory-policy that was seen last. */
  let toldPolicy: string = KEEPS_ALL;
  const toldAt = new Map<string, number>();
  const debts: (() => Promise<void>)[] = [];
  const listeners: ((isUp: boolean) => void)[] = [];

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

  function fall(reason: string): void {
    if (!up || closed) return;
    up = false;
    outages += 1;
    if (performance.now() - upSince > STEADY_MS) failures = 0;
    logger.warn({ reason }, 'Redis is away: this process goes on alone, with its share of the budget');
    for (const listener of listeners) listener(false);
    tryLater();
  }

  function tryLater(): void {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(rise, Math.min(LAST_TRY_MS, FIRST_TRY_MS * 2 ** failures)).unref();
    failures += 1;
  }

  /** A server that was restarted, or another one in its place, may know an older state: its part is a new one. */
  async function findPlace(): Promise<string> {
    const info = await within(timeoutMs, redis.info('server'));
    const version = field(info, 'redis_version') ?? '0';
    if (Number.parseInt(version, 10) < LEAST_VERSION) {
      throw new RedisFailure(`it is Redis ${version}, and must be ${LEAST_VERSION} or newer`);
    }
    return [FORMAT, await scope(), field(info, 'run_id') ?? ''].join(':');
  }

  /** No promise depends on it, but a change whose lock was evicted is refused, or carries a warning. */
  async function warnOfEviction(): Promise<void> {
    // Not every service shows it.
    const memory = await within(timeoutMs, redis.info('memory')).catch(() => '');
    const policy = field(memory, 'maxmemory_policy') ?? KEEPS_ALL;
    if (policy === toldPolicy) return;
    toldPolicy = policy;
    if (policy === KEEPS_ALL) return;
    logger.warn(
      { maxmemoryPolicy: policy },
      `Redis evicts keys when it is full, locks too: set its maxmemory-policy to ${KEEPS_ALL}`,
    );
  }

  async function tryToRise(): Promise<void> {
    place = await findPlace();
    await ask(PROBE, [keyOf('probe')], []);
    await warnOfEviction();
    for (const pay of debts) {
      if (closed) return;
      await pay();
    }
  }

  let lastReason: string | undefined;
  function rise(): void {
    if (closed || up || redis.status !== 'ready') return;
    tryToRise().then(
      () => {
        if (closed) return;
        up = true;
        upSince = performance.now();
        lastReason = undefined;
        logger.info({}, 'Redis is there: store, budget and locks are shared');
        for (const listener of listeners) listener(true);
        begun();
      },
      (error: unknown) => complain(messageOf(error)),
    );
  }

  /** Once for each reason: it is tried again and again. */
  function complain(reason: string): void {
    if (!up && !closed && reason !== lastReason) logger.warn({ reason }, 'Redis cannot be used');
    lastReason = reason;
    begun();
    if (redis.status === 'ready') tryLater();
  }

  /** A full Redis refuses whatever is large. */
  function tellSometimes(reason: string): void {
    const kind = reason.split(' ')[0] ?? '';
    if (performance.now() - (toldAt.get(kind) ?? -Infinity) < TELL_MS) return;
    toldAt.set(kind, performance.now());
    logger.warn({ reason }, 'Redis refuses: what it does not keep is kept by each process for itself');
  }

  redis.on('ready', rise);
  redis.on('close', () => fall('the connection was closed'));
  redis.on('error', (error: Error) => {
    if (!up) complain(messageOf(error));
  });

  function keyOf(...parts: readonly string[]): string {
    return [place ?? '', ...parts].join(':');
  }

  return {
    async run(script, keys, args) {
      if (place === undefined || redis.status !== 'ready') throw new RedisFailure('not connected');
      try {
        return await ask(script, keys, args);
      } catch (error) {
        const reason = messageOf(error);
        if (!ownTrouble.test(reason)) fall(reason);
        else tellSometimes(reason);
        throw error instanceof RedisFailure ? error : new RedisFailure(reason, { cause: error });
      }
    },
    isUp: () => up,
    outages: () => outages,
    ready: () => withinMs(START_MS, beginning, () => undefined),
    key: keyOf,
    nonce: () => `${name}${(names++).toString(36)}`,
    onReturn: (work) => void debts.push(work),
    onChange: (listener) => void listeners.push(listener),
    async close() {
      closed = true;
      up = false;
      clearTimeout(timer);
      listeners.length = 0;
      await Promise.race([redis.quit().catch(() => undefined), sleep(500, undefined, { ref: false })]);
      redis.disconnect();
    },
  };
}
