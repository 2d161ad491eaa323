import type { StageVariableInput } from '../../../__generated__/types.ts';
import { quote } from '../../../untrusted/quote.ts';
import { lengthOf, refusedCharacter } from '../../inputs/characters.ts';
import { type FieldPath, type InputProblem, problemsAt } from '../../inputs/input-problem.ts';
import { byCodeUnit } from '../../inputs/sorted-maps.ts';
import { escapeSegment } from '../wire/json-pointer.ts';
import type { FieldChanges } from './apply-patch-rules.ts';
import { remove, replace } from './patch-plan.ts';

export const MAX_VARIABLES = 100;

/** Source: stage-api.md, section 3. AWS's message and its documentation differ in three characters: all are allowed. */
const rules = {
  name: { character: /^[A-Za-z0-9_]$/, most: 64, rule: 'must be 1 to 64 letters, digits and underscores' },
  value: {
    character: /^[A-Za-z0-9\-._~:/?#&=, ]$/,
    most: 512,
    rule: 'must be 1 to 512 letters, digits, spaces and -._~:/?#&=,',
  },
};

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
  return [{ field, message: `The name of a variable ${rules.name.rule}, not ${quote(name)}: ${broken}.` }];
}

/** A value may be a secret: the message contains at most one character of it. */
function valueProblems({ name, value }: StageVariableInput, field: FieldPath): InputProblem[] {
  const broken = breach(value, rules.value);
  if (broken === undefined) return [];
  return [{ field, message: `The value of ${quote(name)} ${rules.value.rule}: ${broken}.` }];
}

/** The problems of a list of variables. */
export function variableProblems(variables: readonly StageVariableInput[], at: FieldPath): InputProblem[] {
  const isTooLong = variables.length > MAX_VARIABLES;
  return [
    ...problemsAt(at, isTooLong ? `A stage can have at most ${MAX_VARIABLES} variables.` : undefined),
    ...variables.flatMap((variable, index) => [
      ...nameProblems(variable.name, [...at, String(index), 'name']),
      ...valueProblems(variable, [...at, String(index), 'value']),
    ]),
    ...repeated(
      variables.map(({ name }) => name),
      at,
    ),
  ];
}

const repeated = (names: readonly string[], at: FieldPath): InputProblem[] =>
  names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ field: [...at, String(index)], message: `${quote(name)} appears twice.` }],
  );

/** A list of the input, and where it is. */
interface Listed<Item> {
  readonly items: readonly Item[] | null | undefined;
  readonly at: FieldPath;
}

/** Variables to set and to remove below a base path: the stage's, or the canary's overrides. Sorted by name. */
export function planVariables(
  base: '/variables/' | '/canarySettings/stageVariableOverrides/',
  toSet: Listed<StageVariableInput>,
  toRemove: Listed<string>,
): FieldChanges {
  const set = toSet.items ?? [];
  const removed = toRemove.items ?? [];
  const names = new Set(set.map(({ name }) => name));
  const fieldOf = (index: number): FieldPath => [...toRemove.at, String(index)];
  return {
    problems: [
      ...variableProblems(set, toSet.at),
      ...removed.flatMap((name, index) => nameProblems(name, fieldOf(index))),
      ...repeated(removed, toRemove.at),
      ...removed.flatMap((name, index) =>
        names.has(name)
          ? [{ field: fieldOf(index), message: `${quote(name)} is both set and removed.` }]
          : [],
      ),
    ],
    operations: [
      ...set
        .toSorted((a, b) => byCodeUnit(a.name, b.name))
        .map(({ name, value }) => replace(base + escapeSegment(name), value)),
      ...removed.toSorted(byCodeUnit).map((name) => remove(base + escapeSegment(name))),
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
