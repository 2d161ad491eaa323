import type { FastifyInstance, FastifyReply } from 'fastify';
import type { StagegraphErrorCode } from '../../__generated__/types.ts';
import { pathOf } from '../../untrusted/request-path.ts';

/** BAD_REQUEST is Apollo's code for a request that is not GraphQL. */
type RefusalCode = StagegraphErrorCode | 'BAD_REQUEST';

/**
 * Answers with an error in the shape of a GraphQL response: clients parse one format only. What `retry-after` says, the error
 * says too: clients of a router do not see the header.
 */
export const refuse = (
  reply: FastifyReply,
  status: number,
  message: string,
  code: RefusalCode = 'BAD_REQUEST',
): FastifyReply => {
  const { id: requestId, record } = reply.request;
  const wait = reply.getHeader('retry-after');
  const more = wait === undefined ? {} : { retryAfterSeconds: Number(wait) };
  // A closed connection gets no answer, and may have been counted already.
  if (!reply.raw.destroyed) record.refused(code);
  return reply.status(status).send({ errors: [{ message, extensions: { code, ...more, requestId } }] });
};

/** Refuses unknown paths and methods before the body is read. */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) done();
    else if (pathOf(request.url) === '/graphql') {
      reply.header('allow', 'GET, POST, OPTIONS');
      refuse(reply, 405, 'Method not allowed. Send operations by POST, or queries by GET.');
    } else refuse(reply, 404, 'Not found. GraphQL is at /graphql.');
  });
}
