import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Logger } from '../../app/logger.ts';
import type { GatewayObserver } from '../../observability/observer.ts';
import { REQUEST_ID } from './request-id.ts';

/** By Node's error code. Every other code is answered with 400. */
const statuses: Readonly<Record<string, { status: number; message: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The request headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'Request timeout.' },
};
/** How long a refused client may take to close its side of the connection. */
const LINGER_MS = 1000;
const NOT_HTTP = { status: 400, message: 'This is not a valid HTTP request.' };

const bodyOf = (message: string, requestId: string): string =>
  JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_REQUEST', requestId } }] });

const refusedOn = new WeakSet<Socket>();

/** Whether the last request on this connection was malformed or incomplete, and was refused for that. */
export const isMalformedRequest = (socket: Socket): boolean => refusedOn.has(socket);

/**
 * Answers malformed HTTP and invalid paths, for which no hook runs: with the same response format, a log line and
 * metrics as other errors.
 */
export function refuseMalformedRequests(
  logger: Logger,
  observer: GatewayObserver,
): Required<Pick<FastifyServerOptions, 'clientErrorHandler' | 'frameworkErrors'>> {
  function report(requestId: string, status: number, why: string): void {
    logger.info({ requestId, status, errorCodes: ['BAD_REQUEST'], why }, 'malformed request');
    observer.failed('BAD_REQUEST', null);
    observer.answered(status);
  }

  return {
    clientErrorHandler(error: Error & { readonly code?: string }, socket: Socket): void {
      const { code = '' } = error;
      // The client cannot receive an answer.
      if (code === 'ECONNRESET' || !socket.writable) {
        socket.destroy();
        return;
      }
      const { status, message } = (Object.hasOwn(statuses, code) ? statuses[code] : undefined) ?? NOT_HTTP;
      const requestId = randomUUID();
      refusedOn.add(socket);
      report(requestId, status, code);
      const body = bodyOf(message, requestId);
      const head = [
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
        'content-type: application/json; charset=utf-8',
        `content-length: ${Buffer.byteLength(body)}`,
        `${REQUEST_ID}: ${requestId}`,
        'cache-control: no-store',
        'connection: close',
      ];
      socket.end([...head, '', body].join('\r\n'));
      setTimeout(() => socket.destroy(), LINGER_MS).unref();
    },

    frameworkErrors(error: Error & { readonly code: string }, request: FastifyRequest, reply: FastifyReply) {
      report(request.id, 400, error.code);
      void reply
        .status(400)
        .headers({
          [REQUEST_ID]: request.id,
          'cache-control': 'no-store',
          'content-type': 'application/json; charset=utf-8',
        })
        .send(bodyOf('Invalid request path.', request.id));
    },
  };
}
