import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { isObject, memberOf, textOf } from '../../untrusted/unknown-value.ts';

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

/** Of requests that are not GraphQL requests, and of bugs: their status says what is wrong, to routers too. */
const CODES_WITH_STATUS = ['BAD_REQUEST', 'INTERNAL_SERVER_ERROR'];

/** With the parameter, as Apollo Server has them: a client may ask for it. */
const MEDIA_TYPES = [JSON_TYPE, GRAPHQL_TYPE].map((type) => `${type}; charset=utf-8`);

/** Whether a client prefers the type whose responses are 200 in GraphQL over HTTP; Apollo Server chooses in the same way. */
const prefersJson = (accept: string | undefined): boolean =>
  accept === undefined || new Negotiator({ headers: { accept } }).mediaType(MEDIA_TYPES) === MEDIA_TYPES[0];

/** Adds the request's id to the errors that lack it, and reports the codes of these errors. */
function withRequestId(errors: readonly object[], { id: requestId, record }: FastifyRequest): object[] {
  return errors.map((error) => {
    const sent = memberOf(error, 'extensions');
    const extensions = isObject(sent) ? sent : {};
    if (memberOf(extensions, 'requestId') !== undefined) return error;
    const code = textOf(extensions, 'code');
    if (code !== undefined) record.refused(code);
    return { ...error, extensions: { ...extensions, requestId } };
  });
}

const hasStatus = (error: object): boolean =>
  CODES_WITH_STATUS.includes(textOf(memberOf(error, 'extensions'), 'code') ?? '');

/**
 * Completes responses with an error status on the way to the client. Errors of Apollo Server before it asks for a context
 * (CSRF, batches, malformed bodies) get the request's id: no plugin sees them. A router gets 200: routers do not read the
 * body of another status, and their clients would see neither `code` nor `retryAfterSeconds`.
 */
export function completeErrorResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: Error | null, payload: unknown) => void,
): void {
  const [contentType = ''] = String(reply.getHeader('content-type')).split(';');
  const isJson = contentType === JSON_TYPE || contentType === GRAPHQL_TYPE;
  if (reply.statusCode < 400 || !isJson || typeof payload !== 'string' || payload === '') {
    done(null, payload);
    return;
  }
  const response: unknown = JSON.parse(payload);
  const sent = memberOf(response, 'errors');
  if (!isObject(response) || !Array.isArray(sent)) {
    done(null, payload);
    return;
  }
  const errors = withRequestId(sent.filter(isObject), request);
  if (request.isFromRouter && prefersJson(request.headers.accept) && !errors.some(hasStatus))
    reply.status(200);
  done(null, JSON.stringify({ ...response, errors }));
}
