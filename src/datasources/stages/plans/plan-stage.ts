import type * as sdl from '../../../__generated__/types.ts';
import { quote } from '../../../untrusted/quote.ts';
import { type FieldPath, type InputProblem, problemsAt } from '../../inputs/input-problem.ts';
import { addressProblem, encodeMethodKey, isMethodKey, keyedMethods } from '../wire/method-setting-key.ts';
import { entryWithKey } from '../wire/method-settings.ts';
import { planFields } from './apply-patch-rules.ts';
import { staticPlan, combinePlans, type PatchPlan, remove } from './patch-plan.ts';
import { accessLogRules, stageRules } from './patch-rules.ts';
import { canaryRemoval, planCanary } from './plan-canary.ts';
import { planMethodSettings } from './plan-method-settings.ts';
import { planVariables } from './plan-variables.ts';

/** Variables to set and to remove; at least one. */
export function planStageVariables(
  input: Pick<sdl.SetStageVariablesInput, 'set' | 'remove'>,
  at: FieldPath,
): PatchPlan {
  const { problems, operations } = planVariables(
    '/variables/',
    { items: input.set, at: [...at, 'set'] },
    { items: input.remove, at: [...at, 'remove'] },
  );
  const nothing = operations.length === 0 ? 'At least one variable must be set or removed.' : undefined;
  return staticPlan([...problems, ...problemsAt(at, nothing)], operations);
}

/** Destination and format of the access log; at least one. */
export function planAccessLog(input: sdl.AccessLogSettingsInput, at: FieldPath): PatchPlan {
  const { problems, operations } = planFields(accessLogRules, input, '/accessLogSettings/', at);
  const isEmpty = operations.length + problems.length === 0;
  const nothing = isEmpty ? 'destinationArn or format is required.' : undefined;
  return staticPlan([...problems, ...problemsAt(at, nothing)], operations);
}

/** AWS removes only the whole access log. It refuses to remove one of its two values, although it documents that. */
export const accessLogRemoval = [remove('/accessLogSettings')];

const keyProblem = (key: string): string | undefined =>
  isMethodKey(key)
    ? undefined
    : `key must be the key of a stored method setting, e.g. "pets/GET", not ${quote(key)}.`;

/** Removes one method's entry: by its address or, for a dead key, by its key. */
export function planMethodSettingRemoval(input: sdl.RemoveMethodSettingInput): PatchPlan {
  const { resourcePath, httpMethod, key } = input;
  const at = (name: string) => ['input', name];
  if (key != null) {
    const both = resourcePath != null || httpMethod != null;
    const message = both ? 'key cannot be combined with resourcePath or httpMethod.' : keyProblem(key);
    return staticPlan(problemsAt(at('key'), message), [remove(`/${key}`)]);
  }
  if (resourcePath == null || httpMethod == null) {
    const missing = resourcePath == null ? 'resourcePath' : 'httpMethod';
    const message = 'Pass resourcePath and httpMethod, or the key of a dead entry.';
    return staticPlan([{ field: at(missing), message }], []);
  }
  const address = { resourcePath, httpMethod };
  const problems = problemsAt(at('resourcePath'), addressProblem(address));
  const keys = keyedMethods(address).map(encodeMethodKey);
  const removalOf = (key: string) => remove(`/${key}`);
  if (httpMethod !== 'ANY') return staticPlan(problems, keys.map(removalOf));
  // AWS refuses to remove an entry that does not exist, and rarely all seven verbs have one.
  return {
    problems,
    readsFirst: true,
    translate: ({ details: { methodSettings } }) => ({
      operations: keys.filter((key) => entryWithKey(methodSettings, key) !== undefined).map(removalOf),
    }),
  };
}

/** With a size but no cluster, the status stays NOT_AVAILABLE for ever (stage-api.md, section 8). */
export const cacheSizeProblems = (
  input: Pick<sdl.UpdateStageInput, 'cacheClusterEnabled' | 'cacheClusterSize'>,
  at: FieldPath,
): InputProblem[] => {
  if (input.cacheClusterSize == null || input.cacheClusterEnabled === true) return [];
  const message = 'cacheClusterSize requires cacheClusterEnabled: true; without a cluster it has no effect.';
  return [{ field: [...at, 'cacheClusterSize'], message }];
};

/** Any combination of changes, in this order: the stage's own fields, variables, access log, canary, method settings. */
export function planUpdate(input: sdl.UpdateStageInput): PatchPlan {
  const at = ['input'];
  const { problems, operations } = planFields(stageRules, input, '/', at);
  const { variables, accessLogSettings, canarySettings, methodSettings, deploymentId } = input;
  const parts: PatchPlan[] = [];
  if (variables === null) {
    const message = 'variables cannot be null: list the names to remove.';
    parts.push(staticPlan([{ field: [...at, 'variables'], message }], []));
  } else if (variables !== undefined) parts.push(planStageVariables(variables, [...at, 'variables']));
  if (accessLogSettings === null) parts.push(staticPlan([], accessLogRemoval));
  else if (accessLogSettings !== undefined)
    parts.push(planAccessLog(accessLogSettings, [...at, 'accessLogSettings']));
  if (canarySettings === null) parts.push(staticPlan([], canaryRemoval));
  else if (canarySettings !== undefined) parts.push(planCanary(canarySettings, [...at, 'canarySettings']));
  if (methodSettings != null && methodSettings.length > 0)
    parts.push(planMethodSettings(methodSettings, [...at, 'methodSettings']));
  const deploymentFields = deploymentId == null ? [] : [[...at, 'deploymentId']];
  const own = [...problems, ...cacheSizeProblems(input, at)];
  const isEmpty = own.length + operations.length + parts.length === 0;
  const nothing = problemsAt(at, isEmpty ? 'At least one change is required.' : undefined);
  return combinePlans([staticPlan([...own, ...nothing], operations, deploymentFields), ...parts]);
}
