/** Where in the input, from `input` down; list indexes are strings. */
export type FieldPath = readonly string[];

/** An input that breaks a rule. */
export interface InputProblem {
  readonly field: FieldPath;
  readonly message: string;
}

/** The problem of a field, if there is a message. */
export const problemsAt = (field: FieldPath, message: string | undefined): InputProblem[] =>
  message === undefined ? [] : [{ field, message }];
