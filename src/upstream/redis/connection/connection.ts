import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../../../app/logger.ts';
import { withinMs } from '../../time/time-limit.ts';
import { PROBE, type Script } from '../scripts/lua.ts';
import { type ClientEvents, type RedisClient, retryDelayMs } from './client.ts';
import { createClusterClient } from './cluster-client.ts';
import { type Argument, createCommands, messageOf, RedisFailure } from './commands.ts';
import { createConnectionLog } from './connection-log.ts';
import { findMode } from './find-mode.ts';
import { createServerClient } from './server-client.ts';
import type { RedisServers, SignIn } from './servers.ts';

/** The one connection of the process to Redis, and whether Redis can be used at this moment. */
export type RedisConnection = ReturnType<typeof connectRedis>;

export interface RedisConnectionOptions {
  readonly servers: RedisServers;
  readonly signIn: SignIn;
  /** The prefix of all keys. */
  readonly prefix: string;
  /** For one command: a Redis that takes longer counts as lost. */
  readonly timeoutMs: number;
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
/** Keys that a connection is tried with. Those of a cluster are on several shards: one that works is enough. */
const PROBES = Array.from({ length: 16 }, (_, index) => `${FORMAT}:probe:${index}`);

/** Errors that are about one key or value: Redis itself can still be used. */
const errorOfOneKey = /^(WRONGTYPE|OOM|ERR)\b/;

/** What a scope knows of the server that has its keys. */
export interface ServerOfScope {
  readonly runId: string;
  /** Whether the scope relies on it. */
  readonly isUp: boolean;
}

async function createClient(options: RedisConnectionOptions, events: ClientEvents): Promise<RedisClient> {
  const { servers, prefix, signIn } = options;
  const clientOptions = { servers, prefix, credentials: await signIn.current() };
  const mode = await findMode(clientOptions);
  return (mode === 'cluster' ? createClusterClient : createServerClient)(clientOptions, events);
}

/** Connects in the background. */
// One closure: the state of the connection and the timer of the next try change together.
// eslint-disable-next-line max-lines-per-function
export function connectRedis(options: RedisConnectionOptions) {
  const { logger, signIn } = options;
  const commands = createCommands(options.timeoutMs);
  const log = createConnectionLog(logger);
  const name = randomBytes(12).toString('base64url');
  let names = 0;
  let client: RedisClient | undefined;
  /** A server that was restarted, or has replaced another, may have older state: its `run_id` is part of all keys. */
  const runIds = new Map<Redis, string>();
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

  function markDown(reason: string): void {
    if (!up || closed) return;
    runIds.clear();
    up = false;
    outages += 1;
    if (performance.now() - upSince > STABLE_MS) failures = 0;
    log.lost(reason);
    notify();
    retryLater(markUp);
  }

  function retryLater(retry: () => Promise<void>): void {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(() => void retry(), retryDelayMs(failures)).unref();
    failures += 1;
  }

  /** Checks whether the server accepts writes, and remembers its `run_id`. */
  async function verify(node: Redis, key: string): Promise<string> {
    if (node.status === 'wait') await node.connect();
    const { runId, evictionPolicy } = await commands.inspect(node);
    await commands.evaluate(node, PROBE, [key], []);
    log.evictionPolicy(evictionPolicy);
    runIds.set(node, runId);
    return runId;
  }

  async function verifyAny(): Promise<void> {
    await client?.refresh();
    const keys = new Map(PROBES.map((key) => [client?.nodeOf(key), key]));
    const tries = [...keys].flatMap(([node, key]) => (node === undefined ? [] : [verify(node, key)]));
    if (tries.length === 0) throw new RedisFailure('the cluster has no shards');
    await Promise.any(tries).catch(() => tries[0]);
  }

  const canMarkUp = (): boolean => !closed && !up && client?.isReady() === true;

  async function markUp(): Promise<void> {
    if (!canMarkUp()) return;
    try {
      await verifyAny();
    } catch (error) {
      failed(messageOf(error));
      return;
    }
    if (!canMarkUp()) return;
    up = true;
    upSince = performance.now();
    log.established();
    notify();
    resolveFirstTry();
  }

  /** A try to connect, or to use the connection, has failed. */
  function failed(reason: string): void {
    if (!up && !closed) log.unusable(reason);
    resolveFirstTry();
    if (client === undefined) retryLater(begin);
    else if (client.isReady()) retryLater(markUp);
  }

  const events: ClientEvents = {
    ready: () => void markUp(),
    closed(node) {
      if (runIds.delete(node)) markDown('the connection was closed');
    },
    failed(error) {
      if (!up) failed(messageOf(error));
    },
  };

  async function begin(): Promise<void> {
    try {
      const created = await createClient(options, events);
      if (closed) created.disconnect();
      else client = created;
    } catch (error) {
      failed(messageOf(error));
    }
  }

  async function signInAgain(): Promise<void> {
    try {
      await client?.signIn(await signIn.current());
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, 'the process could not sign in to Redis again');
    }
  }

  void begin();
  signIn.onChange(() => void signInAgain());
  const renewal =
    signIn.renewMs === undefined ? undefined : setInterval(() => void signInAgain(), signIn.renewMs).unref();

  return {
    /**
     * Runs a script on keys of one scope, where the server is still that of the scope. Throws RedisFailure, within the
     * timeout.
     */
    async run(script: Script, keys: readonly string[], args: readonly Argument[], scope: ServerOfScope) {
      const node = closed ? undefined : client?.nodeOf(keys[0] ?? '');
      if (node?.status !== 'ready') throw new RedisFailure('not connected');
      if (runIds.get(node) !== scope.runId) {
        if (scope.isUp) markDown('another server has the keys now');
        throw new RedisFailure('not connected');
      }
      try {
        return await commands.evaluate(node, script, keys, args);
      } catch (error) {
        const reason = messageOf(error);
        if (!errorOfOneKey.test(reason)) markDown(reason);
        else log.rejected(reason);
        throw error instanceof RedisFailure ? error : new RedisFailure(reason, { cause: error });
      }
    },
    isUp: () => up,
    /** How often it was lost since the start. */
    outages: () => outages,
    /** Resolves when it is known whether Redis can be used, or when that takes too long for a start. */
    ready: () => withinMs(START_MS, firstTry, () => undefined),
    /** The `run_id` of the server that has the keys of a scope. Throws where it cannot be used. */
    async identify(scope: string): Promise<string> {
      const key = [FORMAT, scope, 'probe'].join(':');
      const node = client?.nodeOf(key);
      const known = node && runIds.get(node);
      if (known !== undefined) return known;
      try {
        if (node === undefined) throw new RedisFailure('no server has the slot of its keys');
        return await verify(node, key);
      } catch (error) {
        await client?.refresh();
        throw error;
      }
    },
    /** The prefix of a scope's keys. Another server, or one that was restarted, has another prefix. */
    keyPrefix: (scope: string, runId: string) => [FORMAT, scope, runId].join(':'),
    /** A unique name, also among processes. */
    nonce: () => `${name}${(names++).toString(36)}`,
    /** Calls the listener whenever Redis becomes usable, or is lost; gives the function that removes it. */
    onChange(listener: (isUp: boolean) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** For good: nothing is sent any more, and every script throws RedisFailure. */
    async close(): Promise<void> {
      closed = true;
      up = false;
      clearTimeout(timer);
      clearInterval(renewal);
      listeners.clear();
      const quit = client?.quit().catch(() => undefined);
      await Promise.race([quit, sleep(CLOSE_MS, undefined, { ref: false })]);
      client?.disconnect();
    },
  };
}
