import { setMaxListeners } from 'node:events';
import type { FastifyReply } from 'fastify';

/** An AbortSignal, created on first use, that fires when the client closes the connection before the response. */
export function clientAbortSignal(reply: FastifyReply): () => AbortSignal {
  let signal: AbortSignal | undefined;
  const create = (): AbortSignal => {
    const controller = new AbortController();
    // Each read in flight adds a listener.
    setMaxListeners(0, controller.signal);
    if (reply.raw.destroyed) controller.abort();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) controller.abort();
    });
    return controller.signal;
  };
  return () => (signal ??= create());
}
