import { ConsoleSpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { TraceExporter } from '../../config/config.ts';

/** Each is loaded only if it is used. They read their endpoint from OpenTelemetry's environment variables. */
const exporters: Readonly<Record<TraceExporter, () => Promise<SpanExporter>>> = {
  async grpc() {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-grpc');
    return new OTLPTraceExporter();
  },
  async 'http/protobuf'() {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
    return new OTLPTraceExporter();
  },
  async 'http/json'() {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    return new OTLPTraceExporter();
  },
  console: () => Promise.resolve(new ConsoleSpanExporter()),
};

export const createExporter = (kind: TraceExporter): Promise<SpanExporter> => exporters[kind]();
