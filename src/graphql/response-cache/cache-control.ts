import type { FastifyInstance, FastifyReply } from 'fastify';
import { ROUTER_SECRET_HEADER } from '../../auth/router-secret.ts';
import { ageOf } from '../../cache/dependencies.ts';
import type { CacheableResponse } from './cacheable-responses.ts';

declare module 'fastify' {
  interface FastifyRequest {
    cacheable: CacheableResponse | undefined;
  }
}

export interface CacheControlOptions {
  /** How old a cached value may be. */
  readonly ttlMs: number;
  /** Whether only routers with a secret get responses. */
  readonly behindRouter: boolean;
}

function addToVary(reply: FastifyReply, names: readonly string[]): void {
  const already = reply.getHeader('vary');
  reply.header('vary', [...(already === undefined ? [] : [already]), ...names].join(', '));
}

/**
 * Sets `Cache-Control` on cacheable responses. `max-age` ends when the gateway's own cache would drop the oldest value in
 * the response. All other responses keep `no-store`.
 */
export function sendCacheControl(app: FastifyInstance, { ttlMs, behindRouter }: CacheControlOptions): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const { cacheable, caller } = request;
    const setHeaders = (ageMs: number | undefined): void => {
      const freshSeconds = ageMs === undefined ? 0 : Math.floor((ttlMs - ageMs) / 1000);
      const maxAge = Math.min(freshSeconds, cacheable?.policy?.maxAgeSeconds ?? 0);
      if (maxAge > 0) {
        // A response to an authenticated caller is for that caller only.
        const isAnonymous = caller?.isAnonymous === true;
        const isPublic = isAnonymous && cacheable?.policy?.isPrivate === false;
        reply.header('cache-control', `max-age=${maxAge}, ${isPublic ? 'public' : 'private'}`);
        addToVary(reply, [
          'Accept',
          ...(isAnonymous ? [] : ['Authorization']),
          ...(behindRouter ? [ROUTER_SECRET_HEADER] : []),
        ]);
      }
      done(null, payload);
    };
    const hasPolicy = cacheable?.policy !== undefined && reply.statusCode === 200;
    const age = hasPolicy ? ageOf(cacheable.dependencies) : undefined;
    if (age instanceof Promise) age.then(setHeaders).catch(done);
    else setHeaders(age);
  });
}
