import type { StagePatchOperation, StageUserError, StageWarning } from '../../../__generated__/types.ts';
import type { InputProblem } from '../../inputs/input-problem.ts';
import type { PatchOperation, Refusal } from '../plans/plan.ts';
import type { StageKey, StageModel } from '../wire/model.ts';

/** What became of a change: the parent of every payload. */
export interface StageChange {
  /** Null: the change is not about a stage. */
  readonly key: StageKey | null;
  /** Null: there is none, or nothing is known. Undefined: it is read when the client asks for it. */
  readonly stage: StageModel | null | undefined;
  readonly patchOperations: StagePatchOperation[];
  readonly warnings: StageWarning[];
  readonly userErrors: StageUserError[];
}

/** A change that was made, or with dryRun would be. */
export const changed = (
  key: StageKey | null,
  stage: StageModel | null | undefined,
  operations: readonly PatchOperation[] = [],
  warnings: StageWarning[] = [],
): StageChange => ({
  key,
  stage,
  patchOperations: operations.map((operation) => ({ value: null, from: null, ...operation })),
  warnings,
  userErrors: [],
});

/** A change that was not made. `stage` is what was read before it was refused. */
export const notChanged = (
  key: StageKey | null,
  userErrors: StageUserError[],
  stage: StageModel | null = null,
): StageChange => ({ key, stage, patchOperations: [], warnings: [], userErrors });

/** An error of the caller's that AWS has not seen. */
const ownError = ({ code, message, field, retryable = false }: Refusal): StageUserError => ({
  code,
  message,
  field: field === null ? null : [...field],
  retryable,
  retryAfterSeconds: null,
  awsRequestId: null,
});

/** A change with one more error. */
const withError = (change: StageChange, refusal: Refusal): StageChange => ({
  ...change,
  userErrors: [...change.userErrors, ownError(refusal)],
});

const UNGUARDED: StageWarning = {
  code: 'UNGUARDED',
  message:
    'The gateway processes could not coordinate through Redis: another change of this API may have been made at the same time, and other processes may show the stage as it was before for a while.',
};

/** Whether anything was changed. */
const isMade = ({ userErrors }: StageChange): boolean =>
  userErrors.every(({ code }) => code === 'PARTIALLY_APPLIED');

/** A change from which other processes were not kept out: a warning, where anything was changed. */
export const unguarded = (change: StageChange): StageChange =>
  isMade(change) ? { ...change, warnings: [...change.warnings, UNGUARDED] } : change;

/** The same of a change that relied on them being kept out: an error. */
export const madeInDoubt = (change: StageChange, doubt: Refusal): StageChange =>
  isMade(change) ? withError(change, doubt) : change;

export const refused = (
  key: StageKey | null,
  refusal: Refusal,
  stage: StageModel | null = null,
): StageChange => notChanged(key, [ownError(refusal)], stage);

export const invalid = (key: StageKey | null, problems: readonly InputProblem[]): StageChange =>
  notChanged(
    key,
    problems.map((problem) => ownError({ code: 'INVALID_INPUT', ...problem })),
  );
