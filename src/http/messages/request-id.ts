import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The header that carries a request's id, in both directions. */
export const REQUEST_ID = 'x-request-id';

/** Ids that are safe in a header and in a log line. */
const ACCEPTABLE_ID = /^[\w.:/+=-]{1,128}$/;

/** W3C trace context: version, trace, span, flags. */
const TRACEPARENT = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;

/** The id that the client sent, else the id of the trace that the request belongs to, else a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const sent = headers[REQUEST_ID];
  if (typeof sent === 'string' && ACCEPTABLE_ID.test(sent)) return sent;
  const { traceparent } = headers;
  const [, trace] = typeof traceparent === 'string' ? (TRACEPARENT.exec(traceparent) ?? []) : [];
  return trace ?? randomUUID();
}
