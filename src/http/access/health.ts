import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../../app/readiness.ts';

/** Liveness and readiness. The log has the details. */
export function registerProbes(app: FastifyInstance, readiness: Readiness): void {
  const config = { probe: true } as const;
  app.get('/healthz', { config }, (_, reply) => reply.send({ status: 'ok' }));
  app.get<{ Querystring: { without?: unknown } }>('/readyz', { config }, async ({ query }, reply) => {
    // Each process can work without Redis. A load balancer that checked Redis would lose all processes at once.
    const ignored = query.without === 'redis' ? 'redis' : undefined;
    const problems = (await readiness.problems()).filter((problem) => problem !== ignored);
    if (problems.length > 0) return reply.status(503).send({ status: 'not ready', problems });
    // A number only: this answer is public. The log names them.
    const [failingTargets, degraded] = await Promise.all([readiness.failingTargets(), readiness.degraded()]);
    return reply.send({
      status: 'ready',
      ...(degraded.length > 0 ? { degraded } : {}),
      ...(failingTargets > 0 ? { failingTargets } : {}),
    });
  });
  app.addHook('onSend', (_, reply, payload, done) => {
    // A kept-alive connection would delay the shutdown.
    if (readiness.isStopping()) reply.header('connection', 'close');
    done(null, payload);
  });
}
