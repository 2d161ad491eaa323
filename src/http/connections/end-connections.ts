import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const SWEEP_EVERY_MS = 25;
/** How many sweeps an incomplete request may take to arrive after the shutdown starts. */
const MAX_SWEEPS = 80;

const NONE: readonly ServerResponse[] = [];

/** The error with which Node reports a request that takes too long. */
export const requestTimeout = (): Error =>
  Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });

/**
 * Closes idle connections while the server shuts down. A request whose head has arrived is answered completely; its
 * body has a short time to arrive. The returned function resolves when no connection is left.
 *
 * Node's closeIdleConnections is not enough: it counts a silent connection, and one with half a head, as busy, and a
 * response that is still being sent to a slow client as finished.
 */
export function endConnections(app: FastifyInstance): () => Promise<void> {
  /** Open connections, each with its unfinished responses. */
  const open = new Map<Socket, readonly ServerResponse[]>();
  let sweeping: NodeJS.Timeout | undefined;

  app.server.closeIdleConnections = () => undefined;
  app.server.on('connection', (socket: Socket) => {
    open.set(socket, NONE);
    socket.once('close', () => {
      const unfinished = open.get(socket) ?? NONE;
      open.delete(socket);
      // Node closes only the first of several pipelined responses: the others would never release their resources.
      for (const response of unfinished) {
        if (response.socket === null && !response.writableFinished) response.destroy().emit('close');
      }
    });
  });
  function onResponseClosed(this: ServerResponse): void {
    const { socket } = this.req;
    const waiting = open.get(socket);
    if (waiting === undefined) return;
    open.set(socket, waiting.length === 1 ? NONE : waiting.filter((each) => each !== this));
  }
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const waiting = open.get(request.socket);
    if (waiting === undefined) return;
    open.set(request.socket, [...waiting, response]);
    response.on('close', onResponseClosed);
  });
  app.addHook('preClose', (done) => {
    let sweeps = 0;
    let idle = new Set<Socket>();
    sweeping = setInterval(() => {
      sweeps += 1;
      // Closed at the second sweep: received bytes may not have been read at the first, and an error must be sent.
      const idleBefore = idle;
      idle = new Set();
      for (const [socket, waiting] of open) {
        const isIncomplete = waiting.every(({ req }) => !req.complete);
        if (waiting.length > 0 && !(isIncomplete && sweeps >= MAX_SWEEPS)) continue;
        if (idleBefore.has(socket)) {
          socket.destroy();
          continue;
        }
        idle.add(socket);
        if (waiting.length > 0) app.server.emit('clientError', requestTimeout(), socket);
      }
    }, SWEEP_EVERY_MS);
    done();
  });

  return async () => {
    await Promise.allSettled([...open.keys()].map((socket) => once(socket, 'close')));
    clearInterval(sweeping);
  };
}
