import type { FieldPath, InputProblem } from '../../inputs/input-problem.ts';
import { namesOf } from '../wire/wire-enums.ts';
import { type PatchOperation, replace } from './patch-plan.ts';
import type { PatchRule } from './patch-rules.ts';

/** What the fields of an input become. Omitted fields become nothing. */
export interface FieldChanges {
  readonly problems: readonly InputProblem[];
  readonly operations: readonly PatchOperation[];
}

/** What one field becomes: an operation, the rule that it breaks, or nothing. */
function changeOf<Value>(
  { path, encode, problem, whenNull }: PatchRule<Value>,
  value: Value | null | undefined,
  base: string,
): PatchOperation | string | undefined {
  if (value === undefined) return undefined;
  if (value !== null) return problem?.(value) ?? replace(base + path, encode(value));
  if ('refused' in whenNull) return whenNull.refused;
  return 'value' in whenNull ? replace(base + path, whenNull.value) : undefined;
}

/** The operations that an input's fields become, in the order of the table, and their problems. */
export function planFields<Values extends object>(
  table: { readonly [Field in keyof Values]: PatchRule<Values[Field]> },
  input: { readonly [Field in keyof Values]?: Values[Field] | null | undefined },
  base: string,
  at: FieldPath,
): FieldChanges {
  const problems: InputProblem[] = [];
  const operations: PatchOperation[] = [];
  for (const name of namesOf(table)) {
    const change = changeOf(table[name], input[name], base);
    if (typeof change === 'string') problems.push({ field: [...at, name], message: `${name} ${change}` });
    else if (change !== undefined) operations.push(change);
  }
  return { problems, operations };
}

/** The operations that values become which a stage has, or which were checked before. A null that AWS cannot take is left out. */
export const writesOf = <Values extends object>(
  table: { readonly [Field in keyof Values]: PatchRule<Values[Field]> },
  values: { readonly [Field in keyof Values]?: Values[Field] | null | undefined },
  base: string,
): PatchOperation[] =>
  namesOf(table).flatMap((name) => {
    const { path, encode, whenNull } = table[name];
    const value = values[name];
    if (value === undefined) return [];
    if (value !== null) return [replace(base + path, encode(value))];
    return 'value' in whenNull ? [replace(base + path, whenNull.value)] : [];
  });
