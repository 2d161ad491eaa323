import { createHash, randomBytes } from 'node:crypto';
import { readdir, readlink, realpath, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode } from '../errors/system-error.ts';

/** Operating systems limit the path of a socket to 104 bytes or more, with the terminating zero. */
const MAX_SOCKET_PATH = 100;

/** Like `realpath`, but also for a file that does not exist yet. */
export async function resolveLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') return path;
  }
  const link = await readlink(path).catch(() => undefined);
  if (link !== undefined) return resolveLinks(resolve(dirname(path), link));
  const folder = await realpath(dirname(path)).catch(() => resolve(dirname(path)));
  return join(folder, basename(path));
}

/** Prefixes of the sockets: beside the file, or else in the system's temporary folder. */
const prefixesFor = (path: string): readonly string[] => [
  `${path}.lock.`,
  join(tmpdir(), `stage-api-${createHash('sha256').update(path).digest('hex').slice(0, 16)}.lock.`),
];

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => {
      server.off('error', fail);
      done();
    });
  });

/** Whether a process listens on the socket. A killed process leaves the socket file, but refuses connections. */
const isHeld = (path: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(path, () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', (error) => done(!['ECONNREFUSED', 'ENOENT'].includes(String(errorCode(error)))));
  });

export type Release = () => Promise<void>;

/** Listens on a socket of its own, renamed only when it accepts connections; undefined if that is not possible. */
async function announce(
  prefix: string,
): Promise<{ readonly own: string; readonly release: Release } | undefined> {
  const id = randomBytes(4).toString('hex');
  const own = prefix + id;
  if (Buffer.byteLength(own) > MAX_SOCKET_PATH) return undefined;
  const server = createServer((socket) => socket.destroy()).unref();
  const release = async (): Promise<void> => {
    await rm(own, { force: true });
    await new Promise<void>((done) => server.close(() => done()));
  };
  const temporary = `${prefix.slice(0, -'lock.'.length)}new.${id}`;
  try {
    await listen(server, temporary);
    await rename(temporary, own);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
    server.close();
    return undefined;
  }
  return { own, release };
}

/**
 * Locks a state file until the release or the end of the process. Each process listens on a socket of its own and then
 * connects to the others; it throws if one accepts. Undefined where the system has no Unix sockets.
 */
export async function lockStateFile(path: string): Promise<Release | undefined> {
  for (const prefix of prefixesFor(path)) {
    const announced = await announce(prefix);
    if (announced === undefined) continue;
    const { own, release } = announced;
    const names = await readdir(dirname(prefix));
    const others = names
      .map((name) => join(dirname(prefix), name))
      .filter((name) => name.startsWith(prefix) && name !== own);
    for (const other of others) {
      if (await isHeld(other)) {
        await release();
        throw new Error(`The state file ${path} is in use by another server.`);
      }
      await rm(other, { force: true });
    }
    return release;
  }
  return undefined;
}
