import { type ChildProcess, spawn } from 'node:child_process';
import { Redis } from 'ioredis';
import { freePort, stop } from './processes.ts';

/** A Redis of a bench: Debian's redis-server in memory. */
export interface RedisProcess {
  readonly url: string;
  /** What INFO says of its memory, in bytes. */
  usedMemory(): Promise<number>;
  keys(): Promise<number>;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRedis(directory: string): Promise<RedisProcess> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const client = new Redis({ port, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);

  async function start() {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
    child = spawn('redis-server', args, { stdio: 'ignore' });
    child.once('error', () => {
      throw new Error('redis-server is not installed: apt-get install redis-server (version 7 or newer)');
    });
    await client.ping();
  }
  async function kill() {
    if (child !== undefined) await stop(child);
  }
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    usedMemory: async () => Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]),
    keys: () => client.dbsize(),
    kill,
    start,
    async stop() {
      client.disconnect();
      await kill();
    },
  };
}
