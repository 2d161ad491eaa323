import type { StageVariableInput } from '../../../__generated__/types.ts';
import { lengthOf, refusedCharacter } from '../../inputs/characters.ts';
import type { FieldPath, InputProblem } from '../../inputs/input-problem.ts';
import { quote } from '../../inputs/names.ts';
import { byCodeUnit } from '../../inputs/sorted-maps.ts';
import { escapeSegment } from '../wire/json-pointer.ts';
import { type PatchOperation, remove, replace } from './plan.ts';

const MAX_VARIABLES = 100;

/** Source: stage-api.md, section 3. AWS's message and its documentation differ in three characters: all are allowed. */
const rules = {
  name: { character: /^[A-Za-z0-9_]$/, most: 64, rule: 'must be 1 to 64 letters, digits and underscores' },
  value: {
    character: /^[A-Za-z0-9\-._~:/?#&=, ]$/,
    most: 512,
    rule: 'must be 1 to 512 letters, digits, spaces and -._~:/?#&=,',
  },
};

/** How a text breaks its rule, or undefined. */
function breach(text: string, { character, most }: (typeof rules)[keyof typeof rules]): string | undefined {
  if (text === '') return 'it is empty';
  const length = lengthOf(text);
  if (length > most) return `it has ${length} characters`;
  const refused = refusedCharacter(text, character);
  return refused === undefined ? undefined : `${refused} is not allowed`;
}

function nameProblems(name: string, field: FieldPath): InputProblem[] {
  const broken = breach(name, rules.name);
  if (broken === undefined) return [];
  const message = `The name of a variable ${rules.name.rule}, not ${quote(name)}: ${broken}.`;
  return [{ field, message }];
}

/** A value may be a secret: the message contains at most one character of it. */
function valueProblems({ name, value }: StageVariableInput, field: FieldPath): InputProblem[] {
  const broken = breach(value, rules.value);
  if (broken === undefined) return [];
  return [{ field, message: `The value of ${quote(name)} ${rules.value.rule}: ${broken}.` }];
}

const problemsOf = (variable: StageVariableInput, at: FieldPath): InputProblem[] => [
  ...nameProblems(variable.name, [...at, 'name']),
  ...valueProblems(variable, [...at, 'value']),
];

/** The problems of a list of variables. */
export function variableProblems(variables: readonly StageVariableInput[], at: FieldPath): InputProblem[] {
  const names = variables.map(({ name }) => name);
  const tooMany = { field: at, message: `A stage can have at most ${MAX_VARIABLES} variables.` };
  return [
    ...(variables.length > MAX_VARIABLES ? [tooMany] : []),
    ...variables.flatMap((variable, index) => problemsOf(variable, [...at, String(index)])),
    ...repeated(names, at),
  ];
}

const repeated = (names: readonly string[], at: FieldPath): InputProblem[] =>
  names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ field: [...at, String(index)], message: `${quote(name)} appears twice.` }],
  );

interface VariableChanges {
  readonly set: readonly StageVariableInput[];
  readonly remove: readonly string[];
}

/** Where the two lists are in the input. */
interface VariableFields {
  readonly set: FieldPath;
  readonly remove: FieldPath;
}

/** Variables to set and to remove below a base path: the stage's, or the canary's overrides. Sorted by name. */
export function planVariables(
  changes: VariableChanges,
  base: '/variables/' | '/canarySettings/stageVariableOverrides/',
  fields: VariableFields,
): { problems: InputProblem[]; operations: PatchOperation[] } {
  const set = changes.set.toSorted((a, b) => byCodeUnit(a.name, b.name));
  const both = new Set(changes.set.map(({ name }) => name));
  const contradictions = changes.remove.flatMap((name, index) =>
    both.has(name)
      ? [{ field: [...fields.remove, String(index)], message: `${quote(name)} is both set and removed.` }]
      : [],
  );
  return {
    problems: [
      ...variableProblems(changes.set, fields.set),
      ...changes.remove.flatMap((name, index) => nameProblems(name, [...fields.remove, String(index)])),
      ...repeated(changes.remove, fields.remove),
      ...contradictions,
    ],
    operations: [
      ...set.map(({ name, value }) => replace(base + escapeSegment(name), value)),
      ...changes.remove.toSorted(byCodeUnit).map((name) => remove(base + escapeSegment(name))),
    ],
  };
}

/** Variables as AWS's map; undefined if there are none, because AWS would keep an empty map for ever. */
export const variableMap = (
  variables: readonly StageVariableInput[] | null | undefined,
): Record<string, string> | undefined =>
  variables == null || variables.length === 0
    ? undefined
    : Object.fromEntries(variables.map(({ name, value }) => [name, value]));
