import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/**
 * Lets pages of exactly these origins send operations. They may send any header, the one that Apollo's CSRF rule asks
 * for and a bearer token among them; cookies they cannot, and there are none.
 */
export async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    credentials: false,
    maxAge: 600,
    // An OPTIONS that is no preflight would be refused in plain text.
    strictPreflight: false,
  });
}
