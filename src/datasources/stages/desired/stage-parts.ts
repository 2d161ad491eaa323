import type { StageDefinitionInput, StagePart } from '../../../__generated__/types.ts';

/** The part of a stage that each member of a definition belongs to. A new member does not compile without one. */
export const partOf = {
  deploymentId: 'DEPLOYMENT',
  description: 'DESCRIPTION',
  cacheClusterEnabled: 'CACHE_CLUSTER',
  cacheClusterSize: 'CACHE_CLUSTER',
  methodSettings: 'METHOD_SETTINGS',
  variables: 'VARIABLES',
  documentationVersion: 'DOCUMENTATION_VERSION',
  accessLogSettings: 'ACCESS_LOG_SETTINGS',
  canarySettings: 'CANARY_SETTINGS',
  tracingEnabled: 'TRACING',
  clientCertificateId: 'CLIENT_CERTIFICATE',
  tags: 'TAGS',
} as const satisfies Record<keyof StageDefinitionInput, StagePart>;

/** All parts, in the order of the schema. */
export const allParts: readonly StagePart[] = [...new Set(Object.values(partOf))];
