import type { FastifyInstance } from 'fastify';
import type { Logger } from '../logger.ts';
import type { GatewayObserver } from '../telemetry/observer.ts';
import { printable } from '../telemetry/printable.ts';
import { createRequestRecord, type RequestRecord } from '../telemetry/request-record.ts';
import { isProbe } from './health.ts';
import { wasUnreadable } from './unreadable.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request is and costs. */
    record: RequestRecord;
  }
}

const MAX_PATH = 200;
/** What nobody was there to be answered with; nginx has made it usual. */
const GIVEN_UP = 499;

/** A record for every request, and a line of the log when it is over. */
export function logRequests(app: FastifyInstance, logger: Logger, observer: GatewayObserver): void {
  app.decorateRequest('record');
  app.addHook('onRequest', (request, reply, done) => {
    const record = createRequestRecord(request.headers, observer);
    request.record = record;
    // A client that hangs up has no answer, and a line all the same.
    reply.raw.on('close', () => {
      if (reply.raw.writableFinished || wasUnreadable(request.raw.socket)) return;
      const { method, id: requestId } = request;
      const durationMs = Math.round(reply.elapsedTime);
      observer.answered(GIVEN_UP);
      logger.info({ requestId, method, durationMs, ...record.line() }, 'request given up by the client');
    });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method, id: requestId, record } = request;
    const { statusCode: status } = reply;
    observer.answered(status);
    // What follows the question mark may be an operation with its variables.
    const path = printable(request.url.split('?')[0], MAX_PATH);
    const durationMs = Math.round(reply.elapsedTime);
    const line = { requestId, method, path, status, durationMs, ...record.line() };
    if (isProbe(request)) logger.debug(line, 'request');
    else logger.info(line, 'request');
    done();
  });
}
