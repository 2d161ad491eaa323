import { z } from 'zod';
import { account, clientCertificate } from './account.ts';
import { documentationPart } from './documentation-part.ts';
import { mapOf, stringMap } from './map-of.ts';
import { apiSummary, resource, type Resource } from './resource.ts';

const stateVersion = 2 as const;
const epochSeconds = z.number().nonnegative();

export const cacheClusterSizes = ['0.5', '1.6', '6.1', '13.5', '28.4', '58.2', '118', '237'] as const;
export const loggingLevels = ['OFF', 'ERROR', 'INFO'] as const;
export const cacheControlStrategies = [
  'FAIL_WITH_403',
  'SUCCEED_WITH_RESPONSE_HEADER',
  'SUCCEED_WITHOUT_RESPONSE_HEADER',
] as const;

const methodSetting = z.strictObject({
  metricsEnabled: z.boolean(),
  loggingLevel: z.enum(loggingLevels).optional(),
  dataTraceEnabled: z.boolean(),
  throttlingBurstLimit: z.int(),
  throttlingRateLimit: z.number(),
  cachingEnabled: z.boolean(),
  cacheTtlInSeconds: z.int().min(0).max(3600),
  cacheDataEncrypted: z.boolean(),
  requireAuthorizationForCacheControl: z.boolean(),
  unauthorizedCacheControlHeaderStrategy: z.enum(cacheControlStrategies),
});

const canarySettings = z.strictObject({
  percentTraffic: z.number().min(0).max(100),
  deploymentId: z.string(),
  stageVariableOverrides: stringMap.optional(),
  useStageCache: z.boolean(),
});

const accessLogSettings = z.strictObject({
  destinationArn: z.string().optional(),
  format: z.string().optional(),
});

const stageMembers = z.strictObject({
  stageName: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  deploymentId: z.string(),
  description: z.string().optional(),
  clientCertificateId: z.string().optional(),
  cacheClusterEnabled: z.boolean().default(false),
  cacheClusterSize: z.enum(cacheClusterSizes).optional(),
  cacheClusterStatus: z
    .enum(['CREATE_IN_PROGRESS', 'AVAILABLE', 'DELETE_IN_PROGRESS', 'NOT_AVAILABLE', 'FLUSH_IN_PROGRESS'])
    .optional(),
  /** Epoch milliseconds at which an IN_PROGRESS status ends. Not a member of AWS's Stage. */
  cacheClusterSettlesAt: z.number().optional(),
  methodSettings: mapOf(methodSetting).prefault({}),
  variables: stringMap.optional(),
  documentationVersion: z.string().optional(),
  accessLogSettings: accessLogSettings.optional(),
  canarySettings: canarySettings.optional(),
  tracingEnabled: z.boolean().default(false),
  webAclArn: z.string().optional(),
  tags: stringMap.optional(),
  createdDate: epochSeconds,
  lastUpdatedDate: epochSeconds,
});

/** `cacheClusterEnabled` alone gives the smallest cluster, AVAILABLE (docs/stage-api.md §8). */
const stage = stageMembers.transform(({ cacheClusterSize, cacheClusterStatus, ...rest }) => ({
  ...rest,
  cacheClusterSize: rest.cacheClusterEnabled ? (cacheClusterSize ?? '0.5') : cacheClusterSize,
  cacheClusterStatus: cacheClusterStatus ?? (rest.cacheClusterEnabled ? 'AVAILABLE' : 'NOT_AVAILABLE'),
}));

const deployment = z.strictObject({
  id: z.string().min(1),
  description: z.string().optional(),
  createdDate: epochSeconds,
  apiSummary: apiSummary.prefault({}),
});

const documentationVersion = z.strictObject({
  version: z.string().min(1),
  createdDate: epochSeconds,
  description: z.string().optional(),
});

export const rootResource = (id: string): Resource => ({ id, resourceMethods: {} });

export const apiKeySources = ['HEADER', 'AUTHORIZER'] as const;
export const ipAddressTypes = ['ipv4', 'dualstack'] as const;
/** In the order of AWS's error message. */
export const endpointTypes = ['PRIVATE', 'EDGE', 'REGIONAL'] as const;

/** The maximum of `minimumCompressionSize`: 10 MB, the payload limit. */
export const maxCompressionSize = 10_485_760;

const restApiMembers = z.strictObject({
  id: z.string().min(1),
  name: z.string(),
  description: z.string().optional(),
  createdDate: epochSeconds,
  version: z.string().optional(),
  binaryMediaTypes: z.array(z.string()).optional(),
  minimumCompressionSize: z.int().min(0).max(maxCompressionSize).optional(),
  apiKeySource: z.enum(apiKeySources).default('HEADER'),
  endpointConfiguration: z
    .strictObject({
      ipAddressType: z.enum(ipAddressTypes),
      types: z.array(z.enum(endpointTypes)),
      vpcEndpointIds: z.array(z.string()).optional(),
    })
    .prefault({ ipAddressType: 'ipv4', types: ['EDGE'] }),
  policy: z.string().optional(),
  tags: stringMap.optional(),
  disableExecuteApiEndpoint: z.boolean().default(false),
  securityPolicy: z.string().optional(),
  endpointAccessMode: z.string().optional(),
  rootResourceId: z.string(),
  resources: z.array(resource).optional(),
  deployments: z.array(deployment).default([]),
  documentationParts: z.array(documentationPart).default([]),
  documentationVersions: z.array(documentationVersion).default([]),
  stages: z.array(stage).default([]),
});

/** An API without resources, also of a file of version 1, gets its root resource. */
const restApi = restApiMembers.transform(({ resources, ...rest }) => ({
  ...rest,
  resources: resources ?? [rootResource(rest.rootResourceId)],
}));

/** The format of a state file; version 1 had no resources and is read as version 2. Members have the names and types of the wire. */
export const stateSchema = z.strictObject({
  format: z.literal('embedded-stage-api'),
  version: z.literal([1, 2]).transform(() => stateVersion),
  account: account.prefault({}),
  clientCertificates: z.array(clientCertificate).default([]),
  restApis: z.array(restApi),
});

export type State = z.output<typeof stateSchema>;
/** A state in which members with a default are optional. */
export type StateInput = z.input<typeof stateSchema>;

/** A new account, without REST APIs. */
export const emptyState: StateInput = { format: 'embedded-stage-api', version: stateVersion, restApis: [] };

export type RestApiState = State['restApis'][number];
export type Stage = z.output<typeof stage>;
export type CacheClusterStatus = Stage['cacheClusterStatus'];
export type MethodSetting = z.output<typeof methodSetting>;
export type CanarySettings = z.output<typeof canarySettings>;
export type Deployment = z.output<typeof deployment>;
export type DocumentationVersion = z.output<typeof documentationVersion>;

/** The values of a new entry; `loggingLevel` is absent until it is set (§5). */
export const defaultMethodSetting: MethodSetting = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
};
