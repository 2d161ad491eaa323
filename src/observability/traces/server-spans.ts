import {
  type Attributes,
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
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_SERVER_ADDRESS,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { printable } from '../../untrusted/printable.ts';
import { pathOf } from '../../untrusted/request-path.ts';

/** Whether a request has a GraphQL operation. */
export type CarriesOperation = (request: FastifyRequest) => boolean;

/** The spans of one request, and the OpenTelemetry context for its work. */
interface RequestSpans {
  readonly server: Span;
  readonly operation: Span | undefined;
  readonly context: Context;
}

const MAX_TEXT = 200;

/** The methods that the conventions know; clients may invent others. */
const KNOWN_METHODS = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
]);
const methodOf = ({ method }: FastifyRequest): string => (KNOWN_METHODS.has(method) ? method : 'HTTP');

/** Without `url.query`, which can have an operation with values, and without `client.address`, which is personal data. */
function attributesOf(request: FastifyRequest): Attributes {
  const { method, protocol, headers, id, raw, routeOptions } = request;
  const isKnown = KNOWN_METHODS.has(method);
  return {
    [ATTR_HTTP_REQUEST_METHOD]: isKnown ? method : '_OTHER',
    [ATTR_HTTP_REQUEST_METHOD_ORIGINAL]: isKnown ? undefined : method,
    [ATTR_HTTP_ROUTE]: routeOptions.url,
    [ATTR_URL_SCHEME]: protocol,
    [ATTR_URL_PATH]: printable(pathOf(request.url), MAX_TEXT),
    [ATTR_SERVER_ADDRESS]: printable(request.hostname, MAX_TEXT),
    [ATTR_NETWORK_PROTOCOL_VERSION]: raw.httpVersion,
    [ATTR_USER_AGENT_ORIGINAL]: printable(headers['user-agent'], MAX_TEXT),
    'stagegraph.request_id': id,
  };
}

/** Routers get a refusal with the status 200: the operation's span has its code. */
function endOperation(operation: Span, refusedWith: string | undefined): void {
  if (refusedWith !== undefined) {
    operation.setAttribute(ATTR_ERROR_TYPE, refusedWith).setStatus({ code: SpanStatusCode.ERROR });
  }
  operation.end();
}

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
    const server = tracer.startSpan(
      route === undefined ? methodOf(request) : `${methodOf(request)} ${route}`,
      { kind: SpanKind.SERVER, attributes: attributesOf(request) },
      caller,
    );
    const within = trace.setSpan(caller, server);
    // It gets its name when GraphQL has parsed the operation.
    const operation =
      route === '/graphql' && carriesOperation(request)
        ? tracer.startSpan('GraphQL Operation', {}, within)
        : undefined;
    const inner = operation === undefined ? within : trace.setSpan(within, operation);
    spansOf.set(request, { server, operation, context: inner });
    reply.raw.once('close', () => {
      if (reply.raw.writableFinished) return;
      // The operation's span ends when GraphQL has finished: it is not aborted.
      server
        .setAttribute(ATTR_ERROR_TYPE, 'aborted')
        .setStatus({ code: SpanStatusCode.ERROR, message: 'aborted by the client' })
        .end();
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
    if (operation?.isRecording() === true) endOperation(operation, request.record.refusedWith());
    done(null, payload);
  });

  app.addHook('onResponse', (request, reply, done) => {
    done();
    const server = spansOf.get(request)?.server;
    // It has ended already if the client closed the connection.
    if (server?.isRecording() !== true) return;
    const { statusCode } = reply;
    server.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, statusCode);
    if (statusCode >= 500) {
      server.setAttribute(ATTR_ERROR_TYPE, String(statusCode)).setStatus({ code: SpanStatusCode.ERROR });
    }
    server.end();
  });
}
