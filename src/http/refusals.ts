import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { StagegraphErrorCode } from '../__generated__/types.ts';
import type { Logger } from '../logger.ts';

/** Codes of what is refused before it is known to be GraphQL at all; the name is Apollo's. */
type RefusalCode = StagegraphErrorCode | 'BAD_REQUEST';

/** A refusal in the shape of a GraphQL answer: clients read one format only. */
export const refuse = (
  reply: FastifyReply,
  status: number,
  message: string,
  code: RefusalCode = 'BAD_REQUEST',
): FastifyReply => {
  reply.request.record.refused(code);
  return reply.status(status).send({ errors: [{ message, extensions: { code } }] });
};

/** What Fastify refuses before GraphQL sees it. */
export function answerRefusal(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 500) {
    logger.error({ requestId: request.id, err: error }, 'unexpected error');
    return refuse(reply, 500, 'Internal server error', 'INTERNAL_SERVER_ERROR');
  }
  if (status === 415)
    return refuse(reply, status, 'Send the operation as JSON, with content-type: application/json.');
  if (status === 413) return refuse(reply, status, 'The request is too large.');
  return refuse(
    reply,
    status,
    'The request is not a GraphQL request: its body must be a JSON object with a query.',
  );
}
