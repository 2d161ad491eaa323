import { z } from 'zod';
import { documented, endpoint, oneOf, port } from './formats.ts';

const otlpProtocol = oneOf('http/protobuf', 'http/json', 'grpc');

/** Metrics and traces, and the format of the log. */
export const telemetry = {
  METRICS_PORT: documented(
    port.optional(),
    'Separate port on `HOST` that serves Prometheus metrics at `/metrics`; for example `9464` ' +
      '([operations](operations.md#metrics)). It has no authentication: do not expose it publicly.',
    { otherwise: 'no metrics' },
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: documented(
    endpoint.optional(),
    'Base URL of the OTLP receiver for traces, for example `http://collector:4318`; `/v1/traces` is appended, ' +
      'except for gRPC (`http://collector:4317`). ' +
      "OpenTelemetry's other variables for OTLP, sampling, batches and resources apply too.",
    { otherwise: 'no traces' },
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: documented(
    endpoint.optional(),
    'Complete URL for traces, used as it is; for example `http://collector:4318/v1/traces`. It takes ' +
      'precedence over `OTEL_EXPORTER_OTLP_ENDPOINT`.',
    { otherwise: 'no traces' },
  ),
  OTEL_TRACES_EXPORTER: documented(
    oneOf('otlp', 'console', 'none').optional(),
    'Where traces go: `otlp` (the endpoint above; `http://localhost:4318`, or 4317 for gRPC, if none is set), `console` ' +
      '(standard output) or `none`.',
    { otherwise: '`otlp` if an endpoint is set' },
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: documented(
    otlpProtocol.default('http/protobuf'),
    'How traces are sent: OTLP over HTTP in one of two encodings, or over gRPC, whose port is usually 4317, that of ' +
      'HTTP 4318.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: documented(otlpProtocol.optional(), 'The same, for traces only.', {
    otherwise: '`OTEL_EXPORTER_OTLP_PROTOCOL`',
  }),
  OTEL_SDK_DISABLED: documented(
    z
      .string()
      .transform((value) => value.toLowerCase() === 'true')
      .prefault('false'),
    '`true` disables traces, whatever the other variables say. Any other value has no effect.',
  ),
  LOG_FORMAT: documented(
    oneOf('pretty', 'json', 'ecs', 'otel').optional(),
    'Format of the log on standard output, one object per line: `json`, `ecs` (Elastic Common Schema) or `otel` ' +
      '(OTLP/JSON, for an OpenTelemetry Collector; [logs](operations.md#logs)); or `pretty`, for reading in a terminal.',
    { otherwise: '`pretty` in a terminal, else `json`' },
  ),
};

export const logs = {
  AUDIT_LOG: documented(
    z.string().optional(),
    'Path of a file to which one JSON line is appended for every mutation ' +
      '([security](security.md#what-was-done)), regardless of `LOG_LEVEL`. While the file cannot be written, ' +
      'mutations are refused with `AUDIT_UNAVAILABLE`.',
    { otherwise: 'standard output' },
  ),
  LOG_LEVEL: documented(
    oneOf('debug', 'info', 'warn', 'error', 'silent').default('info'),
    'Lowest level that is logged. `debug` adds probes; `silent` logs nothing. The audit log is not affected.',
  ),
};
