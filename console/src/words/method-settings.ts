import { settingWords } from './graph-names.ts';
import { limitOf, onOff } from './values.ts';

/** An entry of a stage's method settings. */
export interface Entry {
  readonly key: string;
  readonly [setting: string]: string | number | boolean | null | undefined;
}

/** How a setting of a method is called and said. */
export interface Setting {
  readonly name: string;
  readonly what: string;
  readonly say: (value: string) => string;
}

const asIs = (value: string): string => value;
const number = (value: string): string => limitOf(Number(value));

/** By the rest of the path of an operation. */
export const settings: Readonly<Record<string, Setting>> = {
  'throttling/rateLimit': {
    name: 'throttlingRateLimit',
    what: settingWords.throttlingRateLimit,
    say: number,
  },
  'throttling/burstLimit': {
    name: 'throttlingBurstLimit',
    what: settingWords.throttlingBurstLimit,
    say: number,
  },
  'logging/loglevel': { name: 'loggingLevel', what: settingWords.loggingLevel, say: asIs },
  'logging/dataTrace': { name: 'dataTraceEnabled', what: settingWords.dataTraceEnabled, say: onOff },
  'metrics/enabled': { name: 'metricsEnabled', what: settingWords.metricsEnabled, say: onOff },
  'caching/enabled': { name: 'cachingEnabled', what: settingWords.cachingEnabled, say: onOff },
  'caching/ttlInSeconds': { name: 'cacheTtlInSeconds', what: settingWords.cacheTtlInSeconds, say: asIs },
  'caching/dataEncrypted': { name: 'cacheDataEncrypted', what: settingWords.cacheDataEncrypted, say: onOff },
  'caching/requireAuthorizationForCacheControl': {
    name: 'requireAuthorizationForCacheControl',
    what: settingWords.requireAuthorizationForCacheControl,
    say: (value) => (value === 'true' ? 'needed' : 'not needed'),
  },
  'caching/unauthorizedCacheControlHeaderStrategy': {
    name: 'unauthorizedCacheControlHeaderStrategy',
    what: settingWords.unauthorizedCacheControlHeaderStrategy,
    say: asIs,
  },
};
export const byName = new Map(Object.values(settings).map((setting) => [setting.name, setting]));

export const methodName = (resourcePath: string, verb: string): string =>
  resourcePath === '*' ? 'Default of all methods' : `${verb} ${resourcePath}`;

/** What AWS has for a method without any setting. */
export const awsThrottle = { throttlingRateLimit: 10_000, throttlingBurstLimit: 5000 };
const awsDefaults: ReadonlyMap<string, string> = new Map(
  Object.entries(awsThrottle).map(([name, value]) => [name, String(value)]),
);

/** The value that a method without a setting of its own inherits; undefined: the page does not know it. */
export type Inherited = (setting: string) => string | undefined;

export const inheritedFromAws: Inherited = (setting) => awsDefaults.get(setting);

/** What methods inherit from a stage's default, or else from AWS. */
export function inheritedFrom(entries: readonly Entry[]): Inherited {
  const shared = entries.find(({ key }) => key === '*/*');
  return (setting) => {
    const value = shared?.[setting];
    return value == null ? inheritedFromAws(setting) : String(value);
  };
}

/** The value of a method's setting; null: it has none of its own. */
export function settingInWords({ name, say }: Setting, own: string | null, inherited: Inherited): string {
  if (own !== null) return say(own);
  const value = inherited(name);
  return value === undefined ? 'inherits' : `inherits ${say(value)}`;
}

export const OWN_SETTINGS = 'settings of its own';
export const SHARED_SETTINGS = 'the default of the stage';
