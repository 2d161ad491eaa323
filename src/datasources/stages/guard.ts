import type { WriteLock } from '../../upstream/write-lock.ts';
import { nameProblem, quote } from '../names.ts';
import type { StageModel } from './model.ts';
import type { InputProblem } from './plan.ts';
import type { StageReader } from './reader.ts';
import { revisionOf } from './revision.ts';
import { invalid, notChanged, refused, type StageChange } from './stage-change.ts';
import { userErrorOf } from './user-error.ts';

/** What every input that changes a stage has. */
export interface ChangeTarget {
  readonly restApiId: string;
  /** Null: the change is not about a stage (a deployment that none is to serve yet). */
  readonly stageName: string | null;
  readonly confirm?: string | null | undefined;
  readonly expectedRevision?: string | null | undefined;
  readonly dryRun?: boolean | undefined;
}

interface GuardOptions {
  readonly problems: readonly InputProblem[];
  /** Whether the change must know the stage as it is; else it is read only for dryRun and expectedRevision. */
  readonly readsFirst?: boolean;
  /** Whether the stage is yet to be made: then there is none to read. */
  readonly creates?: boolean;
}

/** Runs a change when everything that all changes have in common allows it. */
export type Guard = (
  target: ChangeTarget,
  options: GuardOptions,
  act: (before: StageModel | undefined) => Promise<StageChange>,
) => Promise<StageChange>;

const targetProblems = ({ restApiId, stageName }: ChangeTarget): InputProblem[] => {
  const names = {
    restApiId: nameProblem('restApiId', restApiId),
    stageName: stageName === null ? undefined : nameProblem('stageName', stageName),
  };
  return Object.entries(names).flatMap(([name, message]) =>
    message === undefined ? [] : [{ field: ['input', name], message }],
  );
};

/** A wrong `confirm` is refused even where none is asked for: it was meant for another stage. */
function confirmationMissing({ stageName, confirm, dryRun }: ChangeTarget, isProtected: boolean): boolean {
  if (dryRun === true) return false;
  return confirm == null ? isProtected : confirm !== stageName;
}

/**
 * The checks before every write, in order: the input, the confirmation, then inside the API's write lock the stage
 * itself and its revision. Nothing is sent before all of them hold.
 */
export function createGuard(
  reader: StageReader,
  lock: WriteLock,
  isProtected: (stageName: string) => boolean,
): Guard {
  return async (target, { problems, readsFirst = false, creates = false }, act) => {
    const { restApiId, stageName } = target;
    const key = stageName === null ? null : { restApiId, stageName };
    const found = [...targetProblems(target), ...problems];
    if (found.length > 0) return invalid(key, found);
    if (key !== null && confirmationMissing(target, isProtected(key.stageName))) {
      const message = `Pass the stage's name, ${quote(key.stageName)}, as confirm to change it.`;
      return refused(key, { code: 'CONFIRMATION_REQUIRED', message, field: ['input', 'confirm'] });
    }
    return lock(restApiId, async () => {
      try {
        const needsStage = readsFirst || target.dryRun === true || target.expectedRevision != null;
        const before = key !== null && needsStage && !creates ? await reader.readThrough(key) : undefined;
        if (before !== undefined && target.expectedRevision != null) {
          const revision = revisionOf(before);
          if (revision !== target.expectedRevision) {
            const message = `The stage is at revision ${revision}, not at the expected one: somebody changed it.`;
            const field = ['input', 'expectedRevision'];
            return refused(key, { code: 'PRECONDITION_FAILED', message, field }, before);
          }
        }
        return await act(before);
      } catch (error) {
        if (key !== null) reader.forget(key);
        return notChanged(key, [userErrorOf(error)]);
      }
    });
  };
}
