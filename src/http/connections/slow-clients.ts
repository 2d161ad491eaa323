import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../app/logger.ts';
import { requestTimeout } from './end-connections.ts';

const SWEEP_EVERY_MS = 1000;
/** The timeout grows by a second for this many bytes: bodies and responses may be large. */
const BYTES_PER_SECOND = 64 * 1024;
/** Timeouts without any progress: the system accepts more data only when much of its send buffer is empty. */
const STALLED_TIMEOUTS = 2;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly startedAt: number;
  /** Bytes that the connection had received with the request's head. */
  readonly receivedBefore: number;
  /** When the response must have been received; undefined while there is none. */
  deadline: number | undefined;
  refused: boolean;
}

/**
 * Closes connections of clients that stop sending a request or stop receiving a response. Each of them would count as a
 * request in flight without limit.
 */
export function endSlowClients(app: FastifyInstance, timeoutMs: number, logger: Logger): void {
  const running = new Set<Exchange>();
  const timeoutFor = (bytes: number): number => timeoutMs + (bytes / BYTES_PER_SECOND) * 1000;

  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { bytesRead: receivedBefore } = request.socket;
    const startedAt = performance.now();
    const exchange = { request, response, startedAt, receivedBefore, deadline: undefined, refused: false };
    running.add(exchange);
    response.on('close', () => running.delete(exchange));
  });

  function closeStalled(socket: Socket): void {
    logger.info(
      { unsentBytes: socket.writableLength },
      'response timeout: the client did not receive the response in time',
    );
    socket.destroy();
  }

  function checkResponse(exchange: Exchange, now: number): void {
    const { response } = exchange;
    const { socket } = exchange.request;
    if (exchange.deadline === undefined) {
      exchange.deadline = now + timeoutFor(socket.writableLength);
      // Node notices a connection without progress; after the response it sets its own timeout again.
      response.setTimeout(STALLED_TIMEOUTS * timeoutMs, () => closeStalled(socket));
    } else if (now > exchange.deadline) closeStalled(socket);
  }

  function checkBody(exchange: Exchange, now: number): void {
    const { request, startedAt, receivedBefore, refused } = exchange;
    const { socket } = request;
    if (now < startedAt + timeoutFor(socket.bytesRead - receivedBefore)) return;
    // The error response has until the next sweep to be sent.
    if (refused) socket.destroy();
    else app.server.emit('clientError', requestTimeout(), socket);
    exchange.refused = true;
  }

  const sweep = (): void => {
    const now = performance.now();
    for (const exchange of running) {
      const { request, response } = exchange;
      // A pipelined response without a socket waits for an earlier one.
      if (response.socket === null) continue;
      if (response.writableEnded) checkResponse(exchange, now);
      else if (!request.complete) checkBody(exchange, now);
    }
  };
  const sweeping = setInterval(sweep, Math.min(SWEEP_EVERY_MS, timeoutMs)).unref();
  app.addHook('onClose', () => clearInterval(sweeping));
}
