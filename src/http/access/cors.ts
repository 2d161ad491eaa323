import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { allowsOrigin, type OriginRule } from './origins.ts';

/** A page of the gateway's own origin sends none. */
const isPreflight = ({ method, headers }: FastifyRequest): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

/**
 * Lets pages of these origins send operations, with any header (a bearer token, the one for Apollo's CSRF prevention).
 * Cookies are not allowed: the gateway uses none. `onRefused` is called for the preflights of other pages.
 */
export async function allowOrigins(
  app: FastifyInstance,
  origins: readonly OriginRule[],
  onRefused: (origin: string) => void,
): Promise<void> {
  app.addHook('onRequest', (request, _, done) => {
    const { origin } = request.headers;
    if (origin !== undefined && isPreflight(request) && !allowsOrigin(origins, origin)) onRefused(origin);
    done();
  });
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    credentials: false,
    maxAge: 600,
    // Otherwise an OPTIONS request that is not a preflight gets an error in plain text.
    strictPreflight: false,
  });
}
