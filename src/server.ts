import { fastifyApolloHandler } from '@as-integrations/fastify';
import { fastify, type FastifyError, type FastifyInstance } from 'fastify';
import { createDataSourceFactory, type DataSourceDependencies } from './datasources/index.ts';
import { type ApolloOptions, createApollo } from './http/apollo.ts';
import { hangUpOf } from './http/hang-up.ts';
import { answerRefusal, refuse } from './http/refusals.ts';
import { REQUEST_ID, requestIdOf } from './http/request-id.ts';
import { createRequestRecord, type RequestRecord } from './telemetry/request-record.ts';
import { noObserver } from './upstream/observer.ts';

declare module 'fastify' {
  interface FastifyRequest {
    record: RequestRecord;
  }
}

export interface ServerDependencies extends ApolloOptions {
  readonly dataSources: DataSourceDependencies;
}

/** The gateway as a Fastify instance that listens nowhere yet. It reads no environment: tests start the same one. */
export async function createServer(dependencies: ServerDependencies): Promise<FastifyInstance> {
  const { dataSources, logger } = dependencies;
  const app = fastify({
    genReqId: ({ headers }) => requestIdOf(headers),
    // Connections that idle are closed, so that a stop does not wait for them.
    forceCloseConnections: 'idle',
  });
  const apollo = await createApollo(dependencies);
  const dataSourcesOf = createDataSourceFactory(dataSources);

  app.decorateRequest('record');
  app.addHook('onRequest', (request, reply, done) => {
    request.record = createRequestRecord(noObserver);
    reply.header(REQUEST_ID, request.id);
    // Answers are as old as `observedAt` says; nobody between shall make them older.
    reply.header('cache-control', 'no-store');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method, id: requestId, record } = request;
    const path = request.url.split('?')[0];
    const durationMs = Math.round(reply.elapsedTime);
    const { statusCode: status } = reply;
    logger.info({ requestId, method, path, status, durationMs, ...record.cost() }, 'request');
    done();
  });
  // Fastify has finished the requests by then: no drain plugin, which would close Fastify in turn.
  app.addHook('onClose', () => apollo.stop());

  app.setErrorHandler((error: FastifyError, request, reply) => answerRefusal(error, request, reply, logger));
  app.setNotFoundHandler((_, reply) => refuse(reply, 404, 'There is nothing here: GraphQL is at /graphql.'));
  app.get('/', (_, reply) => reply.redirect('/graphql'));
  app.route({
    url: '/graphql',
    method: ['GET', 'POST', 'OPTIONS'],
    handler: fastifyApolloHandler(apollo, {
      context: (request, reply) => {
        const requestLogger = logger.child({ requestId: request.id });
        return Promise.resolve({
          logger: requestLogger,
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
