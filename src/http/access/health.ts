import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readiness } from '../../app/readiness.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked by machines every few seconds: always answered, and no line in the log. */
    readonly probe?: true;
  }
}

/** Whether a request only asks how the process is. */
export const isProbe = ({ routeOptions }: FastifyRequest): boolean => routeOptions.config.probe === true;

/** Whether the process lives, and whether requests should be sent to it. Details are for the log. */
export function answerProbes(app: FastifyInstance, readiness: Readiness): void {
  const config = { probe: true } as const;
  app.get('/healthz', { config }, (_, reply) => reply.send({ status: 'ok' }));
  app.get<{ Querystring: { without?: unknown } }>('/readyz', { config }, async ({ query }, reply) => {
    // Without Redis each process can work alone: a balancer that asked for it would lose all of them at once.
    const ignored = query.without === 'redis' ? 'redis' : undefined;
    const problems = (await readiness.problems()).filter((problem) => problem !== ignored);
    return problems.length === 0
      ? reply.send({ status: 'ready' })
      : reply.status(503).send({ status: 'not ready', problems });
  });
  app.addHook('onSend', (_, reply, payload, done) => {
    // Who keeps a connection to a process that ends shall take another one, who asked before the stop began too: the
    // stop would wait for it.
    if (readiness.isStopping()) reply.header('connection', 'close');
    done(null, payload);
  });
}
