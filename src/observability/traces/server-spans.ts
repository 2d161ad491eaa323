import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { printable } from '../../untrusted/printable.ts';

/** Whether a request has a GraphQL operation. */
export type CarriesOperation = (request: FastifyRequest) => boolean;

/** The spans of one request, and the OpenTelemetry context for its work. */
interface RequestSpans {
  readonly server: Span;
  readonly operation: Span | undefined;
  readonly context: Context;
}

const MAX_AGENT = 200;

/** Creates a span for every request except probes, as part of the caller's trace, and a child span for its operation. */
export function traceRequests(
  app: FastifyInstance,
  tracer: Tracer,
  carriesOperation: CarriesOperation,
): void {
  const spansOf = new WeakMap<object, RequestSpans>();

  app.addHook('onRequest', (request, reply, done) => {
    const { url: route, config } = request.routeOptions;
    if (config.probe === true) {
      done();
      return;
    }
    const caller = propagation.extract(ROOT_CONTEXT, request.headers);
    const attributes = {
      'http.request.method': request.method,
      'url.scheme': request.protocol,
      'user_agent.original': printable(request.headers['user-agent'], MAX_AGENT),
      'stagegraph.request_id': request.id,
      ...(route === undefined ? {} : { 'http.route': route }),
    };
    const name = route === undefined ? request.method : `${request.method} ${route}`;
    const server = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, caller);
    const within = trace.setSpan(caller, server);
    // It gets its name when GraphQL has parsed the operation.
    const operation =
      route === '/graphql' && carriesOperation(request) ? tracer.startSpan('GraphQL', {}, within) : undefined;
    const inner = operation === undefined ? within : trace.setSpan(within, operation);
    spansOf.set(request, { server, operation, context: inner });
    reply.raw.once('close', () => {
      if (reply.raw.writableFinished) return;
      // The operation's span ends when GraphQL has finished: it is not aborted.
      server.setStatus({ code: SpanStatusCode.ERROR, message: 'aborted by the client' }).end();
    });
    context.with(inner, done);
  });

  // Node reads the body in the connection's context, which belongs to no request.
  app.addHook('preParsing', (request, _, payload, done) => {
    const spans = spansOf.get(request);
    done(null, spans === undefined ? payload : context.bind(spans.context, payload));
  });

  app.addHook('onSend', (request, _, payload, done) => {
    const operation = spansOf.get(request)?.operation;
    if (operation?.isRecording() === true) operation.end();
    done(null, payload);
  });

  app.addHook('onResponse', (request, reply, done) => {
    done();
    const server = spansOf.get(request)?.server;
    // It has ended already if the client closed the connection.
    if (server?.isRecording() !== true) return;
    server.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) server.setStatus({ code: SpanStatusCode.ERROR });
    server.end();
  });
}
