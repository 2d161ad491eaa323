import { DiagLogLevel, diag, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { defaultResource } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import {
  ATTR_ERROR_TYPE,
  ATTR_GRAPHQL_OPERATION_NAME,
  ATTR_GRAPHQL_OPERATION_TYPE,
} from '@opentelemetry/semantic-conventions/incubating';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../../app/logger.ts';
import type { TraceExporter } from '../../config/config.ts';
import { printable } from '../../untrusted/printable.ts';
import type { GatewayObserver, OperationDone } from '../observer.ts';
import { gatewayResource } from '../resource.ts';
import { addCallSpans } from './call-spans.ts';
import { createExporter } from './exporters.ts';
import { traceResolvers } from './resolver-spans.ts';
import { type CarriesOperation, traceRequests } from './server-spans.ts';

const MAX_NAME = 100;

/** The client chooses the operation's name: the span's name, which back ends count by, must not have it. */
function describeOperation({ name, type, outcome, codes }: OperationDone): void {
  const span = trace.getActiveSpan();
  if (span?.isRecording() !== true) return;
  span.setAttribute('stagegraph.outcome', outcome);
  if (type !== 'unknown') {
    span.updateName(type).setAttributes({
      [ATTR_GRAPHQL_OPERATION_TYPE]: type,
      [ATTR_GRAPHQL_OPERATION_NAME]: printable(name, MAX_NAME),
    });
  }
  if (outcome === 'ok') return;
  span.setAttributes({ [ATTR_ERROR_TYPE]: codes[0], 'stagegraph.error_codes': [...new Set(codes)] });
  span.setStatus({ code: SpanStatusCode.ERROR });
}

const observing = (tracer: Tracer, next: GatewayObserver): GatewayObserver => ({
  ...next,
  operated(operation) {
    describeOperation(operation);
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
    if (span?.isRecording() === true) span.addEvent('cache read', { kind, outcome, ...age });
    next.read(read);
  },
});

/** Starts OpenTelemetry, which reads its own variables. Loaded only if tracing is configured. */
export async function startTracing(exporter: TraceExporter, version: string, logger: () => Logger) {
  const logAt = (level: 'warn' | 'error') => (message: string) =>
    logger()[level]({ says: message }, 'tracing problem');
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: logAt('error'), warn: logAt('warn'), info: ignore, debug: ignore, verbose: ignore },
    DiagLogLevel.WARN,
  );
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(gatewayResource(version)),
    spanProcessors: [new BatchSpanProcessor(await createExporter(exporter))],
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

export type Tracing = Awaited<ReturnType<typeof startTracing>>;
