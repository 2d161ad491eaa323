/** Where in the input, from `input` down; list indexes are strings. */
export type FieldPath = readonly string[];

/** An input that breaks a rule. */
export interface InputProblem {
  readonly field: FieldPath;
  readonly message: string;
}
