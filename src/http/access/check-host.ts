import type { FastifyInstance } from 'fastify';
import { isProbe } from '../messages/probe.ts';
import { refuse } from '../messages/refusals.ts';
import { createHostCheck, type HostRules } from './hosts.ts';

/** Refuses requests whose host or origin the rules do not allow. */
export function checkHost(app: FastifyInstance, rules: HostRules | undefined): void {
  const refusalOf = createHostCheck(rules);
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = refusalOf(request.raw);
    // Load balancers that speak HTTP/1.0 send no Host, and a probe reveals nothing to a web page.
    if (refusal === undefined || (refusal.status === 400 && isProbe(request))) done();
    else refuse(reply, refusal.status, refusal.message);
  });
}
