import type { MethodSettingInput, StageMethodSettingInput } from '../../../__generated__/types.ts';
import { type FieldPath, type InputProblem, problemsAt } from '../../inputs/input-problem.ts';
import { methodName } from '../../rest-apis/method-names.ts';
import {
  addressProblem,
  encodeMethodKey,
  type KeyedMethod,
  keyedMethods,
  STAGE_DEFAULT_KEY,
} from '../wire/method-setting-key.ts';
import { AWS_DEFAULTS, entryWithKey, type MethodSettingValues } from '../wire/method-settings.ts';
import { namesOf } from '../wire/wire-enums.ts';
import { planFields } from './apply-patch-rules.ts';
import {
  staticPlan,
  combinePlans,
  type PatchOperation,
  type PatchPlan,
  type Refusal,
  remove,
} from './patch-plan.ts';
import { methodSettingRules } from './patch-rules.ts';

const rows = namesOf(methodSettingRules);

/** A throttle of 0 blocks every request. AWS accepts it silently; the gateway requires blockAllTraffic. */
function blockingProblems(settings: MethodSettingInput, at: FieldPath): InputProblem[] {
  const zero = (['throttlingBurstLimit', 'throttlingRateLimit'] as const).filter(
    (name) => settings[name] === 0,
  );
  if (settings.blockAllTraffic === true) {
    const message = 'blockAllTraffic has no effect without a throttle of 0 in the same input.';
    return zero.length > 0 ? [] : [{ field: [...at, 'blockAllTraffic'], message }];
  }
  return zero.map((name) => ({
    field: [...at, name],
    message: `${name} 0 refuses every request to the method. Set blockAllTraffic: true to confirm.`,
  }));
}

function settingsProblems(settings: MethodSettingInput, at: FieldPath): InputProblem[] {
  const { problems } = planFields(methodSettingRules, settings, '', at);
  const isEmpty = rows.every((name) => settings[name] === undefined);
  const nothing = problemsAt(at, isEmpty ? 'settings must change at least one value.' : undefined);
  return [...problems, ...nothing, ...blockingProblems(settings, at)];
}

/**
 * AWS cannot reset one value. The entry is removed and written again: AWS creates it as a copy of the stage's default
 * entry (or of its own defaults), and the values to keep are written over it. `kept` is the entry with these values.
 */
function rebuild(
  key: string,
  kept: MethodSettingValues,
  settings: MethodSettingInput,
  shared: MethodSettingValues,
): readonly PatchOperation[] {
  const base = `/${key}/`;
  const operationsOf = (values: MethodSettingInput) =>
    planFields(methodSettingRules, values, base, []).operations;
  const old = operationsOf(kept);
  const changed = operationsOf(settings);
  const operations = rows.flatMap((name) => {
    const path = base + methodSettingRules[name].path;
    return (settings[name] === undefined ? old : changed).filter((operation) => operation.path === path);
  });
  // If everything is reset, one write is needed to create the entry.
  const { metricsEnabled } = shared;
  return [remove(`/${key}`), ...(operations.length > 0 ? operations : operationsOf({ metricsEnabled }))];
}

/** The stage's default entry after the earlier changes of the same call. */
function defaultAfter(
  stored: MethodSettingValues | undefined,
  earlier: readonly StageMethodSettingInput[],
): MethodSettingValues {
  const changes = earlier.find(({ httpMethod }) => httpMethod === 'ALL')?.settings;
  const before = stored ?? AWS_DEFAULTS;
  if (changes === undefined) return before;
  const { metricsEnabled = before.metricsEnabled, loggingLevel = before.loggingLevel } = changes;
  return { ...before, metricsEnabled: metricsEnabled ?? AWS_DEFAULTS.metricsEnabled, loggingLevel };
}

/** An entry with values that the schema does not know cannot be written again. */
const unknownRefusal = (unknown: readonly (readonly string[])[], at: FieldPath): Refusal => ({
  code: 'REJECTED',
  message: `The entry has a value that this gateway does not know (${unknown.map((each) => each.join(' ')).join(', ')}). A reset would lose it: set that value in the same change.`,
  field: at,
});

/** Settings of one entry. It reads the stage only if a null resets a setting. */
function planEntry(
  method: KeyedMethod,
  settings: MethodSettingInput,
  at: FieldPath,
  earlier: readonly StageMethodSettingInput[],
): PatchPlan {
  const key = encodeMethodKey(method);
  const { operations } = planFields(methodSettingRules, settings, `/${key}/`, []);
  if (rows.every((name) => settings[name] !== null)) return staticPlan([], operations);
  return {
    problems: [],
    readsFirst: true,
    translate({ details: { methodSettings } }) {
      const entry = entryWithKey(methodSettings, key);
      // Without an entry there is nothing to reset: AWS creates a new one.
      if (entry === undefined) return { operations };
      const lost = entry.unknownValues.filter(([name]) => settings[name] === undefined);
      if (lost.length > 0) return { refusal: unknownRefusal(lost, at) };
      const shared =
        key === STAGE_DEFAULT_KEY
          ? AWS_DEFAULTS
          : defaultAfter(entryWithKey(methodSettings, STAGE_DEFAULT_KEY), earlier);
      // An absent level means OFF, but a new entry would take the level of the default entry.
      const wouldInherit = entry.loggingLevel === null && shared.loggingLevel !== null;
      const kept = wouldInherit ? { ...entry, loggingLevel: 'OFF' as const } : entry;
      return { operations: rebuild(key, kept, settings, shared) };
    },
  };
}

/**
 * Settings of one method, of the seven that ANY means, or of the stage's default entry. `earlier` are the entries that
 * the same call changes first.
 */
export function planMethodSetting(
  input: StageMethodSettingInput,
  at: FieldPath,
  earlier: readonly StageMethodSettingInput[] = [],
): PatchPlan {
  const { settings } = input;
  const problems = [
    ...problemsAt([...at, 'resourcePath'], addressProblem(input)),
    ...settingsProblems(settings, [...at, 'settings']),
  ];
  const entries = keyedMethods(input).map((method) => planEntry(method, settings, at, earlier));
  return { ...combinePlans(entries), problems };
}

/** Inputs that write the same entry as an earlier input: the same method again, or ANY beside a verb. */
function repetitions(inputs: readonly StageMethodSettingInput[], at: FieldPath): InputProblem[] {
  const writers = new Map<string, string>();
  return inputs.flatMap((input, index) => {
    const own = methodName(input);
    const names = keyedMethods(input).map(methodName);
    const shared = names.find((name) => writers.has(name));
    const other = shared === undefined ? undefined : writers.get(shared);
    for (const name of names) writers.set(name, own);
    if (shared === undefined || other === undefined) return [];
    const message =
      other === own
        ? `${own} appears twice; put all its settings into one entry.`
        : `${own} and ${other} both write the settings of ${shared}: ANY means every verb.`;
    return [{ field: [...at, String(index)], message }];
  });
}

/** Settings of several methods, in the given order; each entry at most once. */
export function planMethodSettings(inputs: readonly StageMethodSettingInput[], at: FieldPath): PatchPlan {
  const plan = combinePlans(
    inputs.map((input, index) => planMethodSetting(input, [...at, String(index)], inputs.slice(0, index))),
  );
  return { ...plan, problems: [...plan.problems, ...repetitions(inputs, at)] };
}
