import type { FastifyReply } from 'fastify';
import type { StagegraphErrorCode } from '../../__generated__/types.ts';

/** BAD_REQUEST is Apollo's code for a request that is not GraphQL. */
type RefusalCode = StagegraphErrorCode | 'BAD_REQUEST';

export function countRefusal({ raw, request }: FastifyReply, code: RefusalCode = 'BAD_REQUEST'): void {
  // A closed connection gets no answer, and may have been counted already.
  if (!raw.destroyed) request.record.refused(code);
}

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
  const { id: requestId } = reply.request;
  const wait = reply.getHeader('retry-after');
  const more = wait === undefined ? {} : { retryAfterSeconds: Number(wait) };
  countRefusal(reply, code);
  return reply.status(status).send({ errors: [{ message, extensions: { code, ...more, requestId } }] });
};
