import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisServers, SignIn } from '../../src/upstream/redis/connection/servers.ts';
import { createPasswordSignIn } from '../../src/upstream/redis/connection/sign-in.ts';
import { closeAfterwards } from './closing.ts';
import { poll } from './polling.ts';

/** The server at a URL, as the configuration has it. */
export function redisAt(text: string): { readonly servers: RedisServers; readonly signIn: SignIn } {
  const { protocol, hostname, port, username, password } = new URL(text);
  return {
    servers: {
      mode: 'auto',
      addresses: [{ host: hostname, port: Number(port) }],
      tls: protocol === 'rediss:',
      database: 0,
      sentinel: undefined,
    },
    signIn: createPasswordSignIn({ username, password }),
  };
}

/** A real Redis, in a folder of its own. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** For reading and changing its keys. */
  readonly client: Redis;
  /** Kills it (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the snapshot in its folder. */
  start(): Promise<void>;
  /** Pauses it (SIGSTOP), and continues it. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts Debian's redis-server. Throws where it is not installed. */
export async function startRedis(args: readonly string[] = []): Promise<RedisServer> {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    throw new Error('redis-server is not installed: apt-get install redis-server (version 7 or newer)');
  }
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...args];
    child = spawn('redis-server', options, { stdio: 'ignore' });
    for (;;) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      const probe = new Redis({ port, lazyConnect: true, retryStrategy: () => null });
      probe.on('error', () => undefined);
      const answered = await probe.connect().then(
        () => true,
        () => false,
      );
      probe.disconnect();
      if (answered) return;
      await sleep(20);
    }
  }

  async function kill(): Promise<void> {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  await start();
  const client = new Redis({ port, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    client,
    kill,
    start,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    close: closeAfterwards(async () => {
      client.disconnect();
      await kill();
      await rm(folder, { recursive: true, force: true });
    }),
  };
}

/** The keys that match a pattern, once there is one: a process does not wait until its entries are stored. */
export const keysMatching = ({ client }: RedisServer, pattern: string): Promise<string[]> =>
  poll(async () => {
    const keys = await client.keys(pattern);
    return keys.length > 0 ? keys : undefined;
  });

/** One of them. */
export const keyMatching = ({ client }: RedisServer, pattern: string): Promise<string> =>
  poll(async () => (await client.keys(pattern))[0]);
