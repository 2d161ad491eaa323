import { failedWith, provesNotApplied, type UpstreamError } from '../../../errors/upstream-error.ts';
import type { UpstreamSession } from '../../../upstream/calls/session.ts';
import type { Reservation } from '../../../upstream/limiter/own-limits.ts';
import {
  type HeldLock,
  LockNotShared,
  LockTimeout,
  type WriteLock,
} from '../../../upstream/locks/write-lock.ts';
import type { FieldPath, InputProblem } from '../../inputs/input-problem.ts';
import { argumentProblem, quote } from '../../inputs/names.ts';
import type { Refusal } from '../plans/plan.ts';
import type { StageReader } from '../reader.ts';
import type { StageKey, StageModel } from '../wire/model.ts';
import { invalid, madeInDoubt, notChanged, refused, type StageChange, unguarded } from './stage-change.ts';
import { userErrorOf } from './user-error.ts';

/** What every input that changes a stage has. */
export interface ChangeTarget {
  readonly restApiId: string;
  /** Null: the change is not about a stage (a deployment that none is to serve yet). */
  readonly stageName: string | null;
  readonly confirm?: string | null | undefined;
  readonly expectedRevision?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
}

interface GuardOptions {
  readonly problems: readonly InputProblem[];
  readonly deploymentFields?: readonly FieldPath[];
  /** Whether the change must know the stage as it is; else it is read only for dryRun and expectedRevision. */
  readonly readsFirst?: boolean;
  /** Whether the stage is yet to be made: then there is none to read. */
  readonly creates?: boolean;
  /** Whether the stage is to go: one that is not there is no reason to refuse. */
  readonly removes?: boolean;
  /** Whether AWS makes the stage where it is missing: a dry run does not refuse that either. */
  readonly makesMissing?: boolean;
  /** The operation that the change sends, where AWS limits it by itself: others must not wait for that as well. */
  readonly awaitsTurnOf?: string;
}

interface GuardDependencies {
  readonly reader: StageReader;
  readonly lock: WriteLock;
  readonly session: UpstreamSession;
  /** Whether the caller must confirm changes of stages of this name. */
  readonly requiresConfirm: (stageName: string) => boolean;
}

/** Runs a change when everything that all changes have in common allows it. */
export type Guard = (
  target: ChangeTarget,
  options: GuardOptions,
  act: (before: StageModel | undefined, turn?: Reservation) => Promise<StageChange>,
) => Promise<StageChange>;

const targetProblems = ({ restApiId, stageName }: ChangeTarget): InputProblem[] =>
  Object.entries({ restApiId, stageName }).flatMap(([name, value]) => {
    const problem = value === null ? undefined : argumentProblem(name, value);
    return problem === undefined ? [] : [{ field: ['input', name], message: `${name} ${problem}` }];
  });

/** A wrong `confirm` is refused even where none is asked for: it was meant for another stage. */
function confirmationMissing({ stageName, confirm, dryRun }: ChangeTarget, isAsked: boolean): boolean {
  if (dryRun === true) return false;
  return confirm == null ? isAsked : confirm !== stageName;
}

/** The refusal of a change that was meant for another state of the stage, or undefined. */
function revisionRefusal(before: StageModel, expected: string | null | undefined): Refusal | undefined {
  const { revision } = before.details;
  if (expected == null || revision === expected) return undefined;
  const message = `The stage is at revision ${revision}, not at the expected one: something in it has changed.`;
  return { code: 'PRECONDITION_FAILED', message, field: ['input', 'expectedRevision'] };
}

/** The wait for other writers of the same API took the time that the operation had. */
const LOCK_TIMEOUT: Refusal = {
  code: 'CONFLICT',
  message: 'Another change to this API is in progress. Nothing was changed; retry.',
  field: null,
  retryable: true,
};

/** Redis is away: a revision that is compared now may be that of another process's writer, too. */
const NOT_SHARED: Refusal = {
  code: 'CONFLICT',
  message:
    'Other gateway processes cannot be kept from changing this API at the moment, so expectedRevision cannot be guaranteed. Nothing was changed; try again.',
  field: ['input', 'expectedRevision'],
  retryable: true,
};

/** The change was made, and Redis has lost its lock meanwhile. */
const LOCK_LOST: Refusal = {
  code: 'OUTCOME_UNKNOWN',
  message:
    'The change was made, but the lock of the API was lost meanwhile: another change may have been made between the comparison of the revision and this one. Read the stage before you try again.',
  field: ['input', 'expectedRevision'],
};

/** Failures of a write that was not carried out, after which a change starts again from its read, or its turn. */
const isRetryable = (error: UpstreamError): boolean =>
  !error.isRead && failedWith(error, 'CONFLICT', 'THROTTLED', 'UNAVAILABLE');

/**
 * The checks before every write, in order: the input, the confirmation, then inside the API's write lock the stage
 * itself and its revision. Nothing is sent before all of them hold. A change that has read the stage reads it again
 * before every attempt: what it writes never rests on what others have changed since. One that must wait for a turn of
 * its own does so outside the lock, before every attempt.
 */
export function createGuard({ reader, lock, session, requiresConfirm }: GuardDependencies): Guard {
  return async (target, options, act) => {
    const { problems, deploymentFields = [], readsFirst = false, creates = false, removes = false } = options;
    const { awaitsTurnOf, makesMissing = false } = options;
    const { restApiId, stageName } = target;
    const key = stageName === null ? null : { restApiId, stageName };
    const found = [...targetProblems(target), ...problems];
    if (found.length > 0) return invalid(key, found);
    if (key !== null && confirmationMissing(target, requiresConfirm(key.stageName))) {
      const message = `Pass the stage's name, ${quote(key.stageName)}, as confirm to change it.`;
      return refused(key, { code: 'CONFIRMATION_REQUIRED', message, field: ['input', 'confirm'] });
    }
    const isDryRun = target.dryRun === true;
    const needsStage = readsFirst || isDryRun || target.expectedRevision != null;
    const mayBeMissing = removes || (makesMissing && target.expectedRevision == null);

    async function readThenAct(at: StageKey, turn?: Reservation): Promise<StageChange> {
      const before = await reader.fetchStage(at).catch((error: unknown) => {
        if (mayBeMissing && failedWith(error, 'STAGE_NOT_FOUND')) return undefined;
        throw error;
      });
      if (before === undefined) return act(undefined, turn);
      const refusal = revisionRefusal(before, target.expectedRevision);
      return refusal === undefined ? act(before, turn) : refused(at, refusal, before);
    }

    const attempt = (turn?: Reservation): Promise<StageChange> =>
      key === null || creates || !needsStage ? act(undefined, turn) : readThenAct(key, turn);

    /** What a change has become of which it is not sure that it was the only one. */
    const judged = (change: StageChange, { isExclusive }: HeldLock): StageChange => {
      if (isExclusive()) return change;
      return target.expectedRevision == null ? unguarded(change) : madeInDoubt(change, LOCK_LOST);
    };

    let lockWaitMs = 0;
    let lockedAt = Infinity;
    const locked = (work: () => Promise<StageChange>): Promise<StageChange> => {
      const asked = performance.now();
      return lock(restApiId, session.deadline, async (hold) => {
        lockedAt = performance.now();
        lockWaitMs += lockedAt - asked;
        if (target.expectedRevision != null) hold.requireExclusive();
        try {
          return judged(await work(), hold);
        } catch (error) {
          // Still under the lock: what is settled later would end the next writer's announcement.
          if (key !== null && !provesNotApplied(error)) await reader.invalidate(key);
          throw error;
        }
      });
    };

    /** Whether most of the time that was missing at the end was lost at the lock. */
    const isLostAtLock = (error: unknown): boolean =>
      failedWith(error, 'OVER_BUDGET', 'OUT_OF_TIME') &&
      lockWaitMs > Math.max(performance.now() - lockedAt, (error.retryAfterSeconds ?? 0) * 1000);

    async function withReservation(operation: string): Promise<StageChange> {
      const turn = await session.reserve(operation);
      return locked(() => attempt(turn)).finally(turn.release);
    }

    try {
      if (awaitsTurnOf !== undefined && !isDryRun) {
        return await session.retry(() => withReservation(awaitsTurnOf), isRetryable);
      }
      if (!needsStage || creates) return await locked(attempt);
      return await locked(() => session.retry(() => attempt(), isRetryable));
    } catch (error) {
      if (error instanceof LockTimeout || isLostAtLock(error)) return refused(key, LOCK_TIMEOUT);
      if (error instanceof LockNotShared) return refused(key, NOT_SHARED);
      return notChanged(key, [userErrorOf(error, { ...target, deploymentFields })]);
    }
  };
}
