import { fastify, type FastifyInstance } from 'fastify';
import { type Authenticate, createAuthenticate } from '../auth/authenticate.ts';
import type { Config } from '../config/config.ts';
import { registerConsole } from '../console/serve-console.ts';
import type { CachesByTarget } from '../datasources/caches-by-target.ts';
import type { StageMemory } from '../datasources/memory/stage-memory.ts';
import { explainEndpoint, registerExplorer } from '../explorer/serve-pages.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { type ApolloOptions, createApollo } from '../graphql/apollo.ts';
import { allExecutionCaches, plansOnly } from '../graphql/execution-caches.ts';
import { defaultLimits, tooLarge } from '../graphql/limits/limits.ts';
import {
  createTrustedDocuments,
  type TrustedDocuments,
} from '../graphql/persisted-documents/trusted-documents.ts';
import { sendCacheControl } from '../graphql/response-cache/cache-control.ts';
import { cacheResponses } from '../graphql/response-cache/cached-responses.ts';
import { admission, carriesOperation, requireRouterSecret } from '../http/access/admission.ts';
import { allowOrigins } from '../http/access/cors.ts';
import { registerProbes } from '../http/access/health.ts';
import { checkHost } from '../http/access/hosts.ts';
import type { OriginRule } from '../http/access/origins.ts';
import { type OverloadLimits, shedLoad } from '../http/access/overload.ts';
import { limitRate } from '../http/access/rate-limit.ts';
import { createRefusedOriginLog } from '../http/access/refused-origins.ts';
import { type AwsEvents, registerAwsEvents } from '../http/aws-events.ts';
import { endConnections } from '../http/connections/end-connections.ts';
import { endSlowClients } from '../http/connections/slow-clients.ts';
import { createErrorHandler } from '../http/error-handler.ts';
import { acceptOnlyJson } from '../http/messages/json-body.ts';
import { refuseMalformedRequests } from '../http/messages/malformed-request.ts';
import { REQUEST_ID, requestIdOf } from '../http/messages/request-id.ts';
import { logRequests } from '../http/messages/request-log.ts';
import type { PageLink } from '../http/pages/notice.ts';
import { refuseUnknownRoutes } from '../http/unknown-routes.ts';
import type { AuditLog } from '../observability/audit/audit-log.ts';
import { type GatewayObserver, noGatewayObserver } from '../observability/observer.ts';
import type { Tracing } from '../observability/traces/tracing.ts';
import { registerGraphql } from './graphql-route.ts';
import type { Readiness } from './readiness.ts';

const noSecrets = (): readonly string[] => [];

/** Settings by the names of the configuration, where tests may omit most, and what serves all requests. */
export interface ServerDependencies
  extends
    Omit<ApolloOptions, 'limits' | 'traces'>,
    Pick<Config, 'explorer'>,
    Partial<Pick<Config, 'console' | 'limits' | 'rateLimit' | 'trustProxy' | 'trustedDocumentsOnly'>> {
  /** Those of trusted routers now; without any, or undefined at the start: no router is needed. */
  readonly routerSecrets?: (() => readonly string[]) | undefined;
  /** Gets every change before the client gets its response. */
  readonly audit: AuditLog;
  readonly fleet: Fleet;
  /** Undefined: the gateway remembers nothing. */
  readonly memory?: StageMemory | undefined;
  readonly cachesOf?: CachesByTarget | undefined;
  /** Undefined: events are not taken. */
  readonly awsEvents?: AwsEvents | undefined;
  /** None by default. */
  readonly documents?: TrustedDocuments | undefined;
  readonly observer?: GatewayObserver | undefined;
  /** Adds hooks that start and end the spans of requests; undefined: no tracing. */
  readonly traceRequests?: Tracing['requests'] | undefined;
  readonly readiness: Readiness;
  readonly overload: OverloadLimits;
  /** How long a client may take to send a body, and to receive a response, plus time for their sizes. */
  readonly clientTimeoutMs?: number | undefined;
  /** Where the files of the pages are; by default where the build puts them. */
  readonly explorerPages?: URL | undefined;
  readonly consolePages?: URL | undefined;
  /** Origins whose pages may send operations from a browser. */
  readonly corsOrigins: readonly OriginRule[];
  /** Accepted values of `Host` besides loopback names and IP addresses; undefined: any host and any origin. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Undefined: no authentication, every caller has every permission. */
  readonly authenticate?: Authenticate | undefined;
}

/** For a request's head; for the body there is `clientTimeoutMs`. */
const REQUEST_TIMEOUT_MS = 60_000;
const CLIENT_TIMEOUT_MS = 10_000;

function createApp(
  { logger, trustProxy, limits = defaultLimits }: ServerDependencies,
  observer: GatewayObserver,
): FastifyInstance {
  return fastify({
    genReqId: ({ headers }) => requestIdOf(headers),
    // Node would answer a missing Host header with an empty response.
    http: { requireHostHeader: false },
    // Requests that arrive during the shutdown are answered.
    return503OnClosing: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: trustProxy ?? false,
    ...refuseMalformedRequests(logger, observer),
  });
}

/** Routers, which have shown their secret, write documents of their own. */
const isTrustedOnly = ({
  trustedDocumentsOnly = false,
  routerSecrets = noSecrets,
}: ServerDependencies): boolean => trustedDocumentsOnly && routerSecrets().length === 0;

/** The pages to which the notice at an unknown address links. */
const pagesOf = ({ console = false, explorer }: ServerDependencies): readonly PageLink[] => [
  ...(console ? [{ path: '/', title: 'The console: stages and their changes' }] : []),
  ...(explorer === 'off' ? [] : [{ path: '/graphql', title: 'The page to write GraphQL operations' }]),
];

/** Everything that runs before GraphQL. The order is that in which Fastify runs the hooks. */
async function registerHooks(
  app: FastifyInstance,
  dependencies: ServerDependencies,
  observer: GatewayObserver,
): Promise<void> {
  const { logger, routerSecrets = noSecrets, explorer, clientTimeoutMs = CLIENT_TIMEOUT_MS } = dependencies;
  const { allowedHosts, corsOrigins } = dependencies;
  const trustsClientName = routerSecrets().length > 0;
  dependencies.traceRequests?.(app, carriesOperation);
  logRequests(app, logger, observer);
  app.decorateRequest('caller', null);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID, request.id);
    // Overridden by CACHE_HINTS. Otherwise no cache may make a response older than `observedAt` says.
    reply.header('cache-control', 'no-store');
    done();
  });
  const onRefusedOrigin = createRefusedOriginLog(logger);
  checkHost(
    app,
    allowedHosts === undefined ? undefined : { allowedHosts, allowedOrigins: corsOrigins, onRefusedOrigin },
  );
  requireRouterSecret(app, routerSecrets);
  await allowOrigins(app, corsOrigins, onRefusedOrigin);
  registerProbes(app, dependencies.readiness);
  endSlowClients(app, clientTimeoutMs, logger);
  await shedLoad(app, { ...dependencies.overload, trustsClientName }, observer);
  if (explorer === 'off') explainEndpoint(app, pagesOf(dependencies));
  else {
    const trustedOnly = isTrustedOnly(dependencies);
    registerExplorer(app, {
      page: explorer,
      trustedOnly,
      console: dependencies.console === true,
      pages: dependencies.explorerPages,
    });
  }
}

/** The gateway as a Fastify instance that does not listen yet. It reads no environment: tests start the same one. */
export async function createServer(dependencies: ServerDependencies): Promise<FastifyInstance> {
  const { fleet, logger, observer = noGatewayObserver } = dependencies;
  const { limits = defaultLimits, rateLimit, routerSecrets = noSecrets } = dependencies;
  const { executionCaches: wanted = allExecutionCaches } = dependencies;
  const executionCaches = fleet.ttlMs > 0 ? wanted : plansOnly(wanted);
  const behindRouter = routerSecrets().length > 0;
  const { documents = createTrustedDocuments() } = dependencies;

  const app = createApp(dependencies, observer);
  app.decorateRequest('cacheable', undefined);
  acceptOnlyJson(
    app,
    executionCaches.responses
      ? cacheResponses(app, ({ caller }) =>
          caller === null
            ? undefined
            : `${fleet.generation()} ${documents.generation()} ${caller.permissions}`,
        )
      : undefined,
  );
  const apollo = await createApollo({ ...dependencies, executionCaches, limits, traces: behindRouter });
  if (dependencies.cacheHints === true) {
    sendCacheControl(app, { ttlMs: fleet.ttlMs, behindRouter });
  }
  const connectionsEnd = endConnections(app);
  await registerHooks(app, dependencies, observer);
  // All requests are finished by then. Apollo's drain plugin would close Fastify again.
  app.addHook('onClose', async () => {
    await connectionsEnd();
    await apollo.stop();
  });
  const countRequest =
    rateLimit === undefined ? undefined : await limitRate(app, rateLimit, { trustsClientName: behindRouter });

  if (dependencies.awsEvents !== undefined) registerAwsEvents(app, dependencies.awsEvents);
  refuseUnknownRoutes(app, pagesOf(dependencies));
  app.setErrorHandler(createErrorHandler(logger, tooLarge('bodyBytes', limits)));
  if (dependencies.console === true) {
    registerConsole(app, { explorer: dependencies.explorer !== 'off', pages: dependencies.consolePages });
  } else app.get('/', (_, reply) => reply.redirect('/graphql'));
  registerGraphql(app, apollo, {
    logger,
    audit: dependencies.audit,
    fleet,
    memory: dependencies.memory,
    cachesOf: dependencies.cachesOf,
    maxCalls: limits.upstreamCalls,
    trustsClientName: behindRouter,
    documents,
    trustedOnly: isTrustedOnly(dependencies),
    admit: admission(dependencies.authenticate ?? createAuthenticate(undefined), countRequest),
  });
  return app;
}
