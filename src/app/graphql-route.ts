import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerWithoutScopes } from '../auth/caller.ts';
import { createDependencyTracker } from '../cache/dependencies.ts';
import type { CachesByTarget } from '../datasources/caches-by-target.ts';
import { createDataSourceFactory } from '../datasources/index.ts';
import type { StageMemory } from '../datasources/memory/stage-memory.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Context } from '../graphql/context.ts';
import { PartialErrors } from '../graphql/hooks/partial-errors.ts';
import { namedDocument, type NamedDocumentOptions } from '../graphql/persisted-documents/named-document.ts';
import type { CacheableResponse } from '../graphql/response-cache/cacheable-responses.ts';
import { sendCached } from '../graphql/response-cache/cached-responses.ts';
import { callerKeyOf, type CallerTrust } from '../http/access/rate-limit.ts';
import { clientAbortSignal } from '../http/connections/client-abort.ts';
import { completeErrorResponse } from '../http/messages/error-responses.ts';
import { refuse } from '../http/messages/refusals.ts';
import type { AuditLog } from '../observability/audit/audit-log.ts';
import { isObject, memberOf } from '../untrusted/unknown-value.ts';
import type { Logger } from './logger.ts';

declare module 'fastify' {
  interface FastifyRequest {
    trustedText: Context['trustedText'];
  }
}

export interface GraphqlRouteOptions extends CallerTrust, NamedDocumentOptions {
  readonly logger: Logger;
  readonly audit: AuditLog;
  readonly fleet: Fleet;
  readonly memory?: StageMemory | undefined;
  readonly cachesOf?: CachesByTarget | undefined;
  readonly maxCalls: number;
  /** Authenticates and counts a request. Rejects where it is refused. */
  readonly admit: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
}

function createContextFactory(options: GraphqlRouteOptions) {
  const { logger, audit, fleet, trustsClientName } = options;
  const dataSourcesOf = createDataSourceFactory(options);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<Context> => {
    const requestLogger = logger.child({ requestId: request.id });
    const targets = await fleet.targets(requestLogger);
    const caller = request.caller ?? callerWithoutScopes;
    const tracker = createDependencyTracker();
    return {
      requestId: request.id,
      logger: requestLogger,
      caller,
      trustedText: request.trustedText,
      dependencies: tracker.dependencies,
      reportCacheable(response: CacheableResponse) {
        request.cacheable = response;
      },
      record: request.record,
      audit,
      partialErrors: new PartialErrors(),
      dataSources: dataSourcesOf({
        targets,
        logger: requestLogger,
        observer: request.record.observer,
        caller,
        callerKey: () => callerKeyOf(request, trustsClientName),
        fresh: /\bno-cache\b/i.test(request.headers['cache-control'] ?? ''),
        abortSignal: clientAbortSignal(reply),
        dependencies: tracker,
      }),
    };
  };
}

/** Invalid JSON is refused by Apollo Server. */
function parsedIfJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** The parameters of a request: its body, or by GET those of its URL, where `extensions` is JSON. */
function parametersOf({ method, body, query }: FastifyRequest): unknown {
  if (method !== 'GET' || !isObject(query)) return body;
  return { ...query, extensions: parsedIfJson(memberOf(query, 'extensions')) };
}

/** Serves GraphQL at /graphql: from the response cache where possible, else by Apollo Server. */
export function registerGraphql(
  app: FastifyInstance,
  apollo: ApolloServer<Context>,
  options: GraphqlRouteOptions,
): void {
  const execute = fastifyApolloHandler(apollo, { context: createContextFactory(options) });
  app.decorateRequest('trustedText', undefined);
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    config: { cachesResponses: true },
    onSend: completeErrorResponse,
    onRequest: options.admit,
    handler(request, reply) {
      const { cachedResponse } = request;
      if (cachedResponse !== undefined) return sendCached(request, reply, cachedResponse);
      const named = namedDocument(parametersOf(request), options);
      if (named.kind === 'refused') return refuse(reply, named.status, named.message, named.code);
      if (named.kind === 'trusted') request.trustedText = named.text;
      return execute.call(app, request, reply);
    },
  });
}
