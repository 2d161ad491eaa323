import type {
  AccessLogSettings,
  CanarySettings,
  Deployment,
  MethodSetting,
  MethodSnapshot,
  RestApi,
  Stage,
} from '@aws-sdk/client-api-gateway';
import { z } from 'zod';
import { isObject, memberOf } from '../../../untrusted/unknown-value.ts';

/** A schema for every member, so that a new one of the SDK does not compile without it. */
type Schemas<Shape> = { readonly [Member in keyof Shape]-?: z.ZodType };

/** The end of the year 9999: a later date is in milliseconds by mistake. */
const MAX_DATE_S = 253_402_300_800;

/** zod skips the key `__proto__`, which is valid in a map of AWS: it is validated under another name. */
const withVisibleProto = (map: unknown): unknown =>
  isObject(map) && Object.hasOwn(map, '__proto__')
    ? Object.fromEntries(
        Object.entries(map).map(([key, value]) => [key === '__proto__' ? '"__proto__"' : key, value]),
      )
    : map;
const mapOf = (value: z.ZodType) => z.preprocess(withVisibleProto, z.record(z.string(), value).nullish());

// AWS omits what is not set, and the SDK treats null alike.
const text = z.string().nullish();
const texts = mapOf(z.string());
const name = z.string().min(1);
const flag = z.boolean().nullish();
const number = z.number().nullish();
const integer = z.int32().nullish();
const date = z.number().min(0).lt(MAX_DATE_S).nullish();

const methodSetting = z.object({
  metricsEnabled: flag,
  loggingLevel: text,
  dataTraceEnabled: flag,
  throttlingBurstLimit: integer,
  throttlingRateLimit: number,
  cachingEnabled: flag,
  cacheTtlInSeconds: integer,
  cacheDataEncrypted: flag,
  requireAuthorizationForCacheControl: flag,
  unauthorizedCacheControlHeaderStrategy: text,
} satisfies Schemas<MethodSetting>);

const canarySettings = z.object({
  percentTraffic: number,
  deploymentId: text,
  stageVariableOverrides: texts,
  useStageCache: flag,
} satisfies Schemas<CanarySettings>);

const accessLogSettings = z.object({
  format: text,
  destinationArn: text,
} satisfies Schemas<AccessLogSettings>);

const stage = z.object({
  stageName: name,
  deploymentId: name,
  description: text,
  clientCertificateId: text,
  cacheClusterEnabled: flag,
  cacheClusterSize: text,
  cacheClusterStatus: text,
  methodSettings: mapOf(methodSetting),
  variables: texts,
  documentationVersion: text,
  accessLogSettings: accessLogSettings.nullish(),
  canarySettings: canarySettings.nullish(),
  tracingEnabled: flag,
  webAclArn: text,
  tags: texts,
  createdDate: date,
  lastUpdatedDate: date,
} satisfies Schemas<Stage>);

const methodSnapshot = z.object({
  authorizationType: text,
  apiKeyRequired: flag,
} satisfies Schemas<MethodSnapshot>);

const deployment = z.object({
  id: name,
  description: text,
  createdDate: date,
  apiSummary: mapOf(mapOf(methodSnapshot)),
} satisfies Schemas<Deployment>);

/** The members that the gateway uses. */
type UsedOfRestApi = Pick<RestApi, 'id' | 'name' | 'description' | 'createdDate' | 'version' | 'tags'>;

const restApi = z.object({
  id: name,
  name: text,
  description: text,
  createdDate: date,
  version: text,
  tags: texts,
} satisfies Schemas<UsedOfRestApi>);

/** On the wire every list is called `item` (stage-api.md, section 1). */
const list = (item: z.ZodType) => z.object({ item: z.array(item), position: text });

/** The response of one operation. */
interface ResponseSchema {
  readonly schema: z.ZodType;
  /** Members that must equal a member of the request: the name in the response, and that in the request. */
  readonly echoes?: Readonly<Record<string, string>>;
}

/** The responses of other operations are empty. */
const responses: Readonly<Record<string, ResponseSchema>> = {
  CreateStage: { schema: stage, echoes: { stageName: 'stageName', deploymentId: 'deploymentId' } },
  GetStage: { schema: stage, echoes: { stageName: 'stageName' } },
  GetStages: { schema: list(stage) },
  UpdateStage: { schema: stage, echoes: { stageName: 'stageName' } },
  CreateDeployment: { schema: deployment },
  GetDeployment: { schema: deployment, echoes: { id: 'deploymentId' } },
  GetDeployments: { schema: list(deployment) },
  GetRestApi: { schema: restApi, echoes: { id: 'restApiId' } },
  GetRestApis: { schema: list(restApi) },
};

const empty = z.strictObject({}).optional();

/**
 * The problem of an operation's response; undefined: it is valid. A success without the requested content does not come
 * from AWS.
 */
export function responseProblem(operation: string, input: object, body: unknown): string | undefined {
  const expected = Object.hasOwn(responses, operation) ? responses[operation] : undefined;
  if (expected === undefined) {
    return empty.safeParse(body).success ? undefined : 'the response is that of another operation';
  }
  const [issue] = expected.schema.safeParse(body).error?.issues ?? [];
  // It names the type of a wrong value, not the value, which may be a secret.
  if (issue !== undefined)
    return `${['the response', ...issue.path].map(String).join('.')}: ${issue.message}`;
  for (const [member, requested] of Object.entries(expected.echoes ?? {})) {
    if (memberOf(body, member) !== memberOf(input, requested)) return `${member} is not the requested one`;
  }
  const position = memberOf(body, 'position');
  // Paging would never end.
  return typeof position === 'string' && position === memberOf(input, 'position')
    ? 'the position of the next page is that of this page'
    : undefined;
}
