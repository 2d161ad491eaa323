import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The header that names a request, in both directions. */
export const REQUEST_ID = 'x-request-id';

/** What a client may call its request: anything that is safe in a header and a log line. */
const ACCEPTABLE_ID = /^[\w.:/+=-]{1,128}$/;

/** The name that the client gave its request, or a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const sent = headers[REQUEST_ID];
  return typeof sent === 'string' && ACCEPTABLE_ID.test(sent) ? sent : randomUUID();
}
