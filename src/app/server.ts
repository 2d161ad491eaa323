import { fastifyApolloHandler } from '@as-integrations/fastify';
import { fastify, type FastifyError, type FastifyInstance } from 'fastify';
import { type Authenticate, createAuthenticate, type AuthenticationError } from '../auth/authenticate.ts';
import { nobody } from '../auth/caller.ts';
import { createDependencyTracker } from '../cache/dependencies.ts';
import { createDataSourceFactory, type DataSourceDependencies } from '../datasources/index.ts';
import { registerExplorer, type ExplorerPage } from '../explorer/index.ts';
import { type ApolloOptions, createApollo } from '../graphql/apollo.ts';
import { allExecutionCaches, plansOnly } from '../graphql/execution-caches.ts';
import { defaultLimits, type Limits } from '../graphql/limits/limits.ts';
import { sendCacheControl } from '../graphql/response-cache/cache-control.ts';
import type { CacheableResponse } from '../graphql/response-cache/cacheable-responses.ts';
import { cacheResponses, sendCached } from '../graphql/response-cache/cached-responses.ts';
import { admission, admitRoutersOnly } from '../http/access/admission.ts';
import { allowOrigins } from '../http/access/cors.ts';
import { answerProbes, isProbe } from '../http/access/health.ts';
import { createHostCheck, type HostRules } from '../http/access/hosts.ts';
import { type OverloadLimits, shedLoad } from '../http/access/overload.ts';
import { callerKeyOf, limitRate } from '../http/access/rate-limit.ts';
import { clientAbortSignal } from '../http/connections/client-abort.ts';
import { endConnections } from '../http/connections/end-connections.ts';
import { endSlowClients } from '../http/connections/slow-clients.ts';
import { takeJsonOnly } from '../http/messages/json-body.ts';
import { refuseUnreadable } from '../http/messages/malformed-request.ts';
import { answerRefusal, refuse, refuseUnknown } from '../http/messages/refusals.ts';
import { nameRefusals, REQUEST_ID, requestIdOf } from '../http/messages/request-id.ts';
import { logRequests } from '../http/messages/request-log.ts';
import type { AuditLog } from '../observability/audit/audit-log.ts';
import { type GatewayObserver, noGatewayObserver } from '../observability/observer.ts';
import type { Readiness } from './readiness.ts';

export interface ServerDependencies extends Omit<ApolloOptions, 'limits' | 'traces'> {
  /** Told of every change, before the client is. */
  readonly audit: AuditLog;
  readonly dataSources: Omit<DataSourceDependencies, 'maxCalls'>;
  /** Told what the gateway does. */
  readonly observer?: GatewayObserver | undefined;
  /** Begins and ends the spans of requests, where somebody wants traces. */
  readonly traceRequests?: ((app: FastifyInstance) => void) | undefined;
  readonly readiness: Readiness;
  readonly overload: OverloadLimits;
  /** How long a client may take for its body, and to take an answer, beside a time by the number of bytes. */
  readonly clientTimeoutMs?: number | undefined;
  /** The page that a browser gets at /graphql. */
  readonly explorer: ExplorerPage | 'off';
  /** Where the page's files are; by default where the build puts them. */
  readonly explorerPages?: URL | undefined;
  /** Origins whose pages may send operations from a browser. */
  readonly corsOrigins: readonly string[];
  /** Values of `Host` that are answered beside loopback names and IP addresses; undefined: any, and from any page. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Finds out who sends a request; everybody may do everything where it is left out. */
  readonly authenticate?: Authenticate | undefined;
  /** With secrets, only routers that know one are answered. */
  readonly routerSecrets?: readonly string[];
  /** Requests a minute of one caller; undefined: any number. */
  readonly rateLimit?: number | undefined;
  readonly limits?: Limits;
  /** Proxies whose word on the client's address is believed, as Fastify's `trustProxy` takes it. */
  readonly trustProxy?: string | undefined;
}

/** For a request's head; for the body there is `clientTimeoutMs`. */
const REQUEST_TIMEOUT_MS = 60_000;
const CLIENT_TIMEOUT_MS = 10_000;

const hostRules = ({ allowedHosts, corsOrigins }: ServerDependencies): HostRules | undefined =>
  allowedHosts === undefined ? undefined : { allowedHosts, allowedOrigins: corsOrigins };

/** The gateway as a Fastify instance that listens nowhere yet. It reads no environment: tests start the same one. */
export async function createServer(dependencies: ServerDependencies): Promise<FastifyInstance> {
  const { dataSources, logger, readiness, overload, observer = noGatewayObserver } = dependencies;
  const { explorer, explorerPages, corsOrigins } = dependencies;
  const {
    limits = defaultLimits,
    rateLimit,
    routerSecrets = [],
    clientTimeoutMs = CLIENT_TIMEOUT_MS,
  } = dependencies;
  const { executionCaches: wanted = allExecutionCaches } = dependencies;
  const executionCaches = dataSources.cache.ttlMs > 0 ? wanted : plansOnly(wanted);
  const app = fastify({
    genReqId: ({ headers }) => requestIdOf(headers),
    // Node refuses a missing one with an empty answer.
    http: { requireHostHeader: false },
    // What has come in is served, to the end.
    return503OnClosing: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: dependencies.trustProxy ?? false,
    ...refuseUnreadable(logger, observer),
  });
  app.decorateRequest('cacheable', undefined);
  takeJsonOnly(
    app,
    executionCaches.responses ? cacheResponses(app, ({ caller }) => caller?.rights) : undefined,
  );
  const apollo = await createApollo({
    ...dependencies,
    executionCaches,
    limits,
    traces: routerSecrets.length > 0,
  });
  const dataSourcesOf = createDataSourceFactory({ ...dataSources, maxCalls: limits.upstreamCalls });

  if (dependencies.cacheHints === true) {
    sendCacheControl(app, { ttlMs: dataSources.cache.ttlMs, behindRouter: routerSecrets.length > 0 });
  }
  dependencies.traceRequests?.(app);
  logRequests(app, logger, observer);
  const hostRefusalOf = createHostCheck(hostRules(dependencies));
  app.decorateRequest('caller', null);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID, request.id);
    // Answers are as old as `observedAt` says; nobody between shall make them older, unless that was asked for.
    reply.header('cache-control', 'no-store');
    const refusal = hostRefusalOf(request.raw);
    // Balancers that speak HTTP/1.0 name no host, and a probe tells a web page nothing.
    if (refusal === undefined || (refusal.status === 400 && isProbe(request))) done();
    else refuse(reply, refusal.status, refusal.message);
  });
  admitRoutersOnly(app, routerSecrets);
  await allowOrigins(app, corsOrigins);
  answerProbes(app, readiness);
  const connectionsEnd = endConnections(app);
  const trustsClientName = routerSecrets.length > 0;
  endSlowClients(app, clientTimeoutMs, logger);
  await shedLoad(app, { ...overload, trustsClientName }, observer);
  if (explorer !== 'off') registerExplorer(app, explorer, explorerPages);
  // Its requests are finished by then: no drain plugin, which would close Fastify in turn.
  app.addHook('onClose', async () => {
    await connectionsEnd();
    await apollo.stop();
  });
  const countRequest =
    rateLimit === undefined ? undefined : await limitRate(app, { perMinute: rateLimit, trustsClientName });

  refuseUnknown(app);
  app.setErrorHandler((error: FastifyError | AuthenticationError, request, reply) =>
    answerRefusal(error, request, reply, { logger, limits }),
  );
  app.get('/', (_, reply) => reply.redirect('/graphql'));
  const answerByGraphql = fastifyApolloHandler(apollo, {
    context: (request, reply) => {
      const requestLogger = logger.child({ requestId: request.id });
      const caller = request.caller ?? nobody;
      const trail = createDependencyTracker();
      return Promise.resolve({
        requestId: request.id,
        logger: requestLogger,
        caller,
        dependencies: trail.dependencies,
        reportCacheable: (response: CacheableResponse) => {
          request.cacheable = response;
        },
        record: request.record,
        audit: dependencies.audit,
        dataSources: dataSourcesOf({
          logger: requestLogger,
          observer: request.record.observer,
          caller,
          callerKey: () => callerKeyOf(request, routerSecrets.length > 0),
          fresh: /\bno-cache\b/i.test(request.headers['cache-control'] ?? ''),
          abortSignal: clientAbortSignal(reply),
          trail,
        }),
      });
    },
  });
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    config: { cachesResponses: true },
    onSend: nameRefusals,
    onRequest: admission(dependencies.authenticate ?? createAuthenticate(undefined), countRequest),
    handler(request, reply) {
      const { cachedResponse } = request;
      return cachedResponse === undefined
        ? answerByGraphql.call(app, request, reply)
        : sendCached(request, reply, cachedResponse);
    },
  });
  return app;
}
