import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Logger } from '../../app/logger.ts';
import type { GatewayObserver } from '../../observability/observer.ts';
import { REQUEST_ID } from './request-id.ts';

/** By node's code of what is wrong with the bytes; all others are 400. */
const statuses: Readonly<Record<string, { status: number; message: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers of the request are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request did not come to its end in time.' },
};
/** So long a refused client may take to close its side. */
const LINGER_MS = 1000;
const NOT_HTTP = { status: 400, message: 'This is not a request of HTTP.' };

const bodyOf = (message: string, requestId: string): string =>
  JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_REQUEST', requestId } }] });

const refusedOn = new WeakSet<Socket>();

/** Whether the request on this connection had no end that could be read, and was refused for that. */
export const isMalformedRequest = (socket: Socket): boolean => refusedOn.has(socket);

/**
 * What is refused before there is a request that hooks could see: bytes that are no HTTP, and paths that are none. The
 * answer has the shape of all others, the log has a line of it, and it is counted.
 */
export function refuseUnreadable(
  logger: Logger,
  observer: GatewayObserver,
): Required<Pick<FastifyServerOptions, 'clientErrorHandler' | 'frameworkErrors'>> {
  function tell(requestId: string, status: number, why: string): void {
    logger.info({ requestId, status, errorCodes: ['BAD_REQUEST'], why }, 'unreadable request');
    observer.failed('BAD_REQUEST');
    observer.answered(status);
  }

  return {
    clientErrorHandler(error: Error & { readonly code?: string }, socket: Socket): void {
      const { code = '' } = error;
      // Nobody is left to answer.
      if (code === 'ECONNRESET' || !socket.writable) {
        socket.destroy();
        return;
      }
      const { status, message } = (Object.hasOwn(statuses, code) ? statuses[code] : undefined) ?? NOT_HTTP;
      const requestId = randomUUID();
      refusedOn.add(socket);
      tell(requestId, status, code);
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
      tell(request.id, 400, error.code);
      void reply
        .status(400)
        .headers({
          [REQUEST_ID]: request.id,
          'cache-control': 'no-store',
          'content-type': 'application/json; charset=utf-8',
        })
        .send(bodyOf('The path of the request is none.', request.id));
    },
  };
}
