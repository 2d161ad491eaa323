import { z } from 'zod';
import { mapOf, stringMap } from './map-of.ts';
import { statusMap } from './status-map.ts';

export const httpMethods = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'ANY'] as const;
/** In the order of AWS's error message. */
export const integrationTypes = ['HTTP', 'MOCK', 'AWS_PROXY', 'HTTP_PROXY', 'AWS'] as const;
export const connectionTypes = ['INTERNET', 'VPC_LINK'] as const;
export const contentHandlings = ['CONVERT_TO_BINARY', 'CONVERT_TO_TEXT'] as const;
export const passthroughBehaviors = ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'] as const;
export const responseTransferModes = ['BUFFERED', 'STREAM'] as const;
export const statusCodePattern = '[1-5]\\d\\d';
/** Of an integration without `timeoutInMillis`. */
export const defaultTimeout = 29_000;

const booleanMap = mapOf(z.boolean());
const statusCode = z.string().regex(new RegExp(`^${statusCodePattern}$`));

const integrationResponse = z.strictObject({
  statusCode,
  selectionPattern: z.string().optional(),
  responseParameters: stringMap.optional(),
  responseTemplates: stringMap.optional(),
  contentHandling: z.enum(contentHandlings).optional(),
});

const integration = z.strictObject({
  type: z.enum(integrationTypes),
  httpMethod: z.string().optional(),
  uri: z.string().optional(),
  connectionType: z.enum(connectionTypes).optional(),
  connectionId: z.string().optional(),
  credentials: z.string().optional(),
  requestParameters: stringMap.optional(),
  requestTemplates: stringMap.optional(),
  passthroughBehavior: z.enum(passthroughBehaviors).default('WHEN_NO_MATCH'),
  contentHandling: z.enum(contentHandlings).optional(),
  timeoutInMillis: z.int().default(defaultTimeout),
  /** The id of the resource by default. */
  cacheNamespace: z.string(),
  cacheKeyParameters: z.array(z.string()).default([]),
  responseTransferMode: z.enum(responseTransferModes).optional(),
  integrationTarget: z.string().optional(),
  tlsConfig: z.strictObject({ insecureSkipVerification: z.boolean().optional() }).optional(),
  /** By status code; absent if there are none. */
  integrationResponses: mapOf(integrationResponse).transform(statusMap).optional(),
});

const methodResponse = z.strictObject({
  statusCode,
  /** Whether the header is required, by name. */
  responseParameters: booleanMap.optional(),
  responseModels: stringMap.optional(),
});

const method = z.strictObject({
  httpMethod: z.enum(httpMethods),
  authorizationType: z.string().default('NONE'),
  authorizerId: z.string().optional(),
  apiKeyRequired: z.boolean().default(false),
  requestValidatorId: z.string().optional(),
  operationName: z.string().optional(),
  /** Whether the parameter is required, by name. */
  requestParameters: booleanMap.optional(),
  requestModels: stringMap.optional(),
  authorizationScopes: z.array(z.string()).optional(),
  /** By status code; absent if there are none. */
  methodResponses: mapOf(methodResponse).transform(statusMap).optional(),
  methodIntegration: integration.optional(),
});

/** The path is not stored: it follows from the path parts of the resource and its ancestors. */
export const resource = z.strictObject({
  id: z.string().min(1),
  /** The root resource has neither a parent nor a path part. */
  parentId: z.string().optional(),
  pathPart: z.string().optional(),
  /** By HTTP method. */
  resourceMethods: mapOf(method).prefault({}),
});

/** The methods at the time of a deployment, by path and HTTP method. */
export const apiSummary = mapOf(
  mapOf(z.strictObject({ authorizationType: z.string(), apiKeyRequired: z.boolean() })),
);

/** Methods, integrations and responses have the shape of the wire. */
export type Resource = z.output<typeof resource>;
export type HttpMethod = (typeof httpMethods)[number];
export type Method = z.output<typeof method>;
export type MethodResponse = z.output<typeof methodResponse>;
export type Integration = z.output<typeof integration>;
export type IntegrationResponse = z.output<typeof integrationResponse>;
export type ApiSummary = z.output<typeof apiSummary>;
