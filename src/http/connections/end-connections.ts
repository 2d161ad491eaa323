import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const SWEEP_EVERY_MS = 25;
/** A request that has begun when a stop begins may take so many sweeps to be there whole. */
const PATIENCE = 80;

const NONE: readonly ServerResponse[] = [];

/** As node words it, of a request that takes longer than a server allows. */
export const tooSlow = (): Error =>
  Object.assign(new Error('The request is not there whole'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });

/**
 * Ends, while the server stops, every connection that owes nobody an answer. A request whose head is there is answered, to
 * the last byte; for its body there is a little time. What is returned resolves when no connection is left.
 *
 * Node's own way does not do: it takes a silent connection, and one with half a head, for busy, and an answer that is
 * still on its way to a slow client for given.
 */
export function endConnections(app: FastifyInstance): () => Promise<void> {
  /** The open ones, each with its answers that are not out. */
  const open = new Map<Socket, readonly ServerResponse[]>();
  let sweeping: NodeJS.Timeout | undefined;

  app.server.closeIdleConnections = () => undefined;
  app.server.on('connection', (socket: Socket) => {
    open.set(socket, NONE);
    socket.once('close', () => {
      const left = open.get(socket) ?? NONE;
      open.delete(socket);
      // Of pipelined requests node closes the first answer only: the others would never give back what they hold.
      for (const response of left) {
        if (response.socket === null && !response.writableFinished) response.destroy().emit('close');
      }
    });
  });
  function answered(this: ServerResponse): void {
    const { socket } = this.req;
    const waiting = open.get(socket);
    if (waiting === undefined) return;
    open.set(socket, waiting.length === 1 ? NONE : waiting.filter((each) => each !== this));
  }
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const waiting = open.get(request.socket);
    if (waiting === undefined) return;
    open.set(request.socket, [...waiting, response]);
    response.on('close', answered);
  });
  app.addHook('preClose', (done) => {
    let sweeps = 0;
    let ending = new Set<Socket>();
    sweeping = setInterval(() => {
      sweeps += 1;
      // In two sweeps: what has arrived at the first may not have been read yet, and a refusal is to be sent.
      const begun = ending;
      ending = new Set();
      for (const [socket, waiting] of open) {
        const isIncomplete = waiting.every(({ req }) => !req.complete);
        if (waiting.length > 0 && !(isIncomplete && sweeps >= PATIENCE)) continue;
        if (begun.has(socket)) {
          socket.destroy();
          continue;
        }
        ending.add(socket);
        if (waiting.length > 0) app.server.emit('clientError', tooSlow(), socket);
      }
    }, SWEEP_EVERY_MS);
    done();
  });

  return async () => {
    await Promise.allSettled([...open.keys()].map((socket) => once(socket, 'close')));
    clearInterval(sweeping);
  };
}
