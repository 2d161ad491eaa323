import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { closeAfterwards } from './closing.ts';
import { freePort } from './redis.ts';

/** A real PostgreSQL, in a folder of its own. */
export interface PostgresServer {
  readonly port: number;
  /** Creates an empty database; gives its URL. */
  createDatabase(): Promise<string>;
  /** Runs statements as an operator, in the database of the URL. */
  sql(url: string, statements: string): Promise<Record<string, unknown>[]>;
  /** Kills all of its processes (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the same data. */
  start(): Promise<void>;
  /** Pauses all of its processes (SIGSTOP), and continues them. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';
const ROLE = 'stagegraph';

/** Debian has the server's programs outside of PATH, in a folder for each version. */
function programsFolder(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const debian = versions.sort((a, b) => Number(b) - Number(a)).map((version) => `${DEBIAN}/${version}/bin`);
  const folders = [...debian, ...(process.env.PATH ?? '').split(':')];
  const found = folders.find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  );
  if (found === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  return found;
}

/** PostgreSQL refuses to run as root: it runs as `nobody` then. */
function user(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith('nobody:'));
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  if (uid === undefined || gid === undefined) throw new Error('there is no user nobody to run PostgreSQL as');
  return { uid, gid };
}

/** The process with all that it has started. */
const familyOf = (pid: number): number[] => {
  const path = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : [];
  return [pid, ...children];
};

/** As many servers are set up: what must be ordered by bytes has to say so. */
const language = ['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en'];

/** What a power failure would lose: no test cuts the power, but some kill the server. */
const fast = ['fsync=off', 'full_page_writes=off', 'shared_buffers=16MB'];

export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const programs = programsFolder();
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const owner = user();
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  execFileSync(
    join(programs, 'initdb'),
    ['--no-sync', '--auth=trust', `--username=${ROLE}`, '--encoding=UTF8', ...language, data],
    { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const port = await freePort();
  const urlOf = (database: string): string => `postgres://${ROLE}@127.0.0.1:${port}/${database}`;
  let child: ChildProcess | undefined;
  let databases = 0;

  const signal = (name: NodeJS.Signals): void => {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    // The first one starts the others, so it is stopped first. Others may have ended when it is their turn.
    for (const pid of familyOf(child.pid)) if (existsSync(`/proc/${pid}`)) process.kill(pid, name);
  };

  async function sql(url: string, statements: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(statements);
      return rows;
    } finally {
      await client.end();
    }
  }

  async function start(): Promise<void> {
    const options = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      ...fast,
      ...settings,
    ];
    child = spawn(join(programs, 'postgres'), ['-D', data, ...options.flatMap((option) => ['-c', option])], {
      ...owner,
      cwd: folder,
      stdio: 'ignore',
    });
    for (;;) {
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
      const answered = await sql(urlOf('postgres'), 'select 1').then(
        () => true,
        () => false,
      );
      if (answered) return;
      await sleep(20);
    }
  }

  async function kill(): Promise<void> {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    signal('SIGKILL');
    await exited;
  }

  await start();
  return {
    port,
    async createDatabase() {
      databases += 1;
      const name = `memory_${databases}`;
      await sql(urlOf('postgres'), `create database ${name}`);
      return urlOf(name);
    },
    sql,
    kill,
    start,
    pause() {
      signal('SIGSTOP');
    },
    resume() {
      signal('SIGCONT');
    },
    close: closeAfterwards(async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    }),
  };
}
