import { SeverityNumber } from '@opentelemetry/api-logs';
import { JsonLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { Resource } from '@opentelemetry/resources';
import {
  ATTR_AWS_REQUEST_ID,
  ATTR_CLOUD_ACCOUNT_ID,
  ATTR_CLOUD_REGION,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  ATTR_GRAPHQL_OPERATION_NAME,
  ATTR_GRAPHQL_OPERATION_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_URL_PATH,
  ATTR_USER_ID,
} from '@opentelemetry/semantic-conventions/incubating';
import { createRenaming, type LineFormat, parseLine } from './log-line.ts';

const SEVERITIES = new Map([
  ['debug', SeverityNumber.DEBUG],
  ['info', SeverityNumber.INFO],
  ['warn', SeverityNumber.WARN],
  ['error', SeverityNumber.ERROR],
]);
const MS_PER_SECOND = 1000;
const NANOSECONDS_PER_MS = 1e6;

const rename = createRenaming({
  method: ATTR_HTTP_REQUEST_METHOD,
  path: ATTR_URL_PATH,
  status: ATTR_HTTP_RESPONSE_STATUS_CODE,
  operationName: ATTR_GRAPHQL_OPERATION_NAME,
  operationType: ATTR_GRAPHQL_OPERATION_TYPE,
  account: ATTR_CLOUD_ACCOUNT_ID,
  region: ATTR_CLOUD_REGION,
  awsRequestId: ATTR_AWS_REQUEST_ID,
  subject: ATTR_USER_ID,
});
const renameError = createRenaming(
  {
    type: ATTR_EXCEPTION_TYPE,
    message: ATTR_EXCEPTION_MESSAGE,
    stack: ATTR_EXCEPTION_STACKTRACE,
  },
  'stagegraph.error',
);

function highResolution(time: string): [number, number] {
  const ms = Date.parse(time);
  return [Math.floor(ms / MS_PER_SECOND), (ms % MS_PER_SECOND) * NANOSECONDS_PER_MS];
}

/** OTLP/JSON as an OpenTelemetry Collector reads it from files: each line is an export of one log record. */
export function otlpLines(resource: Resource, version: string): LineFormat {
  const decoder = new TextDecoder();
  return (line) => {
    const { time, level, message, log, err, span, fields } = parseLine(line);
    const hrTime = highResolution(time);
    const record = {
      hrTime,
      hrTimeObserved: hrTime,
      severityText: level,
      severityNumber: SEVERITIES.get(level) ?? SeverityNumber.UNSPECIFIED,
      body: message,
      ...(span === undefined ? {} : { spanContext: span }),
      resource,
      instrumentationScope: { name: log === undefined ? 'stagegraph' : `stagegraph.${log}`, version },
      attributes: { ...rename(fields), ...renameError(err) },
      droppedAttributesCount: 0,
    };
    return `${decoder.decode(JsonLogsSerializer.serializeRequest([record]))}\n`;
  };
}
