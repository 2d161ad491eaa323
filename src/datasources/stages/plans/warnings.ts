import type { StageWarning } from '../../../__generated__/types.ts';
import { decodeMethodKey } from '../wire/method-setting-key.ts';
import type { StageModel } from '../wire/model.ts';
import { cacheClusterSizes } from '../wire/wire-enums.ts';
import { canaryRules, methodSettingRules, type ReadableRule } from './patch-rules.ts';
import type { PatchOperation } from './plan.ts';

/** What a warning may look at. `before` is known only where the change read the stage first. */
export interface WarningContext {
  readonly operations: readonly PatchOperation[];
  readonly before: StageModel | undefined;
  /** The stage after the change, or as it is now in a dry run. */
  readonly stage: StageModel;
}

const valueAt = (operations: readonly PatchOperation[], path: string): string | undefined => {
  const operation = operations.findLast((each) => each.path === path);
  return operation !== undefined && 'value' in operation ? operation.value : undefined;
};

/** Whether a text is this value to AWS, which reads `0.00`, `-0` and `00` as 0. */
function says<Value>({ decode }: ReadableRule<Value>, text: string | undefined, value: Value): boolean {
  const decoded = text === undefined ? undefined : decode(text);
  return decoded !== undefined && 'value' in decoded && decoded.value === value;
}

/** The methods for which a setting is given this value. */
const methodsWith = <Value>(operations: readonly PatchOperation[], rule: ReadableRule<Value>, value: Value) =>
  operations.flatMap((operation) =>
    'value' in operation && operation.path.endsWith(`/${rule.path}`) && says(rule, operation.value, value)
      ? [decodeMethodKey(operation.path.slice(1, -rule.path.length - 1))]
      : [],
  );

const methodNames = (methods: readonly { resourcePath: string; httpMethod: string | null }[]): string =>
  [...new Set(methods.map(({ resourcePath, httpMethod }) => `${httpMethod ?? '?'} ${resourcePath}`))].join(
    ', ',
  );

function cachingWithoutCluster({ operations, stage }: WarningContext): StageWarning[] {
  const methods = methodsWith(operations, methodSettingRules.cachingEnabled, true);
  const cluster = valueAt(operations, '/cacheClusterEnabled') ?? String(stage.cacheClusterEnabled);
  if (methods.length === 0 || cluster === 'true') return [];
  const message = `Caching is enabled for ${methodNames(methods)}, but the stage has no cache cluster: nothing is cached until cacheClusterEnabled is true.`;
  return [{ code: 'CACHING_WITHOUT_CLUSTER', message }];
}

function fullRequestData({ operations }: WarningContext): StageWarning[] {
  const methods = methodsWith(operations, methodSettingRules.dataTraceEnabled, true);
  if (methods.length === 0) return [];
  const message = `Full requests and responses of ${methodNames(methods)} go to the execution log, personal data and credentials included. Not meant for production.`;
  return [{ code: 'FULL_REQUEST_DATA_LOGGED', message }];
}

function allTrafficBlocked({ operations }: WarningContext): StageWarning[] {
  const { throttlingBurstLimit, throttlingRateLimit } = methodSettingRules;
  const methods = [throttlingBurstLimit, throttlingRateLimit].flatMap((rule) =>
    methodsWith(operations, rule, 0),
  );
  if (methods.length === 0) return [];
  const message = `A throttle of 0 refuses every request to ${methodNames(methods)}; -1 would mean no throttle of its own.`;
  return [{ code: 'ALL_TRAFFIC_BLOCKED', message }];
}

/** The keys of method settings that are written, whatever the setting. */
const writtenKeys = (operations: readonly PatchOperation[]): Set<string> =>
  new Set(
    operations.flatMap(({ op, path }) => {
      const suffix = Object.values(methodSettingRules).find((rule) => path.endsWith(`/${rule.path}`));
      return op === 'replace' && suffix !== undefined ? [path.slice(1, -suffix.path.length - 1)] : [];
    }),
  );

/** Dead keys that are written, and those that the stage holds beside the entries that are written. */
function deadKeys({ operations, stage }: WarningContext): StageWarning[] {
  const written = [...writtenKeys(operations)].map((key) => ({ key, ...decodeMethodKey(key) }));
  const made = written
    .filter(({ canonical }) => !canonical)
    .map(
      ({ key }) =>
        `${JSON.stringify(key)} is a dead key: AWS keeps it, and it is reported to have no effect.`,
    );
  const held = stage.details.methodSettings
    .filter(
      (dead) =>
        !dead.canonical &&
        written.some(
          ({ canonical, resourcePath, httpMethod }) =>
            canonical &&
            resourcePath === dead.resourcePath &&
            (httpMethod === dead.httpMethod || dead.httpMethod === 'ANY'),
        ),
    )
    .map(
      (dead) =>
        `The stage also holds ${JSON.stringify(dead.key)}, a dead key for ${methodNames([dead])} without effect; removeMethodSetting(key:) removes it.`,
    );
  return [...made, ...held].map((message) => ({ code: 'DEAD_KEY', message }));
}

function canaryKept({ operations }: WarningContext): StageWarning[] {
  const promotes = operations.some(({ op, path }) => op === 'copy' && path === '/deploymentId');
  const removes = operations.some(({ op, path }) => op === 'remove' && path === '/canarySettings');
  const percent = valueAt(operations, '/canarySettings/percentTraffic');
  if (!promotes || removes || !says(canaryRules.percentTraffic, percent, 0)) return [];
  const message =
    'The canary is still there, at 0 %: a plain deployment to the stage is refused until removeCanary ends it.';
  return [{ code: 'CANARY_KEPT', message }];
}

function cacheContentLost({ operations, before }: WarningContext): StageWarning[] {
  const size = valueAt(operations, '/cacheClusterSize');
  const hadNone = before?.cacheClusterEnabled === false;
  const hadSame = before?.cacheClusterSize != null && cacheClusterSizes[before.cacheClusterSize] === size;
  if (size === undefined || hadNone || hadSame) return [];
  const message =
    'If the size differs from what it was, the cache cluster is deleted and made again: its content is lost, and nothing is cached for minutes.';
  return [{ code: 'CACHE_CONTENT_LOST', message }];
}

const checks = [
  cachingWithoutCluster,
  fullRequestData,
  allTrafficBlocked,
  deadKeys,
  canaryKept,
  cacheContentLost,
];

/** What AWS accepts in silence and a person may regret, from the operations themselves, whichever mutation made them. */
export const warningsOf = (context: WarningContext): StageWarning[] =>
  checks.flatMap((check) => check(context));
