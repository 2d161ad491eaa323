import { randomUUID } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Context } from './context.ts';
import { createDataSourceFactory, type DataSourceDependencies } from './datasources/index.ts';
import { formatError, unexpectedErrorLog } from './errors.ts';
import type { Logger } from './logger.ts';

export interface ServerDependencies {
  readonly schema: GraphQLSchema;
  readonly dataSources: DataSourceDependencies;
  readonly logger: Logger;
  readonly explorer: 'sandbox' | 'off';
  /** Whether the schema may be asked for; the Sandbox and code generators do. */
  readonly introspection: boolean;
}

const REQUEST_ID = 'x-request-id';
/** What a client may call its request: anything that is safe in a header and a log line. */
const ACCEPTABLE_ID = /^[\w.:/+=-]{1,128}$/;

const requestIdOf = (sent: string | string[] | undefined): string =>
  typeof sent === 'string' && ACCEPTABLE_ID.test(sent) ? sent : randomUUID();

const refuse = (reply: FastifyReply, status: number, message: string): FastifyReply =>
  reply.status(status).send({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });

/** What Fastify refuses before GraphQL sees it, in the shape of a GraphQL answer. */
function answerRefusal(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 500) {
    logger.error({ requestId: request.id, err: error }, 'unexpected error');
    return reply.status(500).send({
      errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
  }
  if (status === 415)
    return refuse(reply, status, 'Send the operation as JSON, with content-type: application/json.');
  if (status === 413) return refuse(reply, status, 'The request is too large.');
  return refuse(
    reply,
    status,
    'The request is not a GraphQL request: its body must be a JSON object with a query.',
  );
}

/** Says when the client has gone without its answer. */
function hangUpOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** The gateway as a Fastify instance that listens nowhere yet. It reads no environment: tests start the same one. */
export async function createServer(dependencies: ServerDependencies): Promise<FastifyInstance> {
  const { schema, dataSources, logger, explorer, introspection } = dependencies;
  const app = fastify({
    genReqId: (request) => requestIdOf(request.headers[REQUEST_ID]),
    // Connections that idle are closed, so that a stop does not wait for them.
    forceCloseConnections: 'idle',
  });
  const apollo = new ApolloServer<Context>({
    schema,
    introspection,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    formatError,
    // A cache of documents by hash, filled by anyone: not before somebody asks for it.
    persistedQueries: false,
    plugins: [
      explorer === 'sandbox'
        ? ApolloServerPluginLandingPageLocalDefault({ footer: false })
        : ApolloServerPluginLandingPageDisabled(),
      unexpectedErrorLog,
      // It looks at every field of every answer, for hints that the schema does not give.
      ApolloServerPluginCacheControlDisabled(),
    ],
    // The process stops on its own signal handlers, which drain first.
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: {
      debug: (message) => logger.debug({}, String(message)),
      info: (message) => logger.info({}, String(message)),
      warn: (message) => logger.warn({}, String(message)),
      error: (message) => logger.error({}, String(message)),
    },
  });
  await apollo.start();
  const dataSourcesOf = createDataSourceFactory(dataSources);

  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID, request.id);
    // Answers are as old as `observedAt` says; nobody between shall make them older.
    reply.header('cache-control', 'no-store');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method, id: requestId } = request;
    const durationMs = Math.round(reply.elapsedTime);
    logger.info(
      { requestId, method, path: request.url.split('?')[0], status: reply.statusCode, durationMs },
      'request',
    );
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
            fresh: /\bno-cache\b/i.test(request.headers['cache-control'] ?? ''),
            signal: hangUpOf(reply),
          }),
        });
      },
    }),
  });
  return app;
}
