import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Where the server is listening. */
export interface Listeners {
  readonly port: number;
  /** Lets nobody in any more but by the server itself, which is the app's to close. */
  readonly close: () => void;
}

/** Of a name, what this machine does not have: a container without IPv6 may still have its localhost in its files. */
const NOT_HERE = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Every address of localhost: it is a matter of taste by which one a client comes. */
export const addressesOf = async (host: string): Promise<string[]> =>
  host === 'localhost' ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];

/**
 * Listens at all of these addresses with one server. Fastify would make a server for each, and refusals of what is no
 * HTTP, and the stop, would be for the first alone.
 */
export async function listenAt(
  app: FastifyInstance,
  [first, ...others]: readonly string[],
  wanted: number,
): Promise<Listeners> {
  await app.listen({ port: wanted, ...(first === undefined ? {} : { host: first }) });
  const port = Number(new URL(app.listeningOrigin).port);
  const doors: Server[] = [];
  for (const host of others) {
    const onConnection = (socket: Socket): void => void app.server.emit('connection', socket);
    const door = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
    door.listen({ host, port });
    try {
      await once(door, 'listening');
      doors.push(door);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && NOT_HERE.has(String(error.code)))) throw error;
    }
  }
  return {
    port,
    close() {
      for (const door of doors) door.close();
    },
  };
}
