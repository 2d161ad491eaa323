import type { StagePatchOperationInput } from '../../../__generated__/types.ts';
import { quote } from '../../../untrusted/quote.ts';
import type { FieldPath, InputProblem } from '../../inputs/input-problem.ts';
import { unescapeSegment } from '../wire/json-pointer.ts';
import { isMethodKey, isRemovalPath, writtenKeyProblem } from '../wire/method-setting-key.ts';
import { namesOf } from '../wire/wire-enums.ts';
import { staticPlan, type PatchOperation, type PatchPlan } from './patch-plan.ts';
import {
  accessLogRules,
  canaryRules,
  methodSettingRules,
  type PatchRule,
  stageRules,
} from './patch-rules.ts';
import { variableProblems } from './plan-variables.ts';

/** The rule that a value breaks, as a sentence without its subject, or undefined. */
type ValueCheck = (value: string) => string | undefined;

const checksOf = (
  table: Readonly<Record<string, Pick<PatchRule<never>, 'path' | 'textProblem'>>>,
  base: string,
): [string, ValueCheck][] => Object.values(table).map(({ path, textProblem }) => [base + path, textProblem]);

/** The paths of single values, which support `replace`. Source: stage-api.md, section 4. */
const leaves = new Map([...checksOf(stageRules, '/'), ...checksOf(canaryRules, '/canarySettings/')]);

/** The two paths that support `add` as well as `replace`. */
const accessLogLeaves = new Map(checksOf(accessLogRules, '/accessLogSettings/'));

const removable = new Set(['/accessLogSettings', '/canarySettings']);
const promotions = new Map([
  ['/deploymentId', '/canarySettings/deploymentId'],
  ['/variables', '/canarySettings/stageVariableOverrides'],
]);

const variableOf = (path: string): string | undefined => {
  const name = /^\/(?:variables|canarySettings\/stageVariableOverrides)\/([^/]+)$/.exec(path)?.[1];
  return name === undefined ? undefined : unescapeSegment(name);
};

function settingAt(path: string): { key: string; check: ValueCheck } | undefined {
  for (const name of namesOf(methodSettingRules)) {
    const suffix = `/${methodSettingRules[name].path}`;
    const key = path.slice(1, -suffix.length);
    if (path.endsWith(suffix) && isMethodKey(key))
      return { key, check: methodSettingRules[name].textProblem };
  }
  return undefined;
}

/** The problem of the value that `replace` or `add` gives to a path, or undefined. */
function valueProblem(op: 'replace' | 'add', path: string, value: string): string | undefined {
  const variable = op === 'replace' ? variableOf(path) : undefined;
  if (variable !== undefined) return variableProblems([{ name: variable, value }], [])[0]?.message;
  const check =
    accessLogLeaves.get(path) ??
    (op === 'replace' ? (leaves.get(path) ?? settingAt(path)?.check) : undefined);
  if (check === undefined) return undefined;
  const problem = check(value);
  return problem === undefined ? undefined : `The value of ${quote(path)} ${problem}`;
}

const supports = {
  replace: (path: string) =>
    leaves.has(path) ||
    accessLogLeaves.has(path) ||
    variableOf(path) !== undefined ||
    settingAt(path) !== undefined,
  add: (path: string) => accessLogLeaves.has(path),
  remove: (path: string) => removable.has(path) || variableOf(path) !== undefined || isRemovalPath(path),
  copy: (path: string) => promotions.has(path),
};

function pathProblem(op: keyof typeof supports, path: string): string | undefined {
  const refusal = `UpdateStage does not support ${op} of ${quote(path)}`;
  if (!supports[op](path)) return `${refusal}.`;
  const setting = op === 'replace' ? settingAt(path) : undefined;
  const problem = setting === undefined ? undefined : writtenKeyProblem(setting.key);
  return problem === undefined ? undefined : `${refusal}: ${problem}.`;
}

const isOp = (op: string): op is keyof typeof supports => Object.hasOwn(supports, op);

function checkOperation(
  { op, path, value, from }: StagePatchOperationInput,
  at: FieldPath,
): InputProblem[] | PatchOperation {
  const problem = (name: string, message: string): InputProblem[] => [{ field: [...at, name], message }];
  if (!isOp(op)) return problem('op', `op must be replace, remove, copy or add, not ${quote(op)}.`);
  if (!path.startsWith('/')) return problem('path', `path must start with "/", not ${quote(path)}.`);
  const wrongPath = pathProblem(op, path);
  if (wrongPath !== undefined) return problem('path', wrongPath);
  const valued = op === 'replace' || op === 'add';
  if (!valued && value != null) return problem('value', `${op} does not take a value.`);
  if (op !== 'copy' && from != null) return problem('from', `${op} does not take from.`);
  if (op === 'copy') {
    const source = promotions.get(path) ?? '';
    if (from !== source) return problem('from', `${quote(path)} can be copied from ${source} only.`);
    return { op, path, from };
  }
  if (op === 'remove') return { op, path };
  if (value == null) return problem('value', `${op} requires a value, as a string.`);
  const broken = valueProblem(op, path, value);
  return broken === undefined ? { op, path, value } : problem('value', broken);
}

/** A raw UpdateStage: operations in the given order, checked against its grammar. */
export function planRawPatch(inputs: readonly StagePatchOperationInput[]): PatchPlan {
  const at = ['input', 'patchOperations'];
  const checked = inputs.map((input, index) => checkOperation(input, [...at, String(index)]));
  const problems = checked.flatMap((each) => ('op' in each ? [] : each));
  const operations = checked.flatMap((each) => ('op' in each ? [each] : []));
  const empty = inputs.length === 0 ? [{ field: at, message: 'At least one operation is required.' }] : [];
  return staticPlan([...problems, ...empty], operations);
}
