import type {
  AccessLogSettings,
  CanarySettings,
  Deployment,
  MethodSetting,
  RestApi,
  Stage,
} from '@aws-sdk/client-api-gateway';
import { isObject, memberOf } from '../../../untrusted/unknown-value.ts';

/** Describes the problem of the value at the path `at`, without the value, which may be a secret; undefined: it is valid. */
type Schema = (value: unknown, at: string) => string | undefined;

/** A schema for every member, so that a new one of the SDK does not compile without it. */
type Schemas<Shape> = { readonly [Member in keyof Shape]-?: Schema };

/** AWS omits what is not set, and the SDK treats null alike. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null;

const optional =
  (type: string, isValid: (value: unknown) => boolean): Schema =>
  (value, at) =>
    isAbsent(value) || isValid(value) ? undefined : `${at} must be ${type}`;

const required =
  (inner: Schema): Schema =>
  (value, at) =>
    isAbsent(value) ? `${at} is missing` : inner(value, at);

const isMap = (value: unknown): value is object => isObject(value) && !Array.isArray(value);

const LARGEST_INT = 2 ** 31;
/** The end of the year 9999: a later date is in milliseconds by mistake. */
const MAX_DATE_S = 253_402_300_800;

const text = optional('a string', (value) => typeof value === 'string');
const name = required(optional('a non-empty string', (value) => typeof value === 'string' && value !== ''));
const flag = optional('a boolean', (value) => typeof value === 'boolean');
const number = optional('a number', (value) => typeof value === 'number');
const integer = optional(
  'an integer',
  (value) => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < LARGEST_INT,
);
const date = optional(
  'a date in seconds',
  (value) => typeof value === 'number' && value >= 0 && value < MAX_DATE_S,
);

const listOf =
  (item: Schema): Schema =>
  (value, at) =>
    Array.isArray(value)
      ? firstProblem(value.map((each, index) => [item, each, `${at}[${index}]`]))
      : `${at} must be a list`;

const mapOf =
  (item: Schema): Schema =>
  (value, at) => {
    if (isAbsent(value)) return undefined;
    if (!isMap(value)) return `${at} must be a map`;
    return firstProblem(Object.entries(value).map(([key, each]) => [required(item), each, `${at}.${key}`]));
  };

/** Other members may have any value: AWS adds new ones. */
const members =
  (schemas: Readonly<Record<string, Schema>>): Schema =>
  (value, at) => {
    if (isAbsent(value)) return undefined;
    if (!isMap(value)) return `${at} must be an object`;
    return firstProblem(
      Object.entries(schemas).map(([member, each]) => [each, memberOf(value, member), `${at}.${member}`]),
    );
  };

function firstProblem(checks: readonly (readonly [Schema, unknown, string])[]): string | undefined {
  for (const [check, value, at] of checks) {
    const problem = check(value, at);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const methodSetting = members({
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

const canarySettings = members({
  percentTraffic: number,
  deploymentId: text,
  stageVariableOverrides: mapOf(text),
  useStageCache: flag,
} satisfies Schemas<CanarySettings>);

const accessLogSettings = members({
  format: text,
  destinationArn: text,
} satisfies Schemas<AccessLogSettings>);

const stage = members({
  stageName: name,
  deploymentId: name,
  description: text,
  clientCertificateId: text,
  cacheClusterEnabled: flag,
  cacheClusterSize: text,
  cacheClusterStatus: text,
  methodSettings: mapOf(methodSetting),
  variables: mapOf(text),
  documentationVersion: text,
  accessLogSettings,
  canarySettings,
  tracingEnabled: flag,
  webAclArn: text,
  tags: mapOf(text),
  createdDate: date,
  lastUpdatedDate: date,
} satisfies Schemas<Stage>);

const deployment = members({ id: name, description: text, createdDate: date } satisfies Schemas<
  Omit<Deployment, 'apiSummary'>
>);

/** The members that the gateway uses. */
type UsedOfRestApi = Pick<RestApi, 'id' | 'name' | 'description' | 'createdDate' | 'version' | 'tags'>;

const restApi = members({
  id: name,
  name: text,
  description: text,
  createdDate: date,
  version: text,
  tags: mapOf(text),
} satisfies Schemas<UsedOfRestApi>);

/** On the wire every list is called `item` (stage-api.md, section 1). */
const list = (item: Schema): Schema => members({ item: required(listOf(required(item))), position: text });

/** The response of one operation. */
interface ResponseSchema {
  readonly schema: Schema;
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

const isEmpty = (body: unknown): boolean =>
  body === undefined || (isMap(body) && Object.keys(body).length === 0);

/**
 * The problem of an operation's response; undefined: it is valid. A success without the requested content does not come
 * from AWS.
 */
export function responseProblem(operation: string, input: object, body: unknown): string | undefined {
  const expected = Object.hasOwn(responses, operation) ? responses[operation] : undefined;
  if (expected === undefined) return isEmpty(body) ? undefined : 'the response is that of another operation';
  const problem = required(expected.schema)(body, 'the response');
  if (problem !== undefined) return problem;
  for (const [member, requested] of Object.entries(expected.echoes ?? {})) {
    if (memberOf(body, member) !== memberOf(input, requested)) return `${member} is not the requested one`;
  }
  const position = memberOf(body, 'position');
  // Paging would never end.
  return !isAbsent(position) && position === memberOf(input, 'position')
    ? 'the position of the next page is that of this page'
    : undefined;
}
