import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { StagegraphErrorCode } from '../../__generated__/types.ts';
import type { Logger } from '../../app/logger.ts';
import { AuthenticationError } from '../../auth/authenticate.ts';
import { type Limits, tooLarge } from '../../graphql/limits/limits.ts';
import { RateLimitExceeded } from '../access/rate-limit.ts';
import { pathOf } from './request-path.ts';

/** Codes of what is refused before it is known to be GraphQL at all; the name is Apollo's. */
type RefusalCode = StagegraphErrorCode | 'BAD_REQUEST';

/** A refusal in the shape of a GraphQL answer: clients read one format only. */
export const refuse = (
  reply: FastifyReply,
  status: number,
  message: string,
  code: RefusalCode = 'BAD_REQUEST',
  more: object = {},
): FastifyReply => {
  const { id: requestId, record } = reply.request;
  // Of half a body whose connection has gone: nobody is told of it, or was told already.
  if (!reply.raw.destroyed) record.refused(code);
  return reply.status(status).send({ errors: [{ message, extensions: { code, ...more, requestId } }] });
};

/** Whatever no route takes is refused before its body is read: another method of /graphql, or another path. */
export function refuseUnknown(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) done();
    else if (pathOf(request.url) === '/graphql') {
      reply.header('allow', 'GET, POST, OPTIONS');
      refuse(reply, 405, 'Send operations by POST, or queries by GET.');
    } else refuse(reply, 404, 'There is nothing here: GraphQL is at /graphql.');
  });
}

/** What is refused before GraphQL sees it: by Fastify, or by the hooks before it. */
export function answerRefusal(
  error: FastifyError | AuthenticationError | RateLimitExceeded,
  request: FastifyRequest,
  reply: FastifyReply,
  { logger, limits }: { readonly logger: Logger; readonly limits: Limits },
): FastifyReply {
  if (error instanceof AuthenticationError) {
    const { 'retry-after': wait } = error.headers;
    const more = wait === undefined ? {} : { retryAfterSeconds: Number(wait) };
    return refuse(reply.headers(error.headers), error.status, error.message, error.code, more);
  }
  if (error instanceof RateLimitExceeded) {
    const { retryAfterSeconds } = error;
    reply.header('retry-after', retryAfterSeconds);
    return refuse(reply, 429, error.message, 'RATE_LIMITED', { retryAfterSeconds });
  }
  const status = error.statusCode ?? 500;
  if (status >= 500) {
    logger.error({ requestId: request.id, err: error }, 'unexpected error');
    return refuse(reply, 500, 'Internal server error', 'INTERNAL_SERVER_ERROR');
  }
  if (status === 415)
    return refuse(reply, status, 'Send the operation as JSON, with content-type: application/json.');
  if (status === 413) return refuse(reply, status, tooLarge('bodyBytes', limits), 'OPERATION_TOO_LARGE');
  return refuse(
    reply,
    status,
    'The request is not a GraphQL request: its body must be a JSON object with a query.',
  );
}
