import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import {
  ATTR_AWS_REQUEST_ID,
  ATTR_CLOUD_ACCOUNT_ID,
  ATTR_CLOUD_REGION,
  ATTR_ERROR_TYPE,
  ATTR_RPC_METHOD,
  ATTR_RPC_SERVICE,
  ATTR_RPC_SYSTEM,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions/incubating';
import type { CallMade } from '../../upstream/calls/observer.ts';

const SERVICE = 'APIGateway';

/** The span of an attempt at a call to AWS, and of its wait. Created when it has ended, with their start times. */
export function addCallSpans(tracer: Tracer, call: CallMade): void {
  const end = Date.now();
  const start = end - call.durationMs;
  if (call.waitedMs >= 1) {
    const attributes = { 'stagegraph.priority': call.priority };
    tracer.startSpan('budget wait', { startTime: start - call.waitedMs, attributes }).end(start);
  }
  const span = tracer.startSpan(`${SERVICE}.${call.operation}`, {
    kind: SpanKind.CLIENT,
    startTime: start,
    attributes: {
      // The conventions for AWS SDKs still have these three, while those for RPC have replaced two of them.
      [ATTR_RPC_SYSTEM]: 'aws-api',
      [ATTR_RPC_SERVICE]: SERVICE,
      [ATTR_RPC_METHOD]: call.operation,
      [ATTR_CLOUD_ACCOUNT_ID]: call.account,
      [ATTR_CLOUD_REGION]: call.region,
      [ATTR_AWS_REQUEST_ID]: call.awsRequestId,
      [ATTR_SERVER_ADDRESS]: call.server?.host,
      [ATTR_SERVER_PORT]: call.server?.port,
      'stagegraph.attempt': call.attempt,
    },
  });
  if (call.outcome !== 'OK') {
    span.setAttribute(ATTR_ERROR_TYPE, call.outcome).setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(end);
}
