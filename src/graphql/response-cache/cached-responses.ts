import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type CachedResponse,
  createResponseCache,
  type ResponseKey,
  responseKey,
} from '../../cache/response-cache.ts';
import type { IsAnswered } from '../../http/messages/json-body.ts';
import { TRACE_HEADER } from '../hooks/wants-trace.ts';
import type { CachePolicy } from './cache-policy.ts';

/** What a response is sent with, beside its body. */
interface Details {
  readonly contentType: string;
  readonly operationName: string | null;
  readonly policy: CachePolicy | undefined;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    cachesResponses?: boolean;
  }
  interface FastifyRequest {
    /** Undefined if the request may not get a cached response. */
    responseKey: ResponseKey | undefined;
    cachedResponse: CachedResponse<Details> | undefined;
  }
}

const MAX_ENTRIES = 5000;
const MAX_BYTES = 64 * 1024 * 1024;
/** Longer requests are not what a dashboard polls. */
const MAX_REQUEST_BYTES = 16 * 1024;

/** A request that asks for fresh values or for a trace gets no cached response. */
function keyOf(
  { method, headers, routeOptions }: FastifyRequest,
  permissions: string | undefined,
  body: Buffer,
): ResponseKey | undefined {
  if (routeOptions.config.cachesResponses !== true || method !== 'POST') return undefined;
  if (permissions === undefined || body.length > MAX_REQUEST_BYTES) return undefined;
  if (headers['cache-control'] !== undefined || headers[TRACE_HEADER] !== undefined) return undefined;
  return responseKey(permissions, headers.accept, body);
}

/**
 * Caches responses of routes with `config.cachesResponses` and finds them before the body is parsed; the route's handler
 * sends what was found. The server's hooks (authentication, rate limit, log, metrics) run for these requests too.
 */
export function cacheResponses(
  app: FastifyInstance,
  permissionsOf: (request: FastifyRequest) => string | undefined,
): IsAnswered {
  const cache = createResponseCache<Details>({ maxEntries: MAX_ENTRIES, maxBytes: MAX_BYTES });
  app.decorateRequest('responseKey', undefined);
  app.decorateRequest('cachedResponse', undefined);

  app.addHook('onSend', (request, reply, payload, done) => {
    const { responseKey, cacheable } = request;
    // A response from the cache is bytes already.
    if (cacheable === undefined || reply.statusCode !== 200 || typeof payload !== 'string') {
      done(null, payload);
      return;
    }
    // Node reserves three bytes for each character of a string that was concatenated.
    const body = Buffer.from(payload);
    const contentType = reply.getHeader('content-type');
    if (responseKey !== undefined && typeof contentType === 'string') {
      const { operationName, dependencies, policy } = cacheable;
      cache.store(responseKey, { body, dependencies, details: { contentType, operationName, policy } });
    }
    done(null, body);
  });

  // Authentication comes before the body is read: the caller's permissions are known here.
  return (request, body) => {
    request.responseKey = keyOf(request, permissionsOf(request), body);
    if (request.responseKey === undefined) return false;
    const take = (cached: CachedResponse<Details> | undefined): boolean => {
      request.cachedResponse = cached;
      return cached !== undefined;
    };
    const found = cache.find(request.responseKey, request.record.observer);
    return found instanceof Promise ? found.then(take) : take(found);
  };
}

/** Sends a cached response, and records it like an executed query. */
export function sendCached(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, dependencies, details }: CachedResponse<Details>,
): FastifyReply {
  const { record } = request;
  const { contentType, operationName, policy } = details;
  request.cacheable = { operationName, dependencies, policy };
  record.named(operationName, 'query');
  record.operated('ok', []);
  return reply.header('content-type', contentType).send(body);
}
