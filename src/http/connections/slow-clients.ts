import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../app/logger.ts';
import { tooSlow } from './end-connections.ts';

const SWEEP_EVERY_MS = 1000;
/** Beside the fixed time a client has a second for each so many bytes: bodies and answers may be large. */
const BYTES_PER_SECOND = 64 * 1024;
/** Of the fixed time, without any progress: the system takes more of an answer only when much of its buffer is empty. */
const STALLED = 2;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly begun: number;
  /** What the connection had received when the request's head was there. */
  readonly receivedBefore: number;
  /** Of an answer that is on its way: until when it is to be taken. */
  takenBy: number | undefined;
  refused: boolean;
}

/**
 * Ends connections whose client neither sends the rest of its request nor takes its answer: each of them would hold its
 * place among the requests in flight for as long as it likes.
 */
export function endSlowClients(app: FastifyInstance, timeoutMs: number, logger: Logger): void {
  const running = new Set<Exchange>();
  const timeFor = (bytes: number): number => timeoutMs + (bytes / BYTES_PER_SECOND) * 1000;

  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { bytesRead: receivedBefore } = request.socket;
    const begun = performance.now();
    const exchange = { request, response, begun, receivedBefore, takenBy: undefined, refused: false };
    running.add(exchange);
    response.on('close', () => running.delete(exchange));
  });

  function giveUp(socket: Socket): void {
    logger.info({ unsentBytes: socket.writableLength }, 'the client did not take its answer in time');
    socket.destroy();
  }

  function checkAnswer(exchange: Exchange, now: number): void {
    const { response } = exchange;
    const { socket } = exchange.request;
    if (exchange.takenBy === undefined) {
      exchange.takenBy = now + timeFor(socket.writableLength);
      // Node sees when nothing is taken at all; after the answer it sets another time.
      response.setTimeout(STALLED * timeoutMs, () => giveUp(socket));
    } else if (now > exchange.takenBy) giveUp(socket);
  }

  function checkBody(exchange: Exchange, now: number): void {
    const { request, begun, receivedBefore, refused } = exchange;
    const { socket } = request;
    if (now < begun + timeFor(socket.bytesRead - receivedBefore)) return;
    // The refusal has until the next sweep to get through.
    if (refused) socket.destroy();
    else app.server.emit('clientError', tooSlow(), socket);
    exchange.refused = true;
  }

  const sweep = (): void => {
    const now = performance.now();
    for (const exchange of running) {
      const { request, response } = exchange;
      // Without the connection it waits for an earlier answer there.
      if (response.socket === null) continue;
      if (response.writableEnded) checkAnswer(exchange, now);
      else if (!request.complete) checkBody(exchange, now);
    }
  };
  const sweeping = setInterval(sweep, Math.min(SWEEP_EVERY_MS, timeoutMs)).unref();
  app.addHook('onClose', () => clearInterval(sweeping));
}
