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
import type { FastifyInstance } from 'fastify';
import { carriesOperation } from '../../http/access/admission.ts';
import { printable } from '../../untrusted/printable.ts';

/** The spans of one request, and the context that its work runs in. */
interface RequestSpans {
  readonly server: Span;
  readonly operation: Span | undefined;
  readonly context: Context;
}

const MAX_AGENT = 200;

/** A span for every request that is no probe, part of the caller's trace; beneath it one for its GraphQL operation. */
export function traceRequests(app: FastifyInstance, tracer: Tracer): void {
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
    // Named when it is known what it is.
    const operation =
      route === '/graphql' && carriesOperation(request) ? tracer.startSpan('GraphQL', {}, within) : undefined;
    const inner = operation === undefined ? within : trace.setSpan(within, operation);
    spansOf.set(request, { server, operation, context: inner });
    reply.raw.once('close', () => {
      if (reply.raw.writableFinished) return;
      // The operation has its own end, when GraphQL has finished: what runs is not cut off.
      server.setStatus({ code: SpanStatusCode.ERROR, message: 'given up by the client' }).end();
    });
    context.with(inner, done);
  });

  // The body is read in the context of its connection, which is nobody's.
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
    // A client that hung up has ended it.
    if (server?.isRecording() !== true) return;
    server.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) server.setStatus({ code: SpanStatusCode.ERROR });
    server.end();
  });
}
