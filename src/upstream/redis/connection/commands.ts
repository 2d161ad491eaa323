import type { Redis } from 'ioredis';
import type { Script } from '../scripts/lua.ts';

/** Redis cannot be reached, is too slow, or has rejected a command: the caller falls back to local state. */
export class RedisFailure extends Error {
  override readonly name = 'RedisFailure';
}

export type Argument = string | number;

/** `#!lua` with flags, which lets a full Redis accept small values. */
const MIN_VERSION = 7;
/** The only policy under which Redis evicts nothing before its expiry. */
export const NO_EVICTION = 'noeviction';

const field = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();

/** What kind of server it is: `standalone`, `cluster` or `sentinel`. */
export const modeIn = (info: string): string | undefined => field(info, 'redis_mode');

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

/** What a server says of itself. */
export interface ServerState {
  /** It changes with every start of the server. */
  readonly runId: string;
  readonly evictionPolicy: string;
}

/** The commands that this process sends, with a timeout for each. */
export function createCommands(timeoutMs: number) {
  async function evaluateNow(
    node: Redis,
    { sha, source }: Script,
    keys: readonly string[],
    args: Argument[],
  ) {
    try {
      return await node.evalsha(sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
      return node.eval(source, keys.length, ...keys, ...args);
    }
  }

  return {
    /** EVALSHA; EVAL where the server does not have the script yet. */
    async evaluate(node: Redis, script: Script, keys: readonly string[], args: readonly Argument[]) {
      const reply: unknown = await within(timeoutMs, evaluateNow(node, script, keys, [...args]));
      return isList(reply) ? reply : [reply];
    },
    /** Throws where the server's version is too old. */
    async inspect(node: Redis): Promise<ServerState> {
      const info = await within(timeoutMs, node.info('server'));
      const version = field(info, 'redis_version') ?? '0';
      if (Number.parseInt(version, 10) < MIN_VERSION) {
        throw new RedisFailure(`its version is ${version}; ${MIN_VERSION} or newer is required`);
      }
      // Not every service allows this command.
      const memory = await within(timeoutMs, node.info('memory')).catch(() => '');
      return {
        runId: field(info, 'run_id') ?? '',
        evictionPolicy: field(memory, 'maxmemory_policy') ?? NO_EVICTION,
      };
    },
  };
}
