import {
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';

/** What traces and log lines say of the process: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win. */
export const gatewayResource = (version: string): Resource =>
  resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'stagegraph', [ATTR_SERVICE_VERSION]: version }).merge(
    detectResources({ detectors: [envDetector] }),
  );
