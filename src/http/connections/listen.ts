import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface Listeners {
  readonly port: number;
  /** Closes the additional listeners. The app closes its own server. */
  readonly close: () => void;
}

/** The origin of a server's URL; an IPv6 address needs brackets. */
export const originOf = (host: string, port: number): string =>
  `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;

/** A container without IPv6 may still list ::1 for localhost in its hosts file. */
const ADDRESS_UNAVAILABLE = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** localhost is every address that it resolves to: clients differ in which one they try. */
export const addressesOf = async (host: string): Promise<string[]> =>
  host === 'localhost' ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];

/**
 * Listens on all of these addresses with one HTTP server. Fastify would create a server for each address, and would
 * apply the answers to malformed HTTP and the shutdown to the first one only.
 */
export async function listenAt(
  app: FastifyInstance,
  [first, ...others]: readonly string[],
  requestedPort: number,
): Promise<Listeners> {
  await app.listen({ port: requestedPort, ...(first === undefined ? {} : { host: first }) });
  const port = Number(new URL(app.listeningOrigin).port);
  const listeners: Server[] = [];
  for (const host of others) {
    const onConnection = (socket: Socket): void => void app.server.emit('connection', socket);
    const listener = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
    listener.listen({ host, port });
    try {
      await once(listener, 'listening');
      listeners.push(listener);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && ADDRESS_UNAVAILABLE.has(String(error.code))))
        throw error;
    }
  }
  return {
    port,
    close() {
      for (const listener of listeners) listener.close();
    },
  };
}
