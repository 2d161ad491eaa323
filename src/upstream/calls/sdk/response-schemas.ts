import type {
  AccessLogSettings,
  CanarySettings,
  Deployment,
  MethodSetting,
  RestApi,
  Stage,
} from '@aws-sdk/client-api-gateway';
import { isObject, memberOf } from '../../../untrusted/unknown-value.ts';

/** Says what is wrong with a value that stands at `at`, without the value, which may be a secret; undefined: nothing. */
type Form = (value: unknown, at: string) => string | undefined;

/** A rule for every member, so that one which the SDK has learned of is not forgotten here. */
type Forms<Shape> = { readonly [Member in keyof Shape]-?: Form };

/** AWS leaves out what is not set, and the SDK takes null for the same. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null;

const form =
  (is: string, holds: (value: unknown) => boolean): Form =>
  (value, at) =>
    isAbsent(value) || holds(value) ? undefined : `${at} must be ${is}`;

const given =
  (inner: Form): Form =>
  (value, at) =>
    isAbsent(value) ? `${at} is missing` : inner(value, at);

const isMap = (value: unknown): value is object => isObject(value) && !Array.isArray(value);

const LARGEST_INT = 2 ** 31;
/** The end of the year 9999: later dates are milliseconds that were taken for seconds. */
const END_OF_TIME_S = 253_402_300_800;

const text = form('a string', (value) => typeof value === 'string');
const name = given(form('a non-empty string', (value) => typeof value === 'string' && value !== ''));
const flag = form('a boolean', (value) => typeof value === 'boolean');
const number = form('a number', (value) => typeof value === 'number');
const integer = form(
  'an integer',
  (value) => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < LARGEST_INT,
);
const date = form(
  'a date in seconds',
  (value) => typeof value === 'number' && value >= 0 && value < END_OF_TIME_S,
);

const listOf =
  (item: Form): Form =>
  (value, at) =>
    Array.isArray(value)
      ? firstProblem(value.map((each, index) => [item, each, `${at}[${index}]`]))
      : `${at} must be a list`;

const mapOf =
  (item: Form): Form =>
  (value, at) => {
    if (isAbsent(value)) return undefined;
    if (!isMap(value)) return `${at} must be a map`;
    return firstProblem(Object.entries(value).map(([key, each]) => [given(item), each, `${at}.${key}`]));
  };

/** Members that are not named may be anything: AWS invents new ones. */
const members =
  (forms: Readonly<Record<string, Form>>): Form =>
  (value, at) => {
    if (isAbsent(value)) return undefined;
    if (!isMap(value)) return `${at} must be an object`;
    return firstProblem(
      Object.entries(forms).map(([member, each]) => [each, memberOf(value, member), `${at}.${member}`]),
    );
  };

function firstProblem(checks: readonly (readonly [Form, unknown, string])[]): string | undefined {
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
} satisfies Forms<MethodSetting>);

const canarySettings = members({
  percentTraffic: number,
  deploymentId: text,
  stageVariableOverrides: mapOf(text),
  useStageCache: flag,
} satisfies Forms<CanarySettings>);

const accessLogSettings = members({ format: text, destinationArn: text } satisfies Forms<AccessLogSettings>);

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
} satisfies Forms<Stage>);

const deployment = members({ id: name, description: text, createdDate: date } satisfies Forms<
  Omit<Deployment, 'apiSummary'>
>);

/** Of what the gateway shows. */
type ShownOfRestApi = Pick<RestApi, 'id' | 'name' | 'description' | 'createdDate' | 'version' | 'tags'>;

const restApi = members({
  id: name,
  name: text,
  description: text,
  createdDate: date,
  version: text,
  tags: mapOf(text),
} satisfies Forms<ShownOfRestApi>);

/** On the wire every list is called `item` (stage-api.md, section 1). */
const list = (item: Form): Form => members({ item: given(listOf(given(item))), position: text });

/** What one operation's answer must look like. */
interface AnswerForm {
  readonly form: Form;
  /** Members that must be what the request asked for, by the names that the request gives them. */
  readonly echoes?: Readonly<Record<string, string>>;
}

/** Operations that are not in it answer with nothing. */
const answers: Readonly<Record<string, AnswerForm>> = {
  CreateStage: { form: stage, echoes: { stageName: 'stageName', deploymentId: 'deploymentId' } },
  GetStage: { form: stage, echoes: { stageName: 'stageName' } },
  GetStages: { form: list(stage) },
  UpdateStage: { form: stage, echoes: { stageName: 'stageName' } },
  CreateDeployment: { form: deployment },
  GetDeployment: { form: deployment, echoes: { id: 'deploymentId' } },
  GetDeployments: { form: list(deployment) },
  GetRestApi: { form: restApi, echoes: { id: 'restApiId' } },
  GetRestApis: { form: list(restApi) },
};

const isNothing = (body: unknown): boolean =>
  body === undefined || (isMap(body) && Object.keys(body).length === 0);

/**
 * What is wrong with the JSON that an operation was answered with; undefined: nothing. A success that does not carry what
 * was asked for is no success: AWS did not say it.
 */
export function answerProblem(operation: string, input: object, body: unknown): string | undefined {
  const expected = Object.hasOwn(answers, operation) ? answers[operation] : undefined;
  if (expected === undefined) return isNothing(body) ? undefined : 'the answer is of something else';
  const problem = given(expected.form)(body, 'the answer');
  if (problem !== undefined) return problem;
  for (const [member, asked] of Object.entries(expected.echoes ?? {})) {
    if (memberOf(body, member) !== memberOf(input, asked))
      return `${member} is not the one that was asked for`;
  }
  const position = memberOf(body, 'position');
  // Who follows it would never come to an end.
  return !isAbsent(position) && position === memberOf(input, 'position')
    ? 'the page leads to itself'
    : undefined;
}
