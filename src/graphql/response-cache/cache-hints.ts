import type { FastifyInstance, FastifyReply } from 'fastify';
import { type GraphQLSchema, OperationTypeNode } from 'graphql';
import { ROUTER_SECRET_HEADER } from '../../auth/router-secret.ts';
import { ageOf, type Dependencies } from '../../cache/read-trail.ts';
import type { OperationHooks } from '../hooks/combine-hooks.ts';
import { type CachePolicy, createCachePolicies } from './cache-policy.ts';
import { wantsTrace } from './wants-trace.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of an answer that caches may keep: how, and what it rests on. */
    cacheable: { readonly policy: CachePolicy; readonly grounds: Dependencies } | undefined;
  }
}

/** Finds out what caches may keep of answers: of queries without an error, as far as the schema lets them. */
export function cachePolicies(schema: GraphQLSchema): OperationHooks {
  const policyOf = createCachePolicies(schema);
  return {
    willSendResponse({ document, operation, request, response: { body }, contextValue }) {
      if (
        document !== undefined &&
        operation?.operation === OperationTypeNode.QUERY &&
        body.kind === 'single' &&
        body.singleResult.errors === undefined &&
        !wantsTrace(request)
      ) {
        const policy = policyOf({ document, operation, variables: request.variables ?? {} });
        if (policy !== undefined) contextValue.cacheable(policy);
      }
    },
  };
}

export interface CacheHintOptions {
  /** How old a read may be that is shown. */
  readonly ttlMs: number;
  /** Whether only routers are answered, that show a secret. */
  readonly behindRouter: boolean;
}

function addToVary(reply: FastifyReply, names: readonly string[]): void {
  const already = reply.getHeader('vary');
  reply.header('vary', [...(already === undefined ? [] : [already]), ...names].join(', '));
}

/**
 * Tells caches how long they may keep an answer: never longer than the gateway itself would show the oldest value in it.
 * What they may not keep stays `no-store`, as everything is.
 */
export function hintCaches(app: FastifyInstance, { ttlMs, behindRouter }: CacheHintOptions): void {
  app.decorateRequest('cacheable', undefined);
  app.addHook('onSend', (request, reply, payload, done) => {
    const { cacheable, caller } = request;
    const say = (ageMs: number | undefined): void => {
      const freshSeconds = ageMs === undefined ? 0 : Math.floor((ttlMs - ageMs) / 1000);
      const maxAge = Math.min(freshSeconds, cacheable?.policy.maxAgeSeconds ?? 0);
      if (maxAge > 0) {
        // Who had to say who they are is told what is theirs to know.
        const isAnonymous = caller?.isAnonymous === true;
        const isPublic = isAnonymous && cacheable?.policy.isPrivate === false;
        reply.header('cache-control', `max-age=${maxAge}, ${isPublic ? 'public' : 'private'}`);
        addToVary(reply, [
          'Accept',
          ...(isAnonymous ? [] : ['Authorization']),
          ...(behindRouter ? [ROUTER_SECRET_HEADER] : []),
        ]);
      }
      done(null, payload);
    };
    const age = cacheable === undefined || reply.statusCode !== 200 ? undefined : ageOf(cacheable.grounds);
    if (age instanceof Promise) age.then(say).catch(done);
    else say(age);
  });
}
