import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import {
  cacheControlStrategies,
  defaultMethodSetting,
  loggingLevels,
  type MethodSetting,
} from '../state/state.ts';
import { parseBoolean, parseBurst, parseChoice, parseRate, parseTtl } from './value-parsers.ts';

/** The parsed path `/{resourcePath}/{httpMethod}/{setting}` (docs/stage-api.md §4, §5). */
interface SettingWrite {
  /** Still escaped: `~1pets/GET` and `pets/GET` are different keys. */
  readonly key: string;
  readonly write: (setting: MethodSetting, value: string) => MethodSetting;
}

const verbs: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']);

/**
 * The index of the HTTP method, or -1 (§5): a verb after at least one segment, or `*` after a single `*`; ANY is
 * rejected. The unescaped path of a nested resource takes several segments; its key is stored although it matches no
 * method.
 */
const methodIndex = (segments: readonly string[]) =>
  segments.findIndex(
    (segment, i) => i > 0 && (verbs.has(segment) || (segment === '*' && i === 1 && segments[0] === '*')),
  );

type Write = (setting: MethodSetting, value: string, path: string) => MethodSetting;

const booleanWrite =
  (
    member:
      | 'metricsEnabled'
      | 'dataTraceEnabled'
      | 'cachingEnabled'
      | 'cacheDataEncrypted'
      | 'requireAuthorizationForCacheControl',
  ): Write =>
  (setting, value, path) => ({ ...setting, [member]: parseBoolean(path, value) });

/** By the end of the path (§5). A Map, because an object also has `constructor`. */
const settings: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['metrics/enabled', booleanWrite('metricsEnabled')],
  ['logging/loglevel', (s, value, path) => ({ ...s, loggingLevel: parseChoice(path, value, loggingLevels) })],
  ['logging/dataTrace', booleanWrite('dataTraceEnabled')],
  ['throttling/burstLimit', (s, value, path) => ({ ...s, throttlingBurstLimit: parseBurst(path, value) })],
  ['throttling/rateLimit', (s, value, path) => ({ ...s, throttlingRateLimit: parseRate(path, value) })],
  ['caching/enabled', booleanWrite('cachingEnabled')],
  ['caching/ttlInSeconds', (s, value) => ({ ...s, cacheTtlInSeconds: parseTtl(value) })],
  ['caching/dataEncrypted', booleanWrite('cacheDataEncrypted')],
  ['caching/requireAuthorizationForCacheControl', booleanWrite('requireAuthorizationForCacheControl')],
  [
    'caching/unauthorizedCacheControlHeaderStrategy',
    (s, value, path) => ({
      ...s,
      unauthorizedCacheControlHeaderStrategy: parseChoice(path, value, cacheControlStrategies),
    }),
  ],
]);

/** AWS has one message for a malformed path and one for an unknown setting (§4). Resources may not exist (§5). */
export function parseSettingPath(path: string): SettingWrite {
  const [root, ...segments] = path.split('/');
  const end = methodIndex(segments) + 1;
  const malformed = root !== '' || end === 0 || segments.includes('');
  if (malformed || end === segments.length) throw badRequest(recorded.unknownPatchPath(path));
  const setting = segments.slice(end).join('/');
  const write = settings.get(setting);
  if (!write) throw badRequest(recorded.unknownSetting(setting));
  return { key: segments.slice(0, end).join('/'), write: (current, value) => write(current, value, path) };
}

type MethodSettings = Readonly<Record<string, MethodSetting>>;

const findSetting = (all: MethodSettings, key: string) => (Object.hasOwn(all, key) ? all[key] : undefined);

/** The first write of a key copies the stage's default entry; later changes of that entry have no effect (§5). */
export function writeSetting(
  all: MethodSettings,
  { key, write }: SettingWrite,
  value: string,
): MethodSettings {
  const current = findSetting(all, key) ?? findSetting(all, '*/*') ?? defaultMethodSetting;
  return { ...all, [key]: write(current, value) };
}

/** Only a whole key can be removed (§4). The path is `/` and the key, as stored or escaped as one segment (§5). */
export function removeSetting(all: MethodSettings, path: string): MethodSettings {
  const key = path.replace(/^\//, '');
  const unescaped = key.includes('/') ? key : key.replaceAll('~1', '/').replaceAll('~0', '~');
  const existing = [key, unescaped].find((candidate) => findSetting(all, candidate) !== undefined);
  if (!path.startsWith('/') || existing === undefined) throw badRequest(recorded.notRemovable(key));
  return Object.fromEntries(Object.entries(all).filter(([other]) => other !== existing));
}
