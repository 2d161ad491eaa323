import { byCodeUnit } from '../../inputs/sorted-maps.ts';
import { writesOf } from '../plans/apply-patch-rules.ts';
import { MAX_OPERATIONS, type PatchOperation, remove, replace } from '../plans/patch-plan.ts';
import { accessLogRules, canaryRules, methodSettingRules, stageRules } from '../plans/patch-rules.ts';
import { canaryRemoval } from '../plans/plan-canary.ts';
import { accessLogRemoval } from '../plans/plan-stage.ts';
import { escapeSegment } from '../wire/json-pointer.ts';
import { STAGE_DEFAULT_KEY } from '../wire/method-setting-key.ts';
import { AWS_DEFAULTS, type MethodSettingValues } from '../wire/method-settings.ts';
import { namesOf } from '../wire/wire-enums.ts';
import { newEntryValues, type VariableVisibility } from './stage-difference.ts';
import type { CanarySettingsState, StageFields, StageState } from './stage-state.ts';

/** Operations that must be in the same call. */
export type OperationGroup = readonly PatchOperation[];

const OVERRIDES = '/canarySettings/stageVariableOverrides/';

/** The members of two objects that differ: those of the second. */
function differing<Values extends object>(
  names: readonly (keyof Values)[],
  one: Values,
  other: Values,
): Partial<Values> {
  const changed: Partial<Values> = {};
  for (const name of names) if (one[name] !== other[name]) changed[name] = other[name];
  return changed;
}

const isEmpty = (group: OperationGroup): boolean => group.length === 0;

/** The fields apart from the deployment. The cache cluster has two that belong together. */
function fieldGroups(before: StageFields, after: StageFields): OperationGroup[] {
  const { deploymentId, cacheClusterEnabled, cacheClusterSize, ...others } = differing(
    namesOf(stageRules),
    before,
    after,
  );
  const cluster = {
    ...(cacheClusterEnabled === undefined ? {} : { cacheClusterEnabled }),
    // Without a cluster there is no size to set.
    ...(cacheClusterSize == null ? {} : { cacheClusterSize }),
  };
  const operationsOf = (fields: Partial<StageFields>): readonly PatchOperation[] =>
    writesOf(stageRules, fields, '/');
  return [operationsOf(cluster), ...operationsOf(others).map((operation) => [operation])];
}

/** Variables to set, and names to remove. For a caller who may not see values, a given variable always differs. */
function variableOperations(
  base: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  { seesValues }: VariableVisibility,
  given: ReadonlySet<string>,
) {
  const isSet = (name: string, value: string): boolean =>
    before.get(name) !== value || (!seesValues && given.has(name));
  return {
    set: [...after]
      .filter(([name, value]) => isSet(name, value))
      .sort(([a], [b]) => byCodeUnit(a, b))
      .map(([name, value]) => replace(base + escapeSegment(name), value)),
    removed: [...before.keys()]
      .filter((name) => !after.has(name))
      .sort(byCodeUnit)
      .map((name) => remove(base + escapeSegment(name))),
  };
}

function accessLogGroup({ accessLog: before }: StageState, { accessLog: after }: StageState): OperationGroup {
  if (after === null) return [];
  const none = { destinationArn: null, format: null };
  const names = namesOf(accessLogRules);
  const operationsOf = (changed: Partial<typeof after>) =>
    writesOf(accessLogRules, changed, '/accessLogSettings/');
  const isCleared = names.some((name) => before !== null && before[name] !== null && after[name] === null);
  // AWS removes only the whole access log.
  return isCleared
    ? [...accessLogRemoval, ...operationsOf(differing(names, none, after))]
    : operationsOf(differing(names, before ?? none, after));
}

/** The canary in one group; a longer one in several, without traffic until it is complete. */
function canaryGroups(
  before: StageState,
  after: StageState,
  visibility: VariableVisibility,
): OperationGroup[] {
  const { canary } = after;
  if (canary === null) return [];
  // AWS starts a canary at any write: with these values.
  const fresh: CanarySettingsState = {
    deploymentId: before.fields.deploymentId,
    percentTraffic: 0,
    useStageCache: false,
    overrides: new Map(),
  };
  const earlier = before.canary ?? fresh;
  const { given } = visibility;
  const fields = differing<Omit<CanarySettingsState, 'overrides'>>(namesOf(canaryRules), earlier, canary);
  const { set, removed } = variableOperations(
    OVERRIDES,
    earlier.overrides,
    canary.overrides,
    visibility,
    given.overrides,
  );
  const operationsOf = (values: typeof fields) => writesOf(canaryRules, values, '/canarySettings/');
  // Removed first: AWS counts what there is at each operation.
  const group = [...operationsOf(fields), ...removed, ...set];
  if (group.length === 0 && before.canary === null) return [operationsOf({ percentTraffic: 0 })];
  if (group.length <= MAX_OPERATIONS) return [group];
  const paused = earlier.percentTraffic > 0 ? operationsOf({ percentTraffic: 0 }) : [];
  const { percentTraffic } = canary;
  return [
    paused,
    ...[...removed, ...set].map((operation) => [operation]),
    operationsOf({ ...fields, percentTraffic }),
  ];
}

/** The operations that make an entry: `current` is what it is, or would be created with. */
function entryWrites(
  key: string,
  current: MethodSettingValues,
  after: MethodSettingValues,
): readonly PatchOperation[] {
  const changed = differing(namesOf(methodSettingRules), current, after);
  return writesOf(methodSettingRules, changed, `/${key}/`);
}

/** A new entry, or one that is recreated. AWS creates it at its first write. */
function newEntry(key: string, fresh: MethodSettingValues, after: MethodSettingValues): OperationGroup {
  const writes = entryWrites(key, fresh, after);
  if (writes.length > 0) return writes;
  const { metricsEnabled } = after;
  return writesOf(methodSettingRules, { metricsEnabled }, `/${key}/`);
}

/** The entry's operations: those that differ, or all of a new one. A level cannot be cleared: the entry is recreated. */
function entryGroup(
  key: string,
  before: MethodSettingValues | undefined,
  after: MethodSettingValues,
  fresh: MethodSettingValues,
): OperationGroup {
  if (before === undefined) return newEntry(key, fresh, after);
  const writes = entryWrites(key, before, after);
  const differences = Object.keys(differing(namesOf(methodSettingRules), before, after)).length;
  // A new entry cannot be without a level where the default entry has one.
  if (after.loggingLevel === null && fresh.loggingLevel !== null) return writes;
  const anew = [remove(`/${key}`), ...newEntry(key, fresh, after)];
  return writes.length === differences && writes.length <= anew.length ? writes : anew;
}

interface MethodGroups {
  readonly set: readonly OperationGroup[];
  readonly removed: readonly OperationGroup[];
}

const removeEntries = (keys: readonly string[]): OperationGroup[] => keys.map((key) => [remove(`/${key}`)]);

/** The entries of methods, by key. */
const entriesOf = ({ methods }: StageState): (readonly [key: string, values: MethodSettingValues])[] =>
  [...methods].filter(([key]) => key !== STAGE_DEFAULT_KEY).sort(([a], [b]) => byCodeUnit(a, b));

/** Method settings in one call: the default entry first, so that new entries start with the new one. */
function methodsAtOnce(before: StageState, after: StageState): MethodGroups {
  const { ofDefault, gone } = defaultEntry(before, after);
  const entries = entriesOf(after).map(([key, values]) =>
    entryGroup(key, before.methods.get(key), values, newEntryValues(after)),
  );
  return { set: [...ofDefault, ...gone, ...entries], removed: [] };
}

/**
 * Method settings in several calls: new entries start with the old default entry, which is written or removed after them, so
 * that no method is without its throttle in between. An entry that must be without a level is recreated after that: only then
 * does a new entry not start with one.
 */
function methodsInCalls(before: StageState, after: StageState): MethodGroups {
  const { ofDefault, gone } = defaultEntry(before, after);
  const old = newEntryValues(before);
  const entries = entriesOf(after).map(([key, values]) => {
    const earlier = before.methods.get(key);
    const isLate = values.loggingLevel === null && (earlier ?? old).loggingLevel !== null;
    const atOnce = entryGroup(key, earlier, values, old);
    if (!isLate) return { first: atOnce, late: [] };
    return {
      first: earlier === undefined ? atOnce : entryWrites(key, earlier, values),
      late: [remove(`/${key}`), ...newEntry(key, newEntryValues(after), values)],
    };
  });
  return {
    set: [...entries.map(({ first }) => first), ...ofDefault],
    removed: [...gone, ...entries.map(({ late }) => late)],
  };
}

function defaultEntry({ methods: before }: StageState, { methods: after }: StageState) {
  const earlier = before.get(STAGE_DEFAULT_KEY);
  const later = after.get(STAGE_DEFAULT_KEY);
  return {
    ofDefault: later === undefined ? [] : [entryGroup(STAGE_DEFAULT_KEY, earlier, later, AWS_DEFAULTS)],
    gone: earlier !== undefined && later === undefined ? removeEntries([STAGE_DEFAULT_KEY]) : [],
  };
}

function removals(before: StageState, after: StageState, methods: MethodGroups, removed: OperationGroup) {
  const entries = [...before.methods.keys()]
    .filter((key) => key !== STAGE_DEFAULT_KEY && !after.methods.has(key))
    .sort(byCodeUnit);
  return [
    before.accessLog !== null && after.accessLog === null ? accessLogRemoval : [],
    before.canary !== null && after.canary === null ? canaryRemoval : [],
    ...removeEntries(entries),
    ...methods.removed,
    ...removed.map((operation) => [operation]),
  ];
}

function groupsOf(
  before: StageState,
  after: StageState,
  visibility: VariableVisibility,
  isOneCall: boolean,
): OperationGroup[] {
  const methods = isOneCall ? methodsAtOnce(before, after) : methodsInCalls(before, after);
  const { set, removed } = variableOperations(
    '/variables/',
    before.variables,
    after.variables,
    visibility,
    visibility.given.variables,
  );
  const { deploymentId } = after.fields;
  const groups = [
    ...fieldGroups(before.fields, after.fields),
    // Within one call nothing is missing in between, and AWS counts the variables at each operation.
    ...(isOneCall ? [removed] : []),
    ...set.map((operation) => [operation]),
    accessLogGroup(before, after),
    ...methods.set,
    ...canaryGroups(before, after, visibility),
    deploymentId === before.fields.deploymentId ? [] : [replace('/deploymentId', deploymentId)],
    ...removals(before, after, methods, isOneCall ? [] : removed),
  ];
  return groups.filter((group) => !isEmpty(group));
}

/** Groups in as few calls as possible, in their order. */
function pack(groups: readonly OperationGroup[]): PatchOperation[][] {
  const calls: PatchOperation[][] = [];
  for (const group of groups) {
    const last = calls.at(-1);
    if (last === undefined || last.length + group.length > MAX_OPERATIONS) calls.push([...group]);
    else last.push(...group);
  }
  return calls;
}

/**
 * The calls that make one state of a stage another one; none if nothing differs. If one call is not enough: what is set
 * first, then the deployment, removals last. No call in between then serves a deployment without its variables, lifts a throttle
 * that both states have, or sends requests to a canary that neither has.
 */
export function callsBetween(
  before: StageState,
  after: StageState,
  visibility: VariableVisibility,
): readonly (readonly PatchOperation[])[] {
  const calls = pack(groupsOf(before, after, visibility, true));
  return calls.length <= 1 ? calls : pack(groupsOf(before, after, visibility, false));
}
