import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Authenticate, AuthenticationError } from '../../auth/authenticate.ts';
import type { Caller } from '../../auth/caller.ts';
import { createRouterCheck } from '../../auth/router-secret.ts';
import { isProbe } from './health.ts';
import type { CountRequest } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends it; null where it carries no operation, or nobody could be made out. */
    caller: Caller | null;
  }
}

/** A page of the explorer, or a browser's question before a request, carries no operation. */
export const carriesOperation = ({ method, query }: FastifyRequest): boolean =>
  method === 'POST' ||
  (method === 'GET' && typeof query === 'object' && query !== null && Object.keys(query).length > 0);

/** With secrets, nothing answers who does not know one. */
export function admitRoutersOnly(app: FastifyInstance, secrets: readonly string[]): void {
  if (secrets.length === 0) return;
  const isRouter = createRouterCheck(secrets);
  app.addHook('onRequest', (request, _, done) => {
    // Load balancers know no secret.
    if (isProbe(request) || isRouter(request.headers)) done();
    else
      done(
        new AuthenticationError(401, 'UNAUTHENTICATED', 'Only a router with the right secret may ask here.', {
          'www-authenticate': 'Router-Authorization',
        }),
      );
  });
}

/**
 * Before the body of an operation is read: first who sends it, so that requests are counted by caller; then the refusal, so
 * that the refused are counted too.
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
