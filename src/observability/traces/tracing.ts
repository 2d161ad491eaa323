import { DiagLogLevel, diag, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource } from '@opentelemetry/resources';
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
import { gatewayResource } from '../resource.ts';
import { traceResolvers } from './resolver-spans.ts';
import { type CarriesOperation, traceRequests } from './server-spans.ts';

/** The exporters read their endpoint from OpenTelemetry's environment variables. */
const exporters: Readonly<Record<TraceExporter, () => SpanExporter>> = {
  'http/protobuf': () => new ProtobufExporter(),
  'http/json': () => new JsonExporter(),
  console: () => new ConsoleSpanExporter(),
};

const MAX_NAME = 100;

function nameActiveSpan({ name, type, outcome, codes }: OperationDone): void {
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

/** Created when the call has ended, with the start times of the wait and of the call. */
function addCallSpans(tracer: Tracer, call: CallMade): void {
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
      'cloud.account.id': call.account,
      'cloud.region': call.region,
      ...(call.awsRequestId === undefined ? {} : { 'aws.request_id': call.awsRequestId }),
    },
  });
  if (call.outcome !== 'OK') {
    span.setAttribute('error.type', call.outcome).setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(end);
}

const observing = (tracer: Tracer, next: GatewayObserver): GatewayObserver => ({
  ...next,
  operated(operation) {
    nameActiveSpan(operation);
    next.operated(operation);
  },
  called(call) {
    addCallSpans(tracer, call);
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

/** Starts OpenTelemetry, which reads its own variables. Loaded only if tracing is configured. */
export function startTracing(exporter: TraceExporter, version: string, logger: () => Logger) {
  const logAt = (level: 'warn' | 'error') => (message: string) =>
    logger()[level]({ says: message }, 'tracing problem');
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: logAt('error'), warn: logAt('warn'), info: ignore, debug: ignore, verbose: ignore },
    DiagLogLevel.WARN,
  );
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(gatewayResource(version)),
    spanProcessors: [new BatchSpanProcessor(exporters[exporter]())],
  });
  // Registers a context manager for async code and the propagation of W3C trace context.
  provider.register();
  const tracer = provider.getTracer('stagegraph', version);
  return {
    /** Adds spans for requests and their operations. */
    requests: (app: FastifyInstance, carriesOperation: CarriesOperation) =>
      traceRequests(app, tracer, carriesOperation),
    /** Adds spans for resolvers. */
    resolvers: (schema: GraphQLSchema) => traceResolvers(schema, tracer),
    /** Adds spans for calls to AWS and events for cache reads, and calls `next`. */
    observer: (next: GatewayObserver) => observing(tracer, next),
    /** The ids of the active span, for log lines. */
    logFields: (): object => {
      const span = trace.getActiveSpan()?.spanContext();
      return span === undefined
        ? {}
        : { traceId: span.traceId, spanId: span.spanId, traceFlags: span.traceFlags };
    },
    /** Sends the remaining spans. No request depends on them: a failure is logged only. */
    close: () =>
      provider
        .shutdown()
        .catch((error: unknown) => logger().warn({ err: error }, 'the last spans could not be exported')),
  };
}

export type Tracing = ReturnType<typeof startTracing>;
