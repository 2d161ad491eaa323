import { z } from 'zod';
import { endpoint, manual, port } from './formats.ts';

const otlpProtocol = z.enum(['http/protobuf', 'http/json'], {
  error: 'must be http/protobuf or http/json',
});

/** Metrics and traces, and the format of the log. */
export const telemetry = {
  METRICS_PORT: port.optional().register(manual, {
    otherwise: 'no metrics',
    meaning:
      'Separate port on `HOST` that serves Prometheus metrics at `/metrics`; for example `9464` ' +
      '([operations](operations.md#metrics)). It has no authentication: do not expose it publicly.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.optional().register(manual, {
    otherwise: 'no traces',
    meaning:
      'Base URL of the OTLP receiver for traces, for example `http://collector:4318`; `/v1/traces` is ' +
      "appended. OpenTelemetry's other variables for OTLP, sampling, batches and resources apply too.",
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint.optional().register(manual, {
    otherwise: 'no traces',
    meaning:
      'Complete URL for traces, used as it is; for example `http://collector:4318/v1/traces`. It takes ' +
      'precedence over `OTEL_EXPORTER_OTLP_ENDPOINT`.',
  }),
  OTEL_TRACES_EXPORTER: z
    .enum(['otlp', 'console', 'none'], { error: 'must be otlp, console or none' })
    .optional()
    .register(manual, {
      otherwise: '`otlp` if an endpoint is set',
      meaning:
        'Where traces go: `otlp` (the endpoint above; `http://localhost:4318` if none is set), `console` ' +
        '(standard output) or `none`.',
    }),
  OTEL_EXPORTER_OTLP_PROTOCOL: otlpProtocol.default('http/protobuf').register(manual, {
    meaning:
      'Encoding of OTLP over HTTP. gRPC is not supported; its port is usually 4317, that of HTTP 4318.',
  }),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: otlpProtocol.optional().register(manual, {
    otherwise: '`OTEL_EXPORTER_OTLP_PROTOCOL`',
    meaning: 'The same, for traces only.',
  }),
  OTEL_SDK_DISABLED: z
    .string()
    .transform((value) => value.toLowerCase() === 'true')
    .prefault('false')
    .register(manual, {
      meaning: '`true` disables traces, whatever the other variables say. Any other value has no effect.',
    }),
  LOG_FORMAT: z
    .enum(['json', 'pretty'], { error: 'must be json or pretty' })
    .optional()
    .register(manual, {
      otherwise: '`pretty` in a terminal, else `json`',
      meaning:
        'Format of the log on standard output: `json` (one object per line) or `pretty` (for reading in a ' +
        'terminal).',
    }),
};

export const logs = {
  AUDIT_LOG: z
    .string()
    .optional()
    .register(manual, {
      otherwise: 'standard output',
      meaning:
        'Path of a file to which one JSON line is appended for every mutation ' +
        '([security](security.md#what-was-done)), regardless of `LOG_LEVEL`. While the file cannot be written, ' +
        'mutations are refused with `AUDIT_UNAVAILABLE`.',
    }),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be debug, info, warn, error or silent',
    })
    .default('info')
    .register(manual, {
      meaning:
        'Lowest level that is logged. `debug` adds probes; `silent` logs nothing. The audit log is not ' +
        'affected.',
    }),
};
