import type { StageWarning } from '../../../__generated__/types.ts';
import { decodeMethodKey, removalPaths } from '../wire/method-setting-key.ts';
import type { MethodSettingModel, StageModel } from '../wire/model.ts';
import { cacheClusterSizes } from '../wire/wire-enums.ts';
import { type ServedState, testsNothing } from './canary-state.ts';
import type { PatchOperation } from './patch-plan.ts';
import { canaryRules, methodSettingRules, type ReadableRule } from './patch-rules.ts';

/** What warnings depend on. */
export interface WarningContext {
  readonly operations: readonly PatchOperation[];
  /** The stage as the change has read it, or makes it; undefined if it was not read. */
  readonly before: StageModel | undefined;
  /** The same, or as the cache has it. */
  readonly known: StageModel | undefined;
  /** The change makes the stage. */
  readonly isNew?: boolean;
  /** The stage after the change, or as it is now in a dry run. */
  readonly stage: StageModel;
  /** What it serves after the change. */
  readonly after: ServedState;
}

const valueAt = (operations: readonly PatchOperation[], path: string): string | undefined => {
  const operation = operations.findLast((each) => each.path === path);
  return operation !== undefined && 'value' in operation ? operation.value : undefined;
};

/** Whether AWS reads a text as this value: `0.00`, `-0` and `00` are 0. */
function isValue<Value>({ decode }: ReadableRule<Value>, text: string | undefined, value: Value): boolean {
  const decoded = text === undefined ? undefined : decode(text);
  return decoded !== undefined && 'value' in decoded && decoded.value === value;
}

const methodsWith = <Value>(operations: readonly PatchOperation[], rule: ReadableRule<Value>, value: Value) =>
  operations.flatMap((operation) =>
    'value' in operation && operation.path.endsWith(`/${rule.path}`) && isValue(rule, operation.value, value)
      ? [decodeMethodKey(operation.path.slice(1, -rule.path.length - 1))]
      : [],
  );

const namesOf = (methods: readonly { resourcePath: string; httpMethod: string | null }[]): string =>
  [...new Set(methods.map(({ resourcePath, httpMethod }) => `${httpMethod ?? '?'} ${resourcePath}`))].join(
    ', ',
  );

function cachingWithoutCluster({ operations, stage }: WarningContext): StageWarning[] {
  const methods = methodsWith(operations, methodSettingRules.cachingEnabled, true);
  const cluster = valueAt(operations, '/cacheClusterEnabled') ?? String(stage.cacheClusterEnabled);
  if (methods.length === 0 || cluster === 'true') return [];
  const message = `Caching is enabled for ${namesOf(methods)}, but the stage has no cache cluster: nothing is cached until cacheClusterEnabled is true.`;
  return [{ code: 'CACHING_WITHOUT_CLUSTER', message }];
}

function fullRequestData({ operations }: WarningContext): StageWarning[] {
  const methods = methodsWith(operations, methodSettingRules.dataTraceEnabled, true);
  if (methods.length === 0) return [];
  const message = `The execution log receives full requests and responses of ${namesOf(methods)}, including personal data and credentials. Do not use this in production.`;
  return [{ code: 'FULL_REQUEST_DATA_LOGGED', message }];
}

function allTrafficBlocked({ operations }: WarningContext): StageWarning[] {
  const { throttlingBurstLimit, throttlingRateLimit } = methodSettingRules;
  const methods = [throttlingBurstLimit, throttlingRateLimit].flatMap((rule) =>
    methodsWith(operations, rule, 0),
  );
  if (methods.length === 0) return [];
  const message = `A throttle of 0 refuses every request to ${namesOf(methods)}; -1 means no throttle of its own.`;
  return [{ code: 'ALL_TRAFFIC_BLOCKED', message }];
}

/** The keys of method settings that are written, whatever the setting. */
export const writtenKeys = (operations: readonly PatchOperation[]): Set<string> =>
  new Set(
    operations.flatMap(({ op, path }) => {
      const suffix = Object.values(methodSettingRules).find((rule) => path.endsWith(`/${rule.path}`));
      return op === 'replace' && suffix !== undefined ? [path.slice(1, -suffix.path.length - 1)] : [];
    }),
  );

/** Dead keys that are written, and dead keys that the stage has beside the written entries. */
function deadKeys({ operations, stage }: WarningContext): StageWarning[] {
  const written = [...writtenKeys(operations)].map((key) => ({ key, ...decodeMethodKey(key) }));
  const made = written
    .filter(({ canonical }) => !canonical)
    .map(
      ({ key }) =>
        `${JSON.stringify(key)} is a dead key: AWS keeps it, and it is reported to have no effect.`,
    );
  const live = written.filter(({ canonical }) => canonical);
  const isBesideLive = ({ canonical, resourcePath, httpMethod }: MethodSettingModel): boolean =>
    !canonical &&
    live.some(
      (each) =>
        each.resourcePath === resourcePath && (each.httpMethod === httpMethod || httpMethod === 'ANY'),
    );
  const removed = new Set(operations.filter(({ op }) => op === 'remove').map(({ path }) => path));
  const isRemoved = ({ key }: MethodSettingModel): boolean =>
    removalPaths(key).some((path) => removed.has(path));
  const existing = stage.details.methodSettings
    .filter((entry) => isBesideLive(entry) && !isRemoved(entry))
    .map(
      (dead) =>
        `The stage also has ${JSON.stringify(dead.key)}, a dead key for ${namesOf([dead])} without effect; removeMethodSetting(key:) removes it.`,
    );
  return [...made, ...existing].map((message) => ({ code: 'DEAD_KEY', message }));
}

/** Whether the canary's deployment becomes the stage's own. */
export const promotes = (operations: readonly PatchOperation[]): boolean =>
  operations.some(({ op, path }) => op === 'copy' && path === '/deploymentId');

function canaryKept({ operations }: WarningContext): StageWarning[] {
  const removes = operations.some(({ op, path }) => op === 'remove' && path === '/canarySettings');
  const percent = valueAt(operations, '/canarySettings/percentTraffic');
  if (!promotes(operations) || removes || !isValue(canaryRules.percentTraffic, percent, 0)) return [];
  const message =
    'The canary still exists, at 0 %: plain deployments to the stage are refused until removeCanary ends it.';
  return [{ code: 'CANARY_KEPT', message }];
}

const OVERRIDES = '/canarySettings/stageVariableOverrides/';

/** After a promotion a canary without traffic is one of itself: that is `canaryKept`. */
function canaryOfItself({ operations, after, isNew = false }: WarningContext): StageWarning[] {
  const isTouched = operations.some(({ op, path }) =>
    op === 'remove'
      ? path.startsWith(OVERRIDES)
      : path === '/deploymentId' || path.startsWith('/canarySettings/'),
  );
  const isKept = promotes(operations) && after.canarySettings?.percentTraffic === 0;
  if (!(isNew || isTouched) || isKept || !testsNothing(after)) return [];
  const message =
    "The canary serves the stage's own deployment, without overrides of variables: it tests nothing. Give it another deployment, or remove it.";
  return [{ code: 'CANARY_OF_ITSELF', message }];
}

/** A step that more than doubles the share, beyond this one, is large. */
const SMALL_PERCENT = 25;

/** The warning of a step of a deployment's share. */
export function canaryStepWarnings(from: number, to: number): StageWarning[] {
  if (to <= SMALL_PERCENT || to <= 2 * from) return [];
  const message = `The canary's deployment goes from ${from} % to ${to} % of the requests in one step. Smaller steps show a fault while it affects few clients.`;
  return [{ code: 'CANARY_STEP_LARGE', message }];
}

/** Whether operations change the canary's share, or what has it. */
const SHARE = /^\/canarySettings\/(percentTraffic|deploymentId)$/;

function canaryStepLarge({ operations, known, after, isNew = false }: WarningContext): StageWarning[] {
  const isTouched = operations.some(({ op, path }) => op === 'replace' && SHARE.test(path));
  const canary = after.canarySettings;
  if (!isTouched || isNew || known === undefined || canary === null || promotes(operations)) return [];
  // Another deployment has had no share yet.
  const earlier = known.canarySettings;
  const from = earlier?.deploymentId === canary.deploymentId ? earlier.percentTraffic : 0;
  return canaryStepWarnings(from, canary.percentTraffic);
}

/** Whether warnings of these operations depend on the stage before. */
export const comparesStages = (operations: readonly PatchOperation[]): boolean =>
  operations.some(({ op, path }) => op !== 'remove' && (path === '/deploymentId' || SHARE.test(path)));

function cacheContentLost({ operations, before }: WarningContext): StageWarning[] {
  const size = valueAt(operations, '/cacheClusterSize');
  const hadNone = before?.cacheClusterEnabled === false;
  const hadSame = before?.cacheClusterSize != null && cacheClusterSizes[before.cacheClusterSize] === size;
  if (size === undefined || hadNone || hadSame) return [];
  const message =
    'If the size changes, the cache cluster is deleted and created again: its content is lost, and nothing is cached for minutes.';
  return [{ code: 'CACHE_CONTENT_LOST', message }];
}

const checks = [
  cachingWithoutCluster,
  fullRequestData,
  allTrafficBlocked,
  deadKeys,
  canaryKept,
  canaryOfItself,
  canaryStepLarge,
  cacheContentLost,
];

/** What AWS accepts silently but the user may regret. It depends on the operations, not on the mutation. */
export const warningsOf = (context: WarningContext): StageWarning[] =>
  checks.flatMap((check) => check(context));
