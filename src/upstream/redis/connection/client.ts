import type { Redis, RedisOptions } from 'ioredis';
import type { Credentials, RedisServers } from './servers.ts';

/** The connections to Redis as ioredis has them. They are made, and made again, in the background. */
export interface RedisClient {
  readonly isReady: () => boolean;
  /** The connection to the primary that has a key; undefined where none is known. */
  readonly nodeOf: (key: string) => Redis | undefined;
  /** Finds out which server has which keys now. */
  readonly refresh: () => Promise<void>;
  /** Signs in again, and uses these for new connections. */
  readonly signIn: (credentials: Credentials) => Promise<void>;
  readonly quit: () => Promise<unknown>;
  readonly disconnect: () => void;
}

export interface ClientEvents {
  readonly ready: () => void;
  /** A connection was closed. It may be made again, with another server. */
  readonly closed: (node: Redis) => void;
  /** A try to connect has failed. */
  readonly failed: (error: Error) => void;
}

export interface ClientOptions {
  readonly servers: RedisServers;
  /** The prefix of all keys. */
  readonly prefix: string;
  readonly credentials: Credentials;
}

export const CONNECT_TIMEOUT_MS = 2000;
/** The delay of the first retry; it doubles up to the longest. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;
export const retryDelayMs = (retries: number): number =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** retries);

/** The options of every connection. Local state is used instead of waiting for Redis. */
export const connectionOptions = ({ servers, prefix, credentials }: ClientOptions) =>
  ({
    ...credentials,
    keyPrefix: `${prefix}:`,
    connectionName: 'stagegraph',
    // The Redis user needs one permission less.
    disableClientInfo: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    tls: servers.tls ? {} : undefined,
  }) satisfies RedisOptions;

/** New connections of the node sign in with these, and the one that it has does so now. */
export async function signInAgain(node: Redis, { username, password }: Credentials): Promise<void> {
  Object.assign(node.options, { username, password });
  if (node.status !== 'ready' || password === undefined) return;
  await (username === undefined || username === '' ? node.auth(password) : node.auth(username, password));
}
