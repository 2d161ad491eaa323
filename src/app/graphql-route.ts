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
import type { CacheableResponse } from '../graphql/response-cache/cacheable-responses.ts';
import { sendCached } from '../graphql/response-cache/cached-responses.ts';
import { callerKeyOf, type CallerTrust } from '../http/access/rate-limit.ts';
import { clientAbortSignal } from '../http/connections/client-abort.ts';
import { addRequestIdToErrors } from '../http/messages/request-id.ts';
import type { AuditLog } from '../observability/audit/audit-log.ts';
import type { Logger } from './logger.ts';

export interface GraphqlRouteOptions extends CallerTrust {
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

/** Serves GraphQL at /graphql: from the response cache where possible, else by Apollo Server. */
export function registerGraphql(
  app: FastifyInstance,
  apollo: ApolloServer<Context>,
  options: GraphqlRouteOptions,
): void {
  const execute = fastifyApolloHandler(apollo, { context: createContextFactory(options) });
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    config: { cachesResponses: true },
    onSend: addRequestIdToErrors,
    onRequest: options.admit,
    handler(request, reply) {
      const { cachedResponse } = request;
      return cachedResponse === undefined
        ? execute.call(app, request, reply)
        : sendCached(request, reply, cachedResponse);
    },
  });
}
