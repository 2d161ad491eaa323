import type {
  CreateStageCanarySettingsInput,
  MethodSettingInput,
  StageDefinitionInput,
  StageMethodSettingInput,
  StagePart,
  StageVariableInput,
} from '../../../__generated__/types.ts';
import { accessLogRules } from '../plans/patch-rules.ts';
import { encodeMethodKey, keyedMethods, STAGE_DEFAULT_KEY } from '../wire/method-setting-key.ts';
import { AWS_DEFAULTS, type MethodSettingValues } from '../wire/method-settings.ts';
import { partOf } from './stage-parts.ts';
import {
  type AccessLogState,
  type CanarySettingsState,
  cleared,
  EMPTY_STATE,
  type StageFields,
  type StageState,
} from './stage-state.ts';

type Pairs = readonly (readonly [string, string])[];

const pairsOf = (list: readonly StageVariableInput[]): Pairs => list.map(({ name, value }) => [name, value]);

/** A map with the given entries: omitted leaves it, null empties it. */
function merged(
  before: ReadonlyMap<string, string>,
  given: Pairs | null | undefined,
  isReplaced: boolean,
): ReadonlyMap<string, string> {
  const kept = isReplaced || given === null ? [] : [...before];
  return new Map([...kept, ...(given ?? [])]);
}

/** Omitted stays, null resets. */
const resolved = <Value>(given: Value | null | undefined, kept: Value, reset: Value): Value =>
  given === undefined ? kept : (given ?? reset);

function fieldsAfter(
  before: StageFields,
  desired: StageDefinitionInput,
  isReplaced: IsReplaced,
): StageFields {
  const reset = EMPTY_STATE.fields;
  const keptOf = <Name extends keyof StageFields>(name: Name): StageFields[Name] =>
    isReplaced(name) ? reset[name] : before[name];
  const cacheClusterEnabled = resolved(desired.cacheClusterEnabled, keptOf('cacheClusterEnabled'), false);
  const keptSize = isReplaced('cacheClusterSize') ? 'SIZE_0_5_GB' : before.cacheClusterSize;
  return {
    // A stage always serves a deployment.
    deploymentId: desired.deploymentId ?? before.deploymentId,
    description: cleared(resolved(desired.description, keptOf('description'), null)),
    cacheClusterEnabled,
    cacheClusterSize: cacheClusterEnabled ? (desired.cacheClusterSize ?? keptSize) : null,
    clientCertificateId: resolved(desired.clientCertificateId, keptOf('clientCertificateId'), null),
    documentationVersion: resolved(desired.documentationVersion, keptOf('documentationVersion'), null),
    tracingEnabled: resolved(desired.tracingEnabled, keptOf('tracingEnabled'), false),
  };
}

function accessLogAfter(
  before: AccessLogState | null,
  given: StageDefinitionInput['accessLogSettings'],
  isReplaced: boolean,
): AccessLogState | null {
  if (given === undefined) return isReplaced ? null : before;
  if (given === null) return null;
  const kept = (isReplaced ? null : before) ?? { destinationArn: null, format: null };
  const { destinationArn, format } = given;
  return {
    destinationArn:
      destinationArn == null ? kept.destinationArn : accessLogRules.destinationArn.encode(destinationArn),
    format: format ?? kept.format,
  };
}

function canaryAfter(
  before: CanarySettingsState | null,
  given: CreateStageCanarySettingsInput | null | undefined,
  isReplaced: boolean,
  deploymentId: string,
): CanarySettingsState | null {
  if (given === undefined) return isReplaced ? null : before;
  if (given === null) return null;
  const fresh: CanarySettingsState = {
    deploymentId,
    percentTraffic: 0,
    useStageCache: false,
    overrides: new Map(),
  };
  const kept = (isReplaced ? null : before) ?? fresh;
  const { percentTraffic = kept.percentTraffic, useStageCache = kept.useStageCache } = given;
  const { stageVariableOverrides: overrides } = given;
  return {
    deploymentId: resolved(given.deploymentId, kept.deploymentId, deploymentId),
    percentTraffic: percentTraffic ?? 0,
    useStageCache: useStageCache ?? false,
    overrides: merged(kept.overrides, overrides && pairsOf(overrides), false),
  };
}

/** An entry with the given settings. Null resets one to what a new entry has. */
function entryAfter(
  kept: MethodSettingValues,
  given: MethodSettingInput,
  fresh: MethodSettingValues,
): MethodSettingValues {
  return {
    metricsEnabled: resolved(given.metricsEnabled, kept.metricsEnabled, fresh.metricsEnabled),
    loggingLevel: resolved(given.loggingLevel, kept.loggingLevel, fresh.loggingLevel),
    dataTraceEnabled: resolved(given.dataTraceEnabled, kept.dataTraceEnabled, fresh.dataTraceEnabled),
    throttlingBurstLimit: resolved(
      given.throttlingBurstLimit,
      kept.throttlingBurstLimit,
      fresh.throttlingBurstLimit,
    ),
    throttlingRateLimit: resolved(
      given.throttlingRateLimit,
      kept.throttlingRateLimit,
      fresh.throttlingRateLimit,
    ),
    cachingEnabled: resolved(given.cachingEnabled, kept.cachingEnabled, fresh.cachingEnabled),
    cacheTtlInSeconds: resolved(given.cacheTtlInSeconds, kept.cacheTtlInSeconds, fresh.cacheTtlInSeconds),
    cacheDataEncrypted: resolved(given.cacheDataEncrypted, kept.cacheDataEncrypted, fresh.cacheDataEncrypted),
    requireAuthorizationForCacheControl: resolved(
      given.requireAuthorizationForCacheControl,
      kept.requireAuthorizationForCacheControl,
      fresh.requireAuthorizationForCacheControl,
    ),
    unauthorizedCacheControlHeaderStrategy: resolved(
      given.unauthorizedCacheControlHeaderStrategy,
      kept.unauthorizedCacheControlHeaderStrategy,
      fresh.unauthorizedCacheControlHeaderStrategy,
    ),
  };
}

/** A level that was never set means OFF: it need not be set. */
export const keepUnset = (
  after: MethodSettingValues,
  before: MethodSettingValues | undefined,
): MethodSettingValues =>
  before?.loggingLevel === null && after.loggingLevel === 'OFF' ? { ...after, loggingLevel: null } : after;

function methodsAfter(
  before: StageState['methods'],
  given: readonly StageMethodSettingInput[],
  ownsAll: boolean,
): StageState['methods'] {
  const after = new Map(ownsAll ? [] : before);
  const set = (key: string, entry: MethodSettingValues): void =>
    void after.set(key, keepUnset(entry, before.get(key)));
  const inputs = given.flatMap((input) =>
    keyedMethods(input).map((method) => ({ key: encodeMethodKey(method), settings: input.settings })),
  );
  // The default entry comes first: new entries start as a copy of it.
  const ofDefault = inputs.find(({ key }) => key === STAGE_DEFAULT_KEY);
  if (ofDefault !== undefined) {
    const kept = after.get(STAGE_DEFAULT_KEY) ?? AWS_DEFAULTS;
    set(STAGE_DEFAULT_KEY, entryAfter(kept, ofDefault.settings, AWS_DEFAULTS));
  }
  const fresh = after.get(STAGE_DEFAULT_KEY) ?? AWS_DEFAULTS;
  for (const { key, settings } of inputs) {
    if (key !== STAGE_DEFAULT_KEY) set(key, entryAfter(after.get(key) ?? fresh, settings, fresh));
  }
  return after;
}

type IsReplaced = (member: keyof StageDefinitionInput) => boolean;

/**
 * What a definition makes of a stage. Omitted stays, null clears, a value is made so; lists merge by name or key. What a
 * part in `replace` is not given, is removed or reset.
 */
export function resolveDefinition(
  before: StageState,
  desired: StageDefinitionInput,
  replace: readonly StagePart[],
): StageState {
  const isReplaced: IsReplaced = (member) => replace.includes(partOf[member]);
  const fields = fieldsAfter(before.fields, desired, isReplaced);
  const { variables, methodSettings, tags } = desired;
  const ownsMethods = isReplaced('methodSettings') || methodSettings === null;
  const tagPairs = tags?.map(({ key, value }) => [key, value] as const);
  return {
    fields,
    variables: merged(before.variables, variables && pairsOf(variables), isReplaced('variables')),
    accessLog: accessLogAfter(before.accessLog, desired.accessLogSettings, isReplaced('accessLogSettings')),
    canary: canaryAfter(
      before.canary,
      desired.canarySettings,
      isReplaced('canarySettings'),
      fields.deploymentId,
    ),
    methods: methodsAfter(before.methods, methodSettings ?? [], ownsMethods),
    tags: merged(before.tags, tags === null ? null : tagPairs, isReplaced('tags')),
  };
}
