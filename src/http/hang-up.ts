import { setMaxListeners } from 'node:events';
import type { FastifyReply } from 'fastify';

/** Says when the client has gone without its answer. */
export function hangUpOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  // As many as the operation has reads under way.
  setMaxListeners(0, controller.signal);
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
