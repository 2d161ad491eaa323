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
  const nothing = empty ? [nothingIn(at, 'destinationArn or format must be given.')] : [];
  return staticPlan([...problems, ...nothing], () => operations);
}

/** AWS removes the access log as a whole only: its two leaves refuse it (recorded; the documentation errs). */
export const accessLogRemoval = [remove('/accessLogSettings')];

const keyProblem = (key: string): string | undefined =>
  isMethodKey(key)
    ? undefined
    : `key must be that of a method setting as stored, e.g. "pets/GET", not ${quote(key)}.`;

/** The removal of one method's entry, by address or, for a dead one, by key. */
export function planMethodSettingRemoval(input: RemoveMethodSettingInput): Plan {
  const { resourcePath, httpMethod, key } = input;
  const at = (name: string) => ['input', name];
  if (key != null) {
    const both = resourcePath != null || httpMethod != null;
    const message = both ? 'key goes without resourcePath and httpMethod.' : keyProblem(key);
    return staticPlan(message === undefined ? [] : [{ field: at('key'), message }], () => [
      remove(`/${key}`),
    ]);
  }
  if (resourcePath == null || httpMethod == null) {
    const missing = resourcePath == null ? 'resourcePath' : 'httpMethod';
    const message = 'resourcePath and httpMethod, or the key of a dead entry, must be given.';
    return staticPlan([{ field: at(missing), message }], () => []);
  }
  const address = { resourcePath, httpMethod };
  const message = addressProblem(address);
  const problems = message === undefined ? [] : [{ field: at('resourcePath'), message }];
  const keys = keyedMethods(address).map(encodeMethodKey);
  if (httpMethod !== 'ANY') return staticPlan(problems, () => keys.map((key) => remove(`/${key}`)));
  // AWS refuses to remove an entry that is not there, and the seven verbs rarely all have one.
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

/** A size without a cluster leaves the status at NOT_AVAILABLE for ever (stage-api.md, section 8). */
export const cacheSizeProblems = (
  input: Pick<UpdateStageInput, 'cacheClusterEnabled' | 'cacheClusterSize'>,
  at: FieldPath,
): InputProblem[] => {
  if (input.cacheClusterSize == null || input.cacheClusterEnabled === true) return [];
  const message =
    'cacheClusterSize goes beside cacheClusterEnabled: true only; without a cluster it has no effect.';
  return [{ field: [...at, 'cacheClusterSize'], message }];
};

function planVariablesOf({ variables }: UpdateStageInput, at: FieldPath): Plan {
  if (variables != null) return planStageVariables(variables, at);
  return staticPlan([{ field: at, message: 'variables cannot be null: name what to remove.' }], () => []);
}

/** Any mixture of changes: the stage's own fields, then variables, access log, canary and method settings. */
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
  const nothing = empty ? [nothingIn(at, 'At least one change must be given.')] : [];
  return combinePlans([staticPlan([...own, ...nothing], () => operations, deploymentFields), ...parts]);
}
