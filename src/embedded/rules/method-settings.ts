import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { cacheControlStrategies, initialSetting, loggingLevels, type MethodSetting } from '../state/state.ts';
import { parseBoolean, parseBurst, parseChoice, parseRate, parseTimeToLive } from './value-parsers.ts';

/** One write to one setting: `/{resourcePath}/{httpMethod}/{setting}` taken apart (§4, §5). */
interface SettingWrite {
  /** As addressed, still escaped: `~1pets/GET` and `pets/GET` are two keys. */
  readonly key: string;
  readonly write: (setting: MethodSetting, value: string) => MethodSetting;
}

const verbs: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']);

/**
 * Where a path's method is, or -1 (§5): a verb after at least one segment, or `*` after `*` alone. ANY is refused. A
 * nested resource that is not escaped takes several segments; its key reaches no method, and is kept as addressed.
 */
const methodIndex = (segments: readonly string[]) =>
  segments.findIndex(
    (segment, i) => i > 0 && (verbs.has(segment) || (segment === '*' && i === 1 && segments[0] === '*')),
  );

type Write = (setting: MethodSetting, value: string, path: string) => MethodSetting;

/** §5: path suffix to field. A Map, as `constructor` would be found in an object. */
const settings: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['metrics/enabled', (s, value, path) => ({ ...s, metricsEnabled: parseBoolean(path, value) })],
  ['logging/loglevel', (s, value, path) => ({ ...s, loggingLevel: parseChoice(path, value, loggingLevels) })],
  ['logging/dataTrace', (s, value, path) => ({ ...s, dataTraceEnabled: parseBoolean(path, value) })],
  ['throttling/burstLimit', (s, value, path) => ({ ...s, throttlingBurstLimit: parseBurst(path, value) })],
  ['throttling/rateLimit', (s, value, path) => ({ ...s, throttlingRateLimit: parseRate(path, value) })],
  ['caching/enabled', (s, value, path) => ({ ...s, cachingEnabled: parseBoolean(path, value) })],
  ['caching/ttlInSeconds', (s, value) => ({ ...s, cacheTtlInSeconds: parseTimeToLive(value) })],
  ['caching/dataEncrypted', (s, value, path) => ({ ...s, cacheDataEncrypted: parseBoolean(path, value) })],
  [
    'caching/requireAuthorizationForCacheControl',
    (s, value, path) => ({ ...s, requireAuthorizationForCacheControl: parseBoolean(path, value) }),
  ],
  [
    'caching/unauthorizedCacheControlHeaderStrategy',
    (s, value, path) => ({
      ...s,
      unauthorizedCacheControlHeaderStrategy: parseChoice(path, value, cacheControlStrategies),
    }),
  ],
]);

/**
 * Takes a method setting path apart. A path that is none at all is refused with the long list, an unknown setting of
 * a valid key with the short one (§4). Resources are not looked up (§5).
 */
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

const settingOf = (all: MethodSettings, key: string) => (Object.hasOwn(all, key) ? all[key] : undefined);

/** §5: the first write of a key copies the stage's default entry of that moment; it inherits nothing later. */
export function writeSetting(
  all: MethodSettings,
  { key, write }: SettingWrite,
  value: string,
): MethodSettings {
  const current = settingOf(all, key) ?? settingOf(all, '*/*') ?? initialSetting;
  return { ...all, [key]: write(current, value) };
}

/**
 * §4: only a whole key can be removed; anything else that comes here is refused with one sentence. §5: the path is `/`
 * and the key as read, or that escaped as one segment.
 */
export function removeSetting(all: MethodSettings, path: string): MethodSettings {
  const key = path.replace(/^\//, '');
  const unescaped = key.includes('/') ? key : key.replaceAll('~1', '/').replaceAll('~0', '~');
  const held = [key, unescaped].find((candidate) => settingOf(all, candidate) !== undefined);
  if (!path.startsWith('/') || held === undefined) throw badRequest(recorded.notRemovable(key));
  return Object.fromEntries(Object.entries(all).filter(([existing]) => existing !== held));
}
