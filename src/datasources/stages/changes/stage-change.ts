import type { StagePatchOperation, StageUserError, StageWarning } from '../../../__generated__/types.ts';
import { targetId, type TargetKey } from '../../../fleet/target.ts';
import type { InputProblem } from '../../inputs/input-problem.ts';
import type { PatchOperation, Refusal } from '../plans/patch-plan.ts';
import type { WarningContext } from '../plans/warnings.ts';
import type { StageKey, StageModel } from '../wire/model.ts';
import type { ChangeRecorder } from './change-recorder.ts';

/** An operation that was sent, before its value is withheld from callers who may not see it. */
export interface PatchOperationModel extends StagePatchOperation {
  /** The target that it was sent to. */
  readonly target: string;
}

/** What became of a change. */
export interface ChangeResult {
  /** Null if the change is not about a stage. */
  readonly key: StageKey | null;
  /** Null if the stage does not exist or is not known. Undefined: it is read when the client asks for it. */
  readonly stage: StageModel | null | undefined;
  readonly patchOperations: StagePatchOperation[];
  readonly warnings: StageWarning[];
  readonly userErrors: StageUserError[];
  /** For the warnings that depend on the methods of deployments. They are added when the lock is released. */
  readonly warningContext?: WarningContext;
}

const recorded: unique symbol = Symbol('recorded');

/** A result that was recorded for audit log and metrics: the parent of every payload. Only `record` makes one. */
export interface StageChange extends Omit<ChangeResult, 'patchOperations'> {
  readonly [recorded]: true;
  /** Null if the input names none that the gateway knows. */
  readonly target: TargetKey | null;
  readonly patchOperations: PatchOperationModel[];
}

export function record(
  result: ChangeResult,
  recorder: ChangeRecorder,
  target: TargetKey | null,
): StageChange {
  recorder.recordResult(result);
  const of = target === null ? '' : targetId(target);
  const patchOperations = result.patchOperations.map((operation) => ({ ...operation, target: of }));
  return { ...result, patchOperations, target, [recorded]: true };
}

/** A change that was made, or with dryRun would be. */
export const changed = (
  key: StageKey | null,
  stage: StageModel | null | undefined,
  operations: readonly PatchOperation[] = [],
  warnings: StageWarning[] = [],
): ChangeResult => ({
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
): ChangeResult => ({ key, stage, patchOperations: [], warnings: [], userErrors });

/** A refusal of the gateway's own, without a call to AWS. */
const ownError = ({ code, message, field, retryable = false }: Refusal): StageUserError => ({
  code,
  message,
  field: field === null ? null : [...field],
  retryable,
  retryAfterSeconds: null,
  awsRequestId: null,
});

const UNGUARDED: StageWarning = {
  code: 'UNGUARDED',
  message:
    'The gateway processes could not coordinate through Redis: another change to this API may have been made at the same time, and other processes may serve the previous state of the stage for a while.',
};

const isMade = ({ userErrors }: ChangeResult): boolean =>
  userErrors.every(({ code }) => code === 'PARTIALLY_APPLIED');

/** Adds a warning to a change that was made without a lock over all processes. */
export const unguarded = (change: ChangeResult): ChangeResult =>
  isMade(change) ? { ...change, warnings: [...change.warnings, UNGUARDED] } : change;

/** Adds an error to a change that was made without the lock that it relied on. */
export const withUnknownOutcome = (change: ChangeResult, doubt: Refusal): ChangeResult =>
  isMade(change) ? { ...change, userErrors: [...change.userErrors, ownError(doubt)] } : change;

export const refused = (
  key: StageKey | null,
  refusal: Refusal,
  stage: StageModel | null = null,
): ChangeResult => notChanged(key, [ownError(refusal)], stage);

export const invalid = (key: StageKey | null, problems: readonly InputProblem[]): ChangeResult =>
  notChanged(
    key,
    problems.map((problem) => ownError({ code: 'INVALID_INPUT', ...problem })),
  );
