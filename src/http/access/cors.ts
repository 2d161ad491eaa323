import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/**
 * Lets pages of exactly these origins send operations, with any header (a bearer token, the one for Apollo's CSRF
 * prevention). Cookies are not allowed: the gateway uses none.
 */
export async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
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
