import { quote } from '../../../untrusted/quote.ts';
import type { FieldPath, InputProblem } from '../../inputs/input-problem.ts';
import { argumentProblem } from '../../inputs/names.ts';
import type { Refusal } from '../plans/patch-plan.ts';
import type { StageKey, StageModel } from '../wire/model.ts';
import type { Tags } from './permission.ts';
import { type ChangeResult, invalid, refused } from './stage-change.ts';

/** What every input that changes a stage has. */
export interface ChangeTarget {
  readonly restApiId: string;
  /** Null if the change is not about a stage: a deployment that no stage is to serve yet. */
  readonly stageName: string | null;
  readonly confirm?: string | null | undefined;
  readonly expectedRevision?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
}

/**
 * What a change does to its stage. `create`: there is no stage to read. `upsert`: it is created where it is missing. `delete`:
 * a missing stage is no reason to refuse. `none`: the change needs no stage, and a dry run does not read it.
 */
export type ChangeEffect = 'update' | 'create' | 'upsert' | 'delete' | 'none';

export interface ChangeOptions {
  readonly problems: readonly InputProblem[];
  readonly deploymentFields?: readonly FieldPath[];
  /** By default `update`. */
  readonly effect?: ChangeEffect;
  /** The change needs the stage as it is; other changes read it only for dryRun and expectedRevision. */
  readonly readsFirst?: boolean;
  /** The tags that the stage has after the change, if it changes them: the policies must permit it with both. */
  readonly tagsAfter?: (before: Tags) => Tags;
  /** How the stage is read, if not by itself. */
  readonly fetch?: (key: StageKey) => Promise<StageModel>;
  /** The operation that the change sends, if AWS limits it by itself: it is reserved before the lock is taken. */
  readonly reserves?: string;
}

export const keyOf = ({ restApiId, stageName }: ChangeTarget): StageKey | null =>
  stageName === null ? null : { restApiId, stageName };

const targetProblems = ({ restApiId, stageName }: ChangeTarget): InputProblem[] =>
  Object.entries({ restApiId, stageName }).flatMap(([name, value]) => {
    const problem = value === null ? undefined : argumentProblem(name, value);
    return problem === undefined ? [] : [{ field: ['input', name], message: `${name} ${problem}` }];
  });

/** A wrong `confirm` is refused even if none is required: it was meant for another stage. */
function lacksConfirm({ stageName, confirm, dryRun }: ChangeTarget, isRequired: boolean): boolean {
  if (dryRun === true) return false;
  return confirm == null ? isRequired : confirm !== stageName;
}

/** The refusal that follows from the input alone, or undefined. */
export function inputRefusal(
  target: ChangeTarget,
  problems: readonly InputProblem[],
): ChangeResult | undefined {
  const all = [...targetProblems(target), ...problems];
  return all.length > 0 ? invalid(keyOf(target), all) : undefined;
}

/** The refusal of a change that must be confirmed and is not, or undefined. */
export function confirmRefusal(
  target: ChangeTarget,
  requiresConfirm: (stageName: string) => boolean,
): ChangeResult | undefined {
  const key = keyOf(target);
  if (key === null || !lacksConfirm(target, requiresConfirm(key.stageName))) return undefined;
  const message = `Pass the stage's name, ${quote(key.stageName)}, as confirm to change it.`;
  return refused(key, { code: 'CONFIRMATION_REQUIRED', message, field: ['input', 'confirm'] });
}

/** The refusal of a change that was meant for another revision of the stage, or undefined. */
export function revisionRefusal(
  before: StageModel,
  expected: string | null | undefined,
): Refusal | undefined {
  const { revision } = before.details;
  if (expected == null || revision === expected) return undefined;
  const message = `The stage is at revision ${revision}, not at the expected revision: it was changed meanwhile.`;
  return { code: 'PRECONDITION_FAILED', message, field: ['input', 'expectedRevision'] };
}
