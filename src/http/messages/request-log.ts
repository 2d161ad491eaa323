import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../app/logger.ts';
import type { GatewayObserver } from '../../observability/observer.ts';
import { createRequestRecord, type RequestRecord } from '../../observability/request-record.ts';
import { printable } from '../../untrusted/printable.ts';
import { pathOf } from '../../untrusted/request-path.ts';
import { isMalformedRequest } from './malformed-request.ts';
import { isProbe } from './probe.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What is known of the request for its log line and the metrics. */
    record: RequestRecord;
  }
}

const MAX_PATH = 200;
/** nginx's status for a client that closed the connection before the response. */
const CLIENT_CLOSED_REQUEST = 499;

/** Creates a record for every request, and writes a log line when the request is finished. */
export function logRequests(app: FastifyInstance, logger: Logger, observer: GatewayObserver): void {
  app.decorateRequest('record');
  app.addHook('onRequest', (request, reply, done) => {
    const record = createRequestRecord(request.headers, observer, () => request.caller);
    request.record = record;
    // Fastify's onResponse hook adds listeners, and does not run when the client closes the connection.
    reply.raw.on('close', () => {
      const { method, id: requestId } = request;
      if (reply.raw.writableFinished) {
        const { statusCode: status } = reply;
        observer.answered(status);
        const fields = record.logFields({
          requestId,
          method,
          path: printable(pathOf(request.url), MAX_PATH),
          status,
        });
        if (isProbe(request)) logger.debug(fields, 'request');
        else logger.info(fields, 'request');
      } else if (!isMalformedRequest(request.raw.socket)) {
        observer.answered(CLIENT_CLOSED_REQUEST);
        logger.info(record.logFields({ requestId, method }), 'request aborted by the client');
      }
    });
    done();
  });
}
