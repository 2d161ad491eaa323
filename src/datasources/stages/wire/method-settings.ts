import type { MethodSetting as AwsMethodSetting } from '@aws-sdk/client-api-gateway';
import type { EffectiveMethodSetting, MethodSettingSource } from '../../../__generated__/types.ts';
import { gatewayError } from '../../../errors/gateway-error.ts';
import { sortedEntries } from '../../inputs/sorted-maps.ts';
import {
  addressProblem,
  decodeMethodKey,
  encodeMethodKey,
  type MethodAddress,
  NOT_FOR_ANY,
  STAGE_DEFAULT_KEY,
} from './method-setting-key.ts';
import type { MethodSettingModel } from './model.ts';
import { loggingLevels, nameOf, unauthorizedStrategies } from './wire-enums.ts';

/** The ten settings of a method. */
export type MethodSettingValues = Readonly<Omit<EffectiveMethodSetting, '__typename' | 'source'>>;

/** The settings of a method without any entry (stage-api.md, section 5: recorded at the first write of a key). */
export const AWS_DEFAULTS: MethodSettingValues = {
  metricsEnabled: false,
  loggingLevel: null,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
};

const valuesFromAws = (aws: AwsMethodSetting): MethodSettingValues => ({
  metricsEnabled: aws.metricsEnabled ?? AWS_DEFAULTS.metricsEnabled,
  loggingLevel: nameOf(loggingLevels, aws.loggingLevel),
  dataTraceEnabled: aws.dataTraceEnabled ?? AWS_DEFAULTS.dataTraceEnabled,
  throttlingBurstLimit: aws.throttlingBurstLimit ?? AWS_DEFAULTS.throttlingBurstLimit,
  throttlingRateLimit: aws.throttlingRateLimit ?? AWS_DEFAULTS.throttlingRateLimit,
  cachingEnabled: aws.cachingEnabled ?? AWS_DEFAULTS.cachingEnabled,
  cacheTtlInSeconds: aws.cacheTtlInSeconds ?? AWS_DEFAULTS.cacheTtlInSeconds,
  cacheDataEncrypted: aws.cacheDataEncrypted ?? AWS_DEFAULTS.cacheDataEncrypted,
  requireAuthorizationForCacheControl:
    aws.requireAuthorizationForCacheControl ?? AWS_DEFAULTS.requireAuthorizationForCacheControl,
  unauthorizedCacheControlHeaderStrategy: nameOf(
    unauthorizedStrategies,
    aws.unauthorizedCacheControlHeaderStrategy,
  ),
});

/** AWS's map of settings as the schema lists it: sorted by key, dead keys included. */
export const methodSettingList = (
  map: Readonly<Record<string, AwsMethodSetting>> | undefined,
): MethodSettingModel[] =>
  sortedEntries(map).map(([key, aws]) => {
    const values = valuesFromAws(aws);
    const unknownValues = (['loggingLevel', 'unauthorizedCacheControlHeaderStrategy'] as const).flatMap(
      (name) => {
        const wire = aws[name];
        return wire !== undefined && values[name] === null ? [[name, wire] as const] : [];
      },
    );
    return { key, ...decodeMethodKey(key), ...values, unknownValues };
  });

/** The entry under a key, dead or not. */
export const entryWithKey = (
  entries: readonly MethodSettingModel[],
  key: string,
): MethodSettingModel | undefined => entries.find((entry) => entry.key === key);

/** The key of a method's entry; null for ANY, which has none. Throws BAD_USER_INPUT for an invalid address. */
function keyOf({ resourcePath, httpMethod }: MethodAddress): string | null {
  const problem = addressProblem({ resourcePath, httpMethod });
  if (problem !== undefined) throw gatewayError('BAD_USER_INPUT', problem);
  return httpMethod === 'ANY' ? null : encodeMethodKey({ resourcePath, httpMethod });
}

/** The method's own entry, or null. Throws BAD_USER_INPUT for an invalid address. */
export const ownMethodSetting = (
  entries: readonly MethodSettingModel[],
  address: MethodAddress,
): MethodSettingModel | null => {
  const key = keyOf(address);
  return key === null ? null : (entryWithKey(entries, key) ?? null);
};

/** The values of an entry. */
function effectiveValues(entry: MethodSettingModel, source: MethodSettingSource): EffectiveMethodSetting {
  const { key, resourcePath, httpMethod, canonical, unknownValues, ...values } = entry;
  return { source, ...values };
}

/**
 * The settings in effect for each key of a method: all values of the first entry that exists. Entries do not inherit values.
 */
export function effectiveSettings(
  entries: readonly MethodSettingModel[],
): (key: string) => EffectiveMethodSetting {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const shared = byKey.get(STAGE_DEFAULT_KEY);
  const otherwise: EffectiveMethodSetting =
    shared === undefined ? { source: 'DEFAULT', ...AWS_DEFAULTS } : effectiveValues(shared, 'STAGE');
  return (key) => {
    const own = key === STAGE_DEFAULT_KEY ? undefined : byKey.get(key);
    return own === undefined ? otherwise : effectiveValues(own, 'METHOD');
  };
}

/** The settings in effect for a method. Throws BAD_USER_INPUT for an invalid address, and for ANY. */
export function effectiveMethodSetting(
  entries: readonly MethodSettingModel[],
  address: MethodAddress,
): EffectiveMethodSetting {
  const key = keyOf(address);
  if (key === null) {
    throw gatewayError('BAD_USER_INPUT', `httpMethod must be a verb: ${NOT_FOR_ANY}.`);
  }
  return effectiveSettings(entries)(key);
}
