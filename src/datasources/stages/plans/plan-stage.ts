import type {
  AccessLogSettingsInput,
  RemoveMethodSettingInput,
  SetStageVariablesInput,
  UpdateStageInput,
} from '../../../__generated__/types.ts';
import type { FieldPath, InputProblem } from '../../inputs/input-problem.ts';
import { quote } from '../../inputs/names.ts';
import { addressProblem, encodeMethodKey, isMethodKey, keyedMethods } from '../wire/method-setting-key.ts';
import { entryWithKey } from '../wire/method-settings.ts';
import { accessLogRules, stageRules } from './patch-rules.ts';
import { canaryRemoval, planCanary } from './plan-canary.ts';
import { planFields } from './plan-fields.ts';
import { planMethodSettings } from './plan-method-settings.ts';
import { planVariables } from './plan-variables.ts';
import { staticPlan, combinePlans, type Plan, remove } from './plan.ts';

const nothingIn = (at: FieldPath, message: string): InputProblem => ({ field: at, message });

/** Variables to set and to remove; at least one. */
export function planStageVariables(
  input: Pick<SetStageVariablesInput, 'set' | 'remove'>,
  at: FieldPath,
): Plan {
  const { problems, operations } = planVariables(
    { set: input.set ?? [], remove: input.remove ?? [] },
    '/variables/',
    { set: [...at, 'set'], remove: [...at, 'remove'] },
  );
  const empty =
    operations.length === 0 ? [nothingIn(at, 'At least one variable must be set or removed.')] : [];
  return staticPlan([...problems, ...empty], () => operations);
}

/** Destination and format of the access log; at least one. */
export function planAccessLog(input: AccessLogSettingsInput, at: FieldPath): Plan {
  const { problems, operations } = planFields(accessLogRules, input, '/accessLogSettings/', at);
  const empty = operations.length + problems.length === 0;
  const nothing = empty ? [nothingIn(at, 'destinationArn or format is required.')] : [];
  return staticPlan([...problems, ...nothing], () => operations);
}

/** AWS removes only the whole access log. It refuses to remove one of its two values, although it documents that. */
export const accessLogRemoval = [remove('/accessLogSettings')];

const keyProblem = (key: string): string | undefined =>
  isMethodKey(key)
    ? undefined
    : `key must be the key of a stored method setting, e.g. "pets/GET", not ${quote(key)}.`;

/** Removes one method's entry: by its address or, for a dead key, by its key. */
export function planMethodSettingRemoval(input: RemoveMethodSettingInput): Plan {
  const { resourcePath, httpMethod, key } = input;
  const at = (name: string) => ['input', name];
  if (key != null) {
    const both = resourcePath != null || httpMethod != null;
    const message = both ? 'key cannot be combined with resourcePath or httpMethod.' : keyProblem(key);
    return staticPlan(message === undefined ? [] : [{ field: at('key'), message }], () => [
      remove(`/${key}`),
    ]);
  }
  if (resourcePath == null || httpMethod == null) {
    const missing = resourcePath == null ? 'resourcePath' : 'httpMethod';
    const message = 'Pass resourcePath and httpMethod, or the key of a dead entry.';
    return staticPlan([{ field: at(missing), message }], () => []);
  }
  const address = { resourcePath, httpMethod };
  const message = addressProblem(address);
  const problems = message === undefined ? [] : [{ field: at('resourcePath'), message }];
  const keys = keyedMethods(address).map(encodeMethodKey);
  if (httpMethod !== 'ANY') return staticPlan(problems, () => keys.map((key) => remove(`/${key}`)));
  // AWS refuses to remove an entry that does not exist, and rarely all seven verbs have one.
  return {
    problems,
    readsFirst: true,
    translate: ({ details: { methodSettings } }) => ({
      operations: keys
        .filter((key) => entryWithKey(methodSettings, key) !== undefined)
        .map((key) => remove(`/${key}`)),
    }),
  };
}

/** With a size but no cluster, the status stays NOT_AVAILABLE for ever (stage-api.md, section 8). */
export const cacheSizeProblems = (
  input: Pick<UpdateStageInput, 'cacheClusterEnabled' | 'cacheClusterSize'>,
  at: FieldPath,
): InputProblem[] => {
  if (input.cacheClusterSize == null || input.cacheClusterEnabled === true) return [];
  const message = 'cacheClusterSize requires cacheClusterEnabled: true; without a cluster it has no effect.';
  return [{ field: [...at, 'cacheClusterSize'], message }];
};

function planVariablesOf({ variables }: UpdateStageInput, at: FieldPath): Plan {
  if (variables != null) return planStageVariables(variables, at);
  return staticPlan(
    [{ field: at, message: 'variables cannot be null: list the names to remove.' }],
    () => [],
  );
}

/** Any combination of changes, in this order: the stage's own fields, variables, access log, canary, method settings. */
export function planUpdate(input: UpdateStageInput): Plan {
  const at = ['input'];
  const { problems, operations } = planFields(stageRules, input, '/', at);
  const given = (name: 'variables' | 'accessLogSettings' | 'canarySettings') => input[name] !== undefined;
  const { accessLogSettings, canarySettings, methodSettings } = input;
  const parts = [
    ...(given('variables') ? [planVariablesOf(input, [...at, 'variables'])] : []),
    ...(given('accessLogSettings')
      ? [
          accessLogSettings == null
            ? staticPlan([], () => accessLogRemoval)
            : planAccessLog(accessLogSettings, [...at, 'accessLogSettings']),
        ]
      : []),
    ...(given('canarySettings')
      ? [
          canarySettings == null
            ? staticPlan([], () => canaryRemoval)
            : planCanary(canarySettings, [...at, 'canarySettings']),
        ]
      : []),
    ...(methodSettings != null && methodSettings.length > 0
      ? [planMethodSettings(methodSettings, [...at, 'methodSettings'])]
      : []),
  ];
  const deploymentFields = input.deploymentId == null ? [] : [[...at, 'deploymentId']];
  const own = [...problems, ...cacheSizeProblems(input, at)];
  const empty = own.length + operations.length + parts.length === 0;
  const nothing = empty ? [nothingIn(at, 'At least one change is required.')] : [];
  return combinePlans([staticPlan([...own, ...nothing], () => operations, deploymentFields), ...parts]);
}
