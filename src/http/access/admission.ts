import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Authenticate, AuthenticationError } from '../../auth/authenticate.ts';
import type { Caller } from '../../auth/caller.ts';
import { createRouterCheck, ROUTER_SECRET_HEADER } from '../../auth/router-secret.ts';
import { isProbe } from '../messages/probe.ts';
import type { CountRequest } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null if the request has no operation, or is not authenticated. */
    caller: Caller | null;
    /** Whether it has shown a router's secret. */
    isFromRouter: boolean;
  }
}

/** A request for an explorer page and a CORS preflight have no operation. */
export const carriesOperation = ({ method, query }: FastifyRequest): boolean =>
  method === 'POST' ||
  (method === 'GET' && typeof query === 'object' && query !== null && Object.keys(query).length > 0);

/** With secrets, only requests of a router that sends one of them are answered. */
export function requireRouterSecret(app: FastifyInstance, secrets: () => readonly string[]): void {
  app.decorateRequest('isFromRouter', false);
  if (secrets().length === 0) return;
  const isRouter = createRouterCheck(secrets);
  app.addHook('onRequest', (request, _, done) => {
    request.isFromRouter = isRouter(request.headers);
    // Load balancers send no secret, and senders of events one of their own.
    if (request.isFromRouter || isProbe(request) || request.routeOptions.config.ownSecret === true) {
      done();
      return;
    }
    const message = `The header "${ROUTER_SECRET_HEADER}" must hold a valid router secret.`;
    const headers = { 'www-authenticate': 'Router-Authorization' };
    done(new AuthenticationError(401, 'UNAUTHENTICATED', message, headers));
  });
}

/**
 * Authenticates, then counts, then refuses: requests are counted by caller, and unauthenticated ones are counted too.
 * Runs before the body is read.
 */
export const admission =
  (authenticate: Authenticate, countRequest: CountRequest | undefined) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    let refusal: AuthenticationError | undefined;
    if (carriesOperation(request)) {
      try {
        request.caller = await authenticate(request.headers);
      } catch (error) {
        if (!(error instanceof AuthenticationError)) throw error;
        refusal = error;
      }
    }
    await countRequest?.(request, reply);
    if (refusal !== undefined) throw refusal;
  };
