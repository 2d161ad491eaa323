import type {
  AccessLogSettingsInput,
  MethodSettingInput,
  UpdateStageCanarySettingsInput,
  UpdateStageInput,
} from '../../__generated__/types.ts';
import { nameProblem } from '../names.ts';
import { accessLogArnProblem, accessLogFormatProblem, withoutLogStreams } from './access-log-rules.ts';
import { fixedNotation } from './fixed-notation.ts';
import { cacheClusterSizes } from './wire-enums.ts';

/**
 * What a null in the input becomes: a value that clears or resets; a refusal with the reason; or no operation of its
 * own, because the whole entry is rebuilt (see plan-method-settings.ts).
 */
type WhenNull = { readonly value: string } | { readonly refused: string } | { readonly rebuilds: true };

/**
 * How one input field becomes one patch operation. The tables below have one row per field of the schema's input
 * types: a field without a row, or a row without a field, does not compile. Their order is the order of operations.
 */
export interface PatchRule<Value> {
  /** Where it goes, below the table's own base. */
  readonly path: string;
  readonly encode: (value: Value) => string;
  /** The rule that a value breaks, as a sentence, or undefined. */
  readonly problem?: (value: Value) => string | undefined;
  readonly whenNull: WhenNull;
}

type RulesFor<Input, Except extends keyof Input = never> = {
  readonly [Field in Exclude<keyof Input, Except>]-?: PatchRule<NonNullable<Input[Field]>>;
};

const boolean = (value: boolean): string => String(value);
const text = (value: string): string => value;

const rebuilds: WhenNull = { rebuilds: true };

const throttleProblem = (value: number): string | undefined =>
  value >= 0 || value === -1
    ? undefined
    : `must be 0 or more, or -1 for no throttle of its own, not ${value}.`;

/** Below `/{key}/`. Source: stage-api.md, section 5. Note `loglevel`, and how the paths differ from the names. */
export const methodSettingRules = {
  metricsEnabled: { path: 'metrics/enabled', encode: boolean, whenNull: rebuilds },
  loggingLevel: { path: 'logging/loglevel', encode: text, whenNull: rebuilds },
  dataTraceEnabled: { path: 'logging/dataTrace', encode: boolean, whenNull: rebuilds },
  throttlingBurstLimit: {
    path: 'throttling/burstLimit',
    encode: String,
    problem: throttleProblem,
    whenNull: rebuilds,
  },
  throttlingRateLimit: {
    path: 'throttling/rateLimit',
    encode: fixedNotation,
    problem: throttleProblem,
    whenNull: rebuilds,
  },
  cachingEnabled: { path: 'caching/enabled', encode: boolean, whenNull: rebuilds },
  cacheTtlInSeconds: {
    path: 'caching/ttlInSeconds',
    encode: String,
    problem: (value) =>
      value >= 0 && value <= 3600 ? undefined : `must be 0 to 3600 seconds, not ${value}.`,
    whenNull: rebuilds,
  },
  cacheDataEncrypted: { path: 'caching/dataEncrypted', encode: boolean, whenNull: rebuilds },
  requireAuthorizationForCacheControl: {
    path: 'caching/requireAuthorizationForCacheControl',
    encode: boolean,
    whenNull: rebuilds,
  },
  unauthorizedCacheControlHeaderStrategy: {
    path: 'caching/unauthorizedCacheControlHeaderStrategy',
    encode: text,
    whenNull: rebuilds,
  },
} satisfies RulesFor<MethodSettingInput, 'blockAllTraffic'>;

/** Fields of UpdateStageInput that say which stage and how, or that have a table or a translation of their own. */
type Elsewhere =
  | 'restApiId'
  | 'stageName'
  | 'confirm'
  | 'expectedRevision'
  | 'dryRun'
  | 'variables'
  | 'accessLogSettings'
  | 'canarySettings'
  | 'methodSettings';

/** Below `/`. Source: stage-api.md, section 4. */
export const stageRules = {
  deploymentId: {
    path: 'deploymentId',
    encode: text,
    problem: nameProblem,
    whenNull: { refused: 'cannot be null: a stage always serves a deployment.' },
  },
  description: { path: 'description', encode: text, whenNull: { value: '' } },
  cacheClusterEnabled: { path: 'cacheClusterEnabled', encode: boolean, whenNull: { value: 'false' } },
  cacheClusterSize: {
    path: 'cacheClusterSize',
    encode: (value) => cacheClusterSizes[value],
    whenNull: { refused: 'cannot be null: disable the cluster with cacheClusterEnabled: false.' },
  },
  clientCertificateId: {
    path: 'clientCertificateId',
    encode: text,
    problem: nameProblem,
    whenNull: { value: '' },
  },
  documentationVersion: {
    path: 'documentationVersion',
    encode: text,
    problem: (value) => (value === '' ? 'must not be empty; null clears it.' : undefined),
    whenNull: { value: '' },
  },
  tracingEnabled: { path: 'tracingEnabled', encode: boolean, whenNull: { value: 'false' } },
} satisfies RulesFor<UpdateStageInput, Elsewhere>;

const onlyAsAWhole = 'cannot be null: AWS can only remove the whole access log.';

/** Below `/accessLogSettings/`. Source: stage-api.md, section 7. */
export const accessLogRules = {
  destinationArn: {
    path: 'destinationArn',
    encode: withoutLogStreams,
    problem: accessLogArnProblem,
    whenNull: { refused: onlyAsAWhole },
  },
  format: {
    path: 'format',
    encode: text,
    problem: accessLogFormatProblem,
    whenNull: { refused: onlyAsAWhole },
  },
} satisfies RulesFor<AccessLogSettingsInput>;

export const percentProblem = (value: number): string | undefined =>
  value >= 0 && value <= 100 ? undefined : `must be 0 to 100 percent, not ${value}.`;

/** Below `/canarySettings/`. Source: stage-api.md, section 6. `add` is never valid here. */
export const canaryRules = {
  deploymentId: {
    path: 'deploymentId',
    encode: text,
    problem: nameProblem,
    whenNull: { refused: 'cannot be null: a canary always runs a deployment. removeCanary ends it.' },
  },
  percentTraffic: {
    path: 'percentTraffic',
    encode: fixedNotation,
    problem: percentProblem,
    whenNull: { value: '0.0' },
  },
  useStageCache: { path: 'useStageCache', encode: boolean, whenNull: { value: 'false' } },
} satisfies RulesFor<UpdateStageCanarySettingsInput, 'setVariableOverrides' | 'removeVariableOverrides'>;
