import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../app/logger.ts';
import { AuthenticationError } from '../auth/authenticate.ts';
import { RateLimitExceeded } from './access/rate-limit.ts';
import { refuse } from './messages/refusals.ts';

/** Answers errors of Fastify and of the hooks before GraphQL. `bodyTooLarge` is the message for status 413. */
export const createErrorHandler =
  (logger: Logger, bodyTooLarge: string) =>
  (
    error: FastifyError | AuthenticationError | RateLimitExceeded,
    request: FastifyRequest,
    reply: FastifyReply,
  ): FastifyReply => {
    if (error instanceof AuthenticationError || error instanceof RateLimitExceeded) {
      return refuse(reply.headers(error.headers), error.status, error.message, error.code);
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      logger.error({ requestId: request.id, err: error }, 'unexpected error');
      return refuse(reply, 500, 'Internal server error', 'INTERNAL_SERVER_ERROR');
    }
    if (status === 415)
      return refuse(reply, status, 'Send the operation as JSON, with content-type: application/json.');
    if (status === 413) return refuse(reply, status, bodyTooLarge, 'OPERATION_TOO_LARGE');
    return refuse(
      reply,
      status,
      'The request is not a GraphQL request: its body must be a JSON object with a query.',
    );
  };
