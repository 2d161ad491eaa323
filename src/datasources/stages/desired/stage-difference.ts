import type { StageFieldChange, StageFieldChangeKind, StagePart } from '../../../__generated__/types.ts';
import { byCodeUnit } from '../../inputs/sorted-maps.ts';
import { accessLogRules, canaryRules, methodSettingRules, stageRules } from '../plans/patch-rules.ts';
import { decodeMethodKey, STAGE_DEFAULT_KEY } from '../wire/method-setting-key.ts';
import { AWS_DEFAULTS, type MethodSettingValues } from '../wire/method-settings.ts';
import { namesOf } from '../wire/wire-enums.ts';
import { allParts, partOf } from './stage-parts.ts';
import type { CanarySettingsState, StageState } from './stage-state.ts';

/** What may be shown of the values of variables. */
export interface VariableVisibility {
  readonly seesValues: boolean;
  /** Names of variables and overrides that always count as changed: equality would disclose their values. */
  readonly given: { readonly variables: ReadonlySet<string>; readonly overrides: ReadonlySet<string> };
}

export const FULL_VISIBILITY: VariableVisibility = {
  seesValues: true,
  given: { variables: new Set(), overrides: new Set() },
};

type Value = string | number | boolean | null;

const textOf = (value: Value | undefined): string | null =>
  value === undefined || value === null ? null : String(value);

const kindOf = (before: string | null, after: string | null): StageFieldChangeKind =>
  before === null ? 'ADDED' : after === null ? 'REMOVED' : 'CHANGED';

/** The change of one value, if it differs. */
function valueChange(
  part: StagePart,
  path: string[],
  one: Value | undefined,
  other: Value | undefined,
): StageFieldChange[] {
  const [before, after] = [textOf(one), textOf(other)];
  return before === after
    ? []
    : [{ part, kind: kindOf(before, after), path, before, after, redacted: false }];
}

const keysOf = (...maps: readonly ReadonlyMap<string, unknown>[]): string[] =>
  [...new Set(maps.flatMap((map) => [...map.keys()]))].sort(byCodeUnit);

/** Changes of variables. For a caller who may not see values, a given variable is always changed. */
function variableChanges(
  part: StagePart,
  path: readonly string[],
  [before, after]: readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>],
  seesValues: boolean,
  given: ReadonlySet<string>,
): StageFieldChange[] {
  return keysOf(before, after).flatMap((name): StageFieldChange[] => {
    const at = [...path, name];
    const changes = valueChange(part, at, before.get(name), after.get(name));
    if (seesValues) return changes;
    const hidden = { part, path: at, before: null, after: null, redacted: true };
    if (given.has(name)) return [{ ...hidden, kind: 'CHANGED' }];
    return changes.map(({ kind }) => ({ ...hidden, kind }));
  });
}

const tagChanges = (before: StageState, after: StageState): StageFieldChange[] =>
  keysOf(before.tags, after.tags).flatMap((key) =>
    valueChange('TAGS', ['tags', key], before.tags.get(key), after.tags.get(key)),
  );

/** A new stage has no deployment before. */
const fieldChanges = (before: StageState, after: StageState): StageFieldChange[] =>
  namesOf(stageRules).flatMap((name) =>
    valueChange(
      partOf[name],
      [name],
      before.fields[name] === '' ? null : before.fields[name],
      after.fields[name],
    ),
  );

const accessLogChanges = (before: StageState, after: StageState): StageFieldChange[] =>
  namesOf(accessLogRules).flatMap((name) =>
    valueChange(
      'ACCESS_LOG_SETTINGS',
      ['accessLogSettings', name],
      before.accessLog?.[name],
      after.accessLog?.[name],
    ),
  );

/** A canary that serves the stage's own deployment shows an echo of it. */
export const isEcho = ({ canary, fields }: StageState): boolean =>
  canary?.deploymentId === fields.deploymentId;

function canaryChanges(
  before: StageState,
  after: StageState,
  { seesValues, given }: VariableVisibility,
): StageFieldChange[] {
  const part = 'CANARY_SETTINGS';
  const path = ['canarySettings'];
  const isSame = (name: keyof CanarySettingsState): boolean =>
    name === 'deploymentId' && isEcho(before) && isEcho(after);
  const none = new Map<string, string>();
  const overrides = [before.canary?.overrides ?? none, after.canary?.overrides ?? none] as const;
  return [
    ...namesOf(canaryRules).flatMap((name) =>
      isSame(name) ? [] : valueChange(part, [...path, name], before.canary?.[name], after.canary?.[name]),
    ),
    ...variableChanges(part, [...path, 'stageVariableOverrides'], overrides, seesValues, given.overrides),
  ];
}

/** An entry by the names of the schema. */
function entryPath(key: string): string[] {
  const { resourcePath, httpMethod, canonical } = decodeMethodKey(key);
  return ['methodSettings', ...(canonical && httpMethod !== null ? [resourcePath, httpMethod] : [key])];
}

/** What a new entry of this state starts with. */
export const newEntryValues = ({ methods }: Pick<StageState, 'methods'>): MethodSettingValues =>
  methods.get(STAGE_DEFAULT_KEY) ?? AWS_DEFAULTS;

function entryChanges(key: string, before: StageState, after: StageState): StageFieldChange[] {
  const part = 'METHOD_SETTINGS';
  const path = entryPath(key);
  const one = before.methods.get(key);
  const other = after.methods.get(key);
  // Of an entry that only one state has, the values that repeat its default entry are an echo.
  const [isIn, entry] = one === undefined ? ([after, other] as const) : ([before, one] as const);
  const fresh = key === STAGE_DEFAULT_KEY ? AWS_DEFAULTS : newEntryValues(isIn);
  const isAlone = one === undefined || other === undefined;
  const changes = namesOf(methodSettingRules).flatMap((name) =>
    isAlone && entry?.[name] === fresh[name]
      ? []
      : valueChange(part, [...path, name], one?.[name], other?.[name]),
  );
  if (!isAlone || changes.length > 0) return changes;
  const kind = one === undefined ? 'ADDED' : 'REMOVED';
  return [{ part, kind, path, before: null, after: null, redacted: false }];
}

const methodChanges = (before: StageState, after: StageState): StageFieldChange[] =>
  keysOf(before.methods, after.methods).flatMap((key) => entryChanges(key, before, after));

/** Every value that differs between two states of a stage, by part. */
export function differenceOfStages(
  before: StageState,
  after: StageState,
  visibility: VariableVisibility,
): StageFieldChange[] {
  const { seesValues, given } = visibility;
  const changes = [
    ...fieldChanges(before, after),
    ...methodChanges(before, after),
    ...variableChanges(
      'VARIABLES',
      ['variables'],
      [before.variables, after.variables],
      seesValues,
      given.variables,
    ),
    ...accessLogChanges(before, after),
    ...canaryChanges(before, after, visibility),
    ...tagChanges(before, after),
  ];
  return changes.sort((a, b) => allParts.indexOf(a.part) - allParts.indexOf(b.part));
}
