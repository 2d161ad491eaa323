import type * as sdl from '../../../__generated__/types.ts';
import { nameProblem } from '../../inputs/names.ts';
import { cacheClusterSizes, loggingLevels, unauthorizedStrategies } from '../wire/wire-enums.ts';
import { boolean, decimal, integer, oneOf, text, type WireValue } from '../wire/wire-values.ts';
import { accessLogArnProblem, accessLogFormatProblem, withoutLogStreams } from './access-log-rules.ts';

/**
 * What a null in the input becomes: a value that clears or resets; a refusal with its reason; or no operation, because
 * the whole entry is rebuilt (see plan-method-settings.ts).
 */
type WhenNull = { readonly value: string } | { readonly refused: string } | { readonly rebuilds: true };

/**
 * How one input field becomes one patch operation. The tables below have one row per field of the schema's input
 * types: a field without a row, or a row without a field, does not compile. Their order is the order of operations.
 */
export interface PatchRule<Value> {
  /** Relative to the base path of its table. */
  readonly path: string;
  readonly encode: (value: Value) => string;
  /** The rule that a value breaks, as a sentence without its subject, or undefined. */
  readonly problem?: (value: Value) => string | undefined;
  /** The same for the value of a raw patch operation. The value that null becomes is valid. */
  readonly textProblem: (text: string) => string | undefined;
  readonly whenNull: WhenNull;
}

/** A rule that can also decode. */
export type ReadableRule<Value> = PatchRule<Value> & WireValue<Value>;

const rule = <Value>(
  path: string,
  { encode, decode }: WireValue<Value>,
  whenNull: WhenNull,
  problem?: (value: Value) => string | undefined,
): ReadableRule<Value> => ({
  path,
  encode,
  decode,
  whenNull,
  ...(problem === undefined ? {} : { problem }),
  textProblem(given) {
    if ('value' in whenNull && whenNull.value === given) return undefined;
    const decoded = decode(given);
    return 'problem' in decoded ? decoded.problem : problem?.(decoded.value);
  },
});

type RulesFor<Input, Except extends keyof Input = never> = {
  readonly [Field in Exclude<keyof Input, Except>]-?: PatchRule<NonNullable<Input[Field]>>;
};

const rebuilds: WhenNull = { rebuilds: true };

const throttleProblem = (value: number): string | undefined =>
  value >= 0 || value === -1
    ? undefined
    : `must be 0 or more, or -1 for no throttle of its own, not ${value}.`;

/** Below `/{key}/`. Source: stage-api.md, section 5. Note `loglevel`, and how the paths differ from the names. */
export const methodSettingRules = {
  metricsEnabled: rule('metrics/enabled', boolean, rebuilds),
  loggingLevel: rule('logging/loglevel', oneOf(loggingLevels), rebuilds),
  dataTraceEnabled: rule('logging/dataTrace', boolean, rebuilds),
  throttlingBurstLimit: rule('throttling/burstLimit', integer, rebuilds, throttleProblem),
  throttlingRateLimit: rule('throttling/rateLimit', decimal, rebuilds, throttleProblem),
  cachingEnabled: rule('caching/enabled', boolean, rebuilds),
  cacheTtlInSeconds: rule('caching/ttlInSeconds', integer, rebuilds, (value) =>
    value >= 0 && value <= 3600 ? undefined : `must be 0 to 3600 seconds, not ${value}.`,
  ),
  cacheDataEncrypted: rule('caching/dataEncrypted', boolean, rebuilds),
  requireAuthorizationForCacheControl: rule('caching/requireAuthorizationForCacheControl', boolean, rebuilds),
  unauthorizedCacheControlHeaderStrategy: rule(
    'caching/unauthorizedCacheControlHeaderStrategy',
    oneOf(unauthorizedStrategies),
    rebuilds,
  ),
} satisfies RulesFor<sdl.MethodSettingInput, 'blockAllTraffic'>;

/** Fields of sdl.UpdateStageInput that are not settings, or that have a table or a translation of their own. */
type NotASetting =
  | 'account'
  | 'region'
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
  deploymentId: rule(
    'deploymentId',
    text,
    { refused: 'cannot be null: a stage always serves a deployment.' },
    nameProblem,
  ),
  description: rule('description', text, { value: '' }),
  cacheClusterEnabled: rule('cacheClusterEnabled', boolean, { value: 'false' }),
  cacheClusterSize: rule('cacheClusterSize', oneOf(cacheClusterSizes), {
    refused: 'cannot be null: disable the cluster with cacheClusterEnabled: false.',
  }),
  clientCertificateId: rule('clientCertificateId', text, { value: '' }, nameProblem),
  documentationVersion: rule('documentationVersion', text, { value: '' }, (value) =>
    value === '' ? 'must not be empty; null clears it.' : undefined,
  ),
  tracingEnabled: rule('tracingEnabled', boolean, { value: 'false' }),
} satisfies RulesFor<sdl.UpdateStageInput, NotASetting>;

const notRemovable: WhenNull = { refused: 'cannot be null: AWS can only remove the whole access log.' };

/** AWS refuses an ARN that ends in `:*`: it is removed from inputs, and refused in raw patch operations. */
const logArn: WireValue<string> = {
  encode: withoutLogStreams,
  decode: (arn) =>
    withoutLogStreams(arn) === arn ? { value: arn } : { problem: 'must not end in ":*": AWS refuses it.' },
};

/** Below `/accessLogSettings/`. Source: stage-api.md, section 7. */
export const accessLogRules = {
  destinationArn: rule('destinationArn', logArn, notRemovable, accessLogArnProblem),
  format: rule('format', text, notRemovable, accessLogFormatProblem),
} satisfies RulesFor<sdl.AccessLogSettingsInput>;

const percentProblem = (value: number): string | undefined =>
  value >= 0 && value <= 100 ? undefined : `must be 0 to 100 percent, not ${value}.`;

/** Below `/canarySettings/`. Source: stage-api.md, section 6. `add` is never valid here. */
export const canaryRules = {
  deploymentId: rule(
    'deploymentId',
    text,
    { refused: 'cannot be null: a canary always runs a deployment. removeCanary ends it.' },
    nameProblem,
  ),
  percentTraffic: rule('percentTraffic', decimal, { value: '0.0' }, percentProblem),
  useStageCache: rule('useStageCache', boolean, { value: 'false' }),
} satisfies RulesFor<sdl.UpdateStageCanarySettingsInput, 'setVariableOverrides' | 'removeVariableOverrides'>;
