import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../app/logger.ts';
import type { GatewayObserver } from '../../observability/observer.ts';
import { createRequestRecord, type RequestRecord } from '../../observability/request-record.ts';
import { printable } from '../../untrusted/printable.ts';
import { isProbe } from '../access/health.ts';
import { isMalformedRequest } from './malformed-request.ts';
import { pathOf } from './request-path.ts';

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
    // Fastify's hook at the end costs listeners of its own, and is not run for a client that hangs up.
    reply.raw.on('close', () => {
      const { method, id: requestId } = request;
      if (reply.raw.writableFinished) {
        const { statusCode: status } = reply;
        observer.answered(status);
        const line = record.line({
          requestId,
          method,
          path: printable(pathOf(request.url), MAX_PATH),
          status,
        });
        if (isProbe(request)) logger.debug(line, 'request');
        else logger.info(line, 'request');
      } else if (!isMalformedRequest(request.raw.socket)) {
        observer.answered(GIVEN_UP);
        logger.info(record.line({ requestId, method }), 'request given up by the client');
      }
    });
    done();
  });
}
