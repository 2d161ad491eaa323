import { setMaxListeners } from 'node:events';
import type { FastifyReply } from 'fastify';

/** Gives a signal, made when it is first asked for, that says when the client has gone without its answer. */
export function clientAbortSignal(reply: FastifyReply): () => AbortSignal {
  let signal: AbortSignal | undefined;
  const make = (): AbortSignal => {
    const controller = new AbortController();
    // As many as the operation has reads under way.
    setMaxListeners(0, controller.signal);
    if (reply.raw.destroyed) controller.abort();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) controller.abort();
    });
    return controller.signal;
  };
  return () => (signal ??= make());
}
