import { fastifyApolloHandler } from '@as-integrations/fastify';
import { fastify, type FastifyError, type FastifyInstance } from 'fastify';
import { createDataSourceFactory, type DataSourceDependencies } from './datasources/index.ts';
import { registerExplorer, type ExplorerPage } from './explorer/index.ts';
import { type ApolloOptions, createApollo } from './http/apollo.ts';
import { allowOrigins } from './http/cors.ts';
import { hangUpOf } from './http/hang-up.ts';
import { answerProbes } from './http/health.ts';
import { type OverloadLimits, shedLoad } from './http/overload.ts';
import { answerRefusal, refuse } from './http/refusals.ts';
import { REQUEST_ID, requestIdOf } from './http/request-id.ts';
import { logRequests } from './http/request-log.ts';
import type { Readiness } from './readiness.ts';
import { type GatewayObserver, noGatewayObserver } from './telemetry/observer.ts';

export interface ServerDependencies extends ApolloOptions {
  readonly dataSources: DataSourceDependencies;
  /** Told what the gateway does. */
  readonly observer?: GatewayObserver | undefined;
  /** Begins and ends the spans of requests, where somebody wants traces. */
  readonly traceRequests?: ((app: FastifyInstance) => void) | undefined;
  readonly readiness: Readiness;
  readonly overload: OverloadLimits;
  /** The page that a browser gets at /graphql. */
  readonly explorer: ExplorerPage | 'off';
  /** Where the page's files are; by default where the build puts them. */
  readonly explorerPages?: URL | undefined;
  /** Origins whose pages may send operations from a browser. */
  readonly corsOrigins: readonly string[];
}

/** The gateway as a Fastify instance that listens nowhere yet. It reads no environment: tests start the same one. */
export async function createServer(dependencies: ServerDependencies): Promise<FastifyInstance> {
  const { dataSources, logger, readiness, overload, observer = noGatewayObserver } = dependencies;
  const { explorer, explorerPages, corsOrigins } = dependencies;
  const app = fastify({
    genReqId: ({ headers }) => requestIdOf(headers),
    // Connections that idle are closed, so that a stop does not wait for them.
    forceCloseConnections: 'idle',
    // What has come in is served, to the end.
    return503OnClosing: false,
  });
  const apollo = await createApollo(dependencies);
  const dataSourcesOf = createDataSourceFactory(dataSources);

  dependencies.traceRequests?.(app);
  logRequests(app, logger, observer);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID, request.id);
    // Answers are as old as `observedAt` says; nobody between shall make them older.
    reply.header('cache-control', 'no-store');
    done();
  });
  await allowOrigins(app, corsOrigins);
  answerProbes(app, readiness);
  await shedLoad(app, overload, observer);
  if (explorer !== 'off') registerExplorer(app, explorer, explorerPages);
  // Fastify has finished the requests by then: no drain plugin, which would close Fastify in turn.
  app.addHook('onClose', () => apollo.stop());

  app.setErrorHandler((error: FastifyError, request, reply) => answerRefusal(error, request, reply, logger));
  app.setNotFoundHandler((_, reply) => refuse(reply, 404, 'There is nothing here: GraphQL is at /graphql.'));
  app.get('/', (_, reply) => reply.redirect('/graphql'));
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    handler: fastifyApolloHandler(apollo, {
      context: (request, reply) => {
        const requestLogger = logger.child({ requestId: request.id });
        return Promise.resolve({
          logger: requestLogger,
          record: request.record,
          dataSources: dataSourcesOf({
            logger: requestLogger,
            observer: request.record.observer,
            fresh: /\bno-cache\b/i.test(request.headers['cache-control'] ?? ''),
            signal: hangUpOf(reply),
          }),
        });
      },
    }),
  });
  return app;
}
