import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isObject, memberOf } from '../../untrusted/unknown-value.ts';

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

/** Adds the id to the errors that lack it, and reports the codes of these errors. */
function withRequestId(payload: string, requestId: string, report: (code: string) => void): string {
  const answer: unknown = JSON.parse(payload);
  const errors = memberOf(answer, 'errors');
  if (!isObject(answer) || !Array.isArray(errors)) return payload;
  const named = errors.filter(isObject).map((error) => {
    const sent = memberOf(error, 'extensions');
    const extensions = isObject(sent) ? sent : {};
    if (memberOf(extensions, 'requestId') !== undefined) return error;
    const code = memberOf(extensions, 'code');
    if (typeof code === 'string') report(code);
    return { ...error, extensions: { ...extensions, requestId } };
  });
  return JSON.stringify({ ...answer, errors: named });
}

/** The media types of GraphQL over HTTP. */
const JSON_TYPE = /^application\/(?:graphql-response\+)?json\b/;

/** Errors of Apollo Server before it asks for a context (CSRF, batches, malformed bodies): no plugin sees them. */
export function addRequestIdToErrors(
  { id, record }: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: Error | null, payload: unknown) => void,
): void {
  const isRefusal =
    reply.statusCode >= 400 &&
    typeof payload === 'string' &&
    payload !== '' &&
    JSON_TYPE.test(String(reply.getHeader('content-type')));
  done(null, isRefusal ? withRequestId(payload, id, record.refused) : payload);
}
