import { createHash, randomBytes } from 'node:crypto';
import { readdir, readlink, realpath, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode } from '../errors/system-error.ts';

/** The system's limit for the path of a socket is 104 bytes or more, the last of them a zero. */
const MAX_SOCKET_PATH = 100;

/** Where a path leads through symbolic links, also to a file that does not exist yet. */
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

/** Beside the file, where everyone who can use the file finds it; else in the system's folder for temporary files. */
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

/** Whether a process listens there. A killed one leaves its socket, but refuses connections. */
const isHeld = (path: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(path, () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', (error) => done(!['ECONNREFUSED', 'ENOENT'].includes(String(errorCode(error)))));
  });

/** Gives the lock back. */
export type Release = () => Promise<void>;

/** Listens under a name of its own; undefined where that cannot be. Others see the name only once it answers. */
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
  const hidden = `${prefix.slice(0, -'lock.'.length)}new.${id}`;
  try {
    await listen(server, hidden);
    await rename(hidden, own);
  } catch {
    await rm(hidden, { force: true }).catch(() => undefined);
    server.close();
    return undefined;
  }
  return { own, release };
}

/**
 * Takes a state file for this process, until it gives it back or ends in whatever way: each server listens on a socket of
 * its own, and asks the others whether they live. Throws where one does; undefined where the system has no such sockets.
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
