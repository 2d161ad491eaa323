import type { Resource } from '@opentelemetry/resources';
import { createRenaming, type LineFormat, parseLine } from './log-line.ts';

const ECS_VERSION = '9.4.0';
const NANOSECONDS_PER_MS = 1e6;

const rename = createRenaming({
  requestId: 'http.request.id',
  method: 'http.request.method',
  path: 'url.path',
  status: 'http.response.status_code',
  account: 'cloud.account.id',
  region: 'cloud.region',
  mutation: 'event.action',
  subject: 'user.id',
});
const renameError = createRenaming(
  {
    type: 'error.type',
    message: 'error.message',
    stack: 'error.stack_trace',
  },
  'stagegraph.error',
);

/** The Elastic Common Schema: https://www.elastic.co/docs/reference/ecs */
export function ecsLines({ attributes }: Resource): LineFormat {
  const service = {
    'ecs.version': ECS_VERSION,
    'service.name': attributes['service.name'],
    'service.version': attributes['service.version'],
    'service.environment': attributes['deployment.environment.name'],
  };
  return (line) => {
    const { time, level, message, log, err, span, fields } = parseLine(line);
    const { durationMs, ...others } = fields;
    const entry = {
      '@timestamp': time,
      'log.level': level,
      message,
      ...service,
      'log.logger': log,
      'trace.id': span?.traceId,
      'span.id': span?.spanId,
      'event.duration':
        typeof durationMs === 'number' ? Math.round(durationMs * NANOSECONDS_PER_MS) : undefined,
      ...renameError(err),
      ...rename(others),
    };
    return `${JSON.stringify(entry)}\n`;
  };
}
