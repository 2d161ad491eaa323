import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort, stop } from './processes.ts';

/** A PostgreSQL of a bench, as its package sets it up. */
export interface PostgresProcess {
  readonly url: string;
  stop(): Promise<void>;
}

const debian = '/usr/lib/postgresql';

/** Debian keeps the programs of each version in a folder of its own. */
function programs(): string | undefined {
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const folders = ['/usr/local/bin', ...versions.map((version) => join(debian, version, 'bin'))];
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

/** PostgreSQL does not run as root. */
function otherUser() {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Undefined where it is not installed. */
export async function startPostgres(): Promise<PostgresProcess | undefined> {
  const folder = programs();
  if (folder === undefined) return undefined;
  // Outside of the bench's folder, which another user may not be able to enter.
  const directory = await mkdtemp(join(tmpdir(), 'bench-postgres-'));
  const user = otherUser();
  if (user.uid !== undefined) await chown(directory, user.uid, user.gid);
  const run = { cwd: directory, stdio: 'ignore', ...user } as const;
  const data = join(directory, 'data');
  const made = spawnSync(
    join(folder, 'initdb'),
    ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8'],
    run,
  );
  if (made.status !== 0) throw new Error(`initdb ended with ${String(made.status)}`);
  const port = await freePort();
  const child = spawn(
    join(folder, 'postgres'),
    ['-D', data, '-p', String(port), '-k', '', '-h', '127.0.0.1'],
    run,
  );
  const url = `postgres://bench@127.0.0.1:${port}/postgres`;
  const answers = async () => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  };
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
    await sleep(50);
  }
  return {
    url,
    async stop() {
      await stop(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
