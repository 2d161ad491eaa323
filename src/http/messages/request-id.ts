import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The header that names a request, in both directions. */
export const REQUEST_ID = 'x-request-id';

/** What a client may call its request: anything that is safe in a header and a log line. */
const ACCEPTABLE_ID = /^[\w.:/+=-]{1,128}$/;

/** W3C trace context: version, trace, span, flags. */
const TRACEPARENT = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;

/** The name that the client gave its request, that of the trace that it is part of, or a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const sent = headers[REQUEST_ID];
  if (typeof sent === 'string' && ACCEPTABLE_ID.test(sent)) return sent;
  const { traceparent } = headers;
  const [, trace] = typeof traceparent === 'string' ? (TRACEPARENT.exec(traceparent) ?? []) : [];
  return trace ?? randomUUID();
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The answer with the request's id in those of its errors that lack it; `found` is told their codes. */
function named(payload: string, requestId: string, found: (code: string) => void): string {
  const answer: unknown = JSON.parse(payload);
  if (!isObject(answer) || !Array.isArray(answer.errors)) return payload;
  const errors = answer.errors.filter(isObject).map((error) => {
    const extensions = isObject(error.extensions) ? error.extensions : {};
    if (extensions.requestId !== undefined) return error;
    if (typeof extensions.code === 'string') found(extensions.code);
    return { ...error, extensions: { ...extensions, requestId } };
  });
  return JSON.stringify({ ...answer, errors });
}

/** The formats of GraphQL over HTTP. */
const JSON_TYPE = /^application\/(?:graphql-response\+)?json\b/;

/** The same for what Apollo Server refuses before it asks for a context (CSRF, batches, odd bodies): no plugin sees it. */
export function nameRefusals(
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
  done(null, isRefusal ? named(payload, id, record.refused) : payload);
}
