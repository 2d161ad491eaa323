import { DiagLogLevel, diag, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  NodeTracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../../app/logger.ts';
import type { TraceExporter } from '../../config/config.ts';
import { printable } from '../../untrusted/printable.ts';
import type { CallMade } from '../../upstream/calls/observer.ts';
import type { GatewayObserver, OperationDone } from '../observer.ts';
import { traceResolvers } from './resolver-spans.ts';
import { traceRequests } from './server-spans.ts';

export interface Tracing {
  /** Spans of requests and their operations. */
  readonly requests: (app: FastifyInstance) => void;
  /** Spans of resolvers. */
  readonly resolvers: (schema: GraphQLSchema) => GraphQLSchema;
  /** Spans of calls to AWS, and what the stores answered; tells `next` as well. */
  readonly observer: (next: GatewayObserver) => GatewayObserver;
  /** What every line of the log says. */
  readonly logFields: () => object;
  /** Sends what is left. */
  readonly close: () => Promise<void>;
}

/** How each goes out; where to, the exporters read from the environment, as OpenTelemetry has it. */
const exporters: Readonly<Record<TraceExporter, () => SpanExporter>> = {
  'http/protobuf': () => new ProtobufExporter(),
  'http/json': () => new JsonExporter(),
  console: () => new ConsoleSpanExporter(),
};

const MAX_NAME = 100;

/** GraphQL has said what the active span is about. */
function nameOperation({ name, type, outcome, codes }: OperationDone): void {
  const span = trace.getActiveSpan();
  if (span?.isRecording() !== true) return;
  const short = printable(name ?? undefined, MAX_NAME);
  span.updateName(short === undefined ? type : `${type} ${short}`);
  span.setAttributes({ 'graphql.operation.type': type, 'stagegraph.outcome': outcome });
  if (short !== undefined) span.setAttribute('graphql.operation.name', short);
  if (outcome === 'ok') return;
  span.setAttribute('stagegraph.error_codes', [...new Set(codes)]);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Written when the call has ended: it is known by then how long it waited, how long it took and what it brought. */
function spanOfCall(tracer: Tracer, call: CallMade): void {
  const end = Date.now();
  const start = end - call.durationMs;
  if (call.waitedMs >= 1) {
    const attributes = { 'stagegraph.priority': call.priority };
    tracer.startSpan('budget wait', { startTime: start - call.waitedMs, attributes }).end(start);
  }
  const span = tracer.startSpan(`APIGateway.${call.operation}`, {
    kind: SpanKind.CLIENT,
    startTime: start,
    attributes: {
      'rpc.system': 'aws-api',
      'rpc.service': 'APIGateway',
      'rpc.method': call.operation,
      'stagegraph.attempt': call.attempt,
      ...(call.awsRequestId === undefined ? {} : { 'aws.request_id': call.awsRequestId }),
    },
  });
  if (call.outcome !== 'OK') {
    span.setAttribute('error.type', call.outcome).setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(end);
}

const observing =
  (tracer: Tracer) =>
  (next: GatewayObserver): GatewayObserver => ({
    ...next,
    operated(operation) {
      nameOperation(operation);
      next.operated(operation);
    },
    called(call) {
      spanOfCall(tracer, call);
      next.called(call);
    },
    read(read) {
      const { kind, outcome, ageMs } = read;
      const age = ageMs === undefined ? {} : { age_seconds: ageMs / 1000 };
      const span = trace.getActiveSpan();
      if (span?.isRecording() === true) span.addEvent('store read', { kind, outcome, ...age });
      next.read(read);
    },
  });

/** OpenTelemetry, by its own variables. Loaded by those only who ask for it. */
export function startTracing(exporter: TraceExporter, version: string, logger: () => Logger): Tracing {
  const said = (level: 'warn' | 'error') => (message: string) =>
    logger()[level]({ says: message }, 'a problem with tracing');
  const nothing = (): void => undefined;
  diag.setLogger(
    { error: said('error'), warn: said('warn'), info: nothing, debug: nothing, verbose: nothing },
    DiagLogLevel.WARN,
  );
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'stagegraph', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporters[exporter]())],
  });
  // Contexts that follow what is awaited, and the trace context of W3C.
  provider.register();
  const tracer = provider.getTracer('stagegraph', version);
  return {
    requests: (app) => traceRequests(app, tracer),
    resolvers: (schema) => traceResolvers(schema, tracer),
    observer: observing(tracer),
    logFields() {
      const span = trace.getActiveSpan()?.spanContext();
      return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
    },
    // Nobody's request is lost with the last spans.
    close: () =>
      provider
        .shutdown()
        .catch((error: unknown) => logger().warn({ err: error }, 'the last spans could not be sent')),
  };
}
