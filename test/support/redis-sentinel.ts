import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { closeAfterwards } from './closing.ts';
import { until } from './polling.ts';
import { freePort, type RedisServer, startRedis } from './redis.ts';

/** A primary and a replica, which a Sentinel watches under the name `shared`. */
export interface WatchedRedis {
  /** Of the Sentinel. */
  readonly url: string;
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  close(): Promise<void>;
}

async function startSentinel(primaryPort: number): Promise<{ port: number; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sentinel-'));
  const port = await freePort();
  const file = join(folder, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor shared 127.0.0.1 ${primaryPort} 1`,
    'sentinel down-after-milliseconds shared 2000',
    'sentinel failover-timeout shared 3000',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  return {
    port,
    close: closeAfterwards(async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      }
      await rm(folder, { recursive: true, force: true });
    }),
  };
}

/** Waits until the Sentinel knows the replica: only then can it take over. */
async function knowsReplica(port: number): Promise<void> {
  const client = new Redis({ port, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  const read = () => client.info('sentinel').catch(() => '');
  await until(async () => /status=ok.*slaves=1/.test(await read()), 50);
  client.disconnect();
}

export async function startWatchedRedis(): Promise<WatchedRedis> {
  const primary = await startRedis();
  const replica = await startRedis(['--replicaof', '127.0.0.1', String(primary.port)]);
  await until(async () => (await replica.client.info('replication')).includes('master_link_status:up'), 20);
  const { port, close } = await startSentinel(primary.port);
  await knowsReplica(port);
  return {
    url: `redis://127.0.0.1:${port}`,
    primary,
    replica,
    async close() {
      await close();
      await replica.close();
      await primary.close();
    },
  };
}
