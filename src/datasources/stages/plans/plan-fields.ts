import type { FieldPath, InputProblem } from '../../inputs/input-problem.ts';
import type { PatchRule } from './patch-rules.ts';
import { type PatchOperation, replace } from './plan.ts';

/** What the fields of an input become. Omitted fields become nothing. */
export interface FieldChanges {
  readonly problems: readonly InputProblem[];
  readonly operations: readonly PatchOperation[];
}

/** What one field becomes. */
function changeOf<Value>(
  rule: PatchRule<Value>,
  value: Value | null | undefined,
  base: string,
  name: string,
  at: FieldPath,
): FieldChanges {
  const problem = (sentence: string): FieldChanges => ({
    problems: [{ field: [...at, name], message: `${name} ${sentence}` }],
    operations: [],
  });
  if (value === undefined) return { problems: [], operations: [] };
  if (value === null) {
    if ('refused' in rule.whenNull) return problem(rule.whenNull.refused);
    if ('rebuilds' in rule.whenNull) return { problems: [], operations: [] };
    return { problems: [], operations: [replace(base + rule.path, rule.whenNull.value)] };
  }
  const broken = rule.problem?.(value);
  if (broken !== undefined) return problem(broken);
  return { problems: [], operations: [replace(base + rule.path, rule.encode(value))] };
}

/** The operations that an input's fields become, in the order of the table, and their problems. */
export function planFields<Values extends object>(
  table: { readonly [Field in keyof Values]: PatchRule<Values[Field]> },
  input: { readonly [Field in keyof Values]?: Values[Field] | null | undefined },
  base: string,
  at: FieldPath,
): FieldChanges {
  const changes = namesOf(table).map((name) => changeOf(table[name], input[name], base, name, at));
  return {
    problems: changes.flatMap(({ problems }) => problems),
    operations: changes.flatMap(({ operations }) => operations),
  };
}

/** The rows of a table, in order. */
export function namesOf<Table extends object>(table: Table): (keyof Table & string)[] {
  const isName = (key: string): key is keyof Table & string => Object.hasOwn(table, key);
  return Object.keys(table).filter(isName);
}
