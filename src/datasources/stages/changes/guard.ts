import type { Caller } from '../../../auth/caller.ts';
import { failedWith, provesNotApplied, type UpstreamError } from '../../../errors/upstream-error.ts';
import type { Target } from '../../../fleet/target.ts';
import type { Send } from '../../../upstream/calls/send.ts';
import type { UpstreamSession } from '../../../upstream/calls/session.ts';
import type { Reservation } from '../../../upstream/limiter/operation-limit.ts';
import {
  type HeldLock,
  LockNotShared,
  LockTimeout,
  type WriteLock,
} from '../../../upstream/locks/write-lock.ts';
import type { StageMemory } from '../../memory/stage-memory.ts';
import type { Refusal } from '../plans/patch-plan.ts';
import type { StageReader } from '../reader.ts';
import type { StageKey, StageModel } from '../wire/model.ts';
import {
  type ChangeOptions,
  type ChangeTarget,
  confirmRefusal,
  inputRefusal,
  keyOf,
  revisionRefusal,
} from './change-checks.ts';
import type { ChangeRecorder } from './change-recorder.ts';
import type { DeploymentWarnings } from './change-warnings.ts';
import { isOwnError, type Permission } from './permission.ts';
import type { RecordHistory } from './record-history.ts';
import {
  type ChangeResult,
  notChanged,
  record,
  refused,
  type StageChange,
  unguarded,
  withUnknownOutcome,
} from './stage-change.ts';
import { createTagCheck, isMissingStage, type TagCheck } from './tag-check.ts';
import { userErrorOf } from './user-error.ts';

export interface GuardDependencies {
  readonly target: Target;
  readonly reader: StageReader;
  readonly lock: WriteLock;
  readonly session: UpstreamSession;
  /** Whether the caller must confirm changes of stages of this name. */
  readonly requiresConfirm: (stageName: string) => boolean;
  readonly recorder: ChangeRecorder;
  readonly addDeploymentWarnings: DeploymentWarnings;
  readonly permission: Permission;
  readonly recordHistory: RecordHistory;
}

/** `before`: the stage, if it was read. `reservation`: of the limiter, if the options ask for one. */
type Act = (before: StageModel | undefined, reservation?: Reservation) => Promise<ChangeResult>;

/** Runs a change if everything that all changes have in common allows it, and records what became of it. */
export type Guard = (target: ChangeTarget, options: ChangeOptions, act: Act) => Promise<StageChange>;

/** What every change is made with. */
export interface StageChangeDependencies {
  readonly send: Send;
  readonly target: Target;
  readonly reader: StageReader;
  readonly guard: Guard;
  readonly session: UpstreamSession;
  readonly permission: Permission;
  readonly caller: Caller;
  readonly memory: StageMemory;
  readonly recorder: ChangeRecorder;
  /** Whether the caller may see the values of variables of a target. */
  readonly seesVariablesOf: Caller['seesVariablesOf'];
}

const LOCK_TIMEOUT: Refusal = {
  code: 'CONFLICT',
  message: 'Another change to this API is in progress. Nothing was changed; retry.',
  field: null,
  retryable: true,
};

/** Redis is unavailable: another process may change the stage between the comparison and the write. */
const NOT_SHARED: Refusal = {
  code: 'CONFLICT',
  message:
    'The gateway processes cannot coordinate at the moment, so expectedRevision cannot be guaranteed. Nothing was changed; retry.',
  field: ['input', 'expectedRevision'],
  retryable: true,
};

/** The change was made, and Redis has lost its lock meanwhile. */
const LOCK_LOST: Refusal = {
  code: 'OUTCOME_UNKNOWN',
  message:
    'The change was made, but the lock of the API was lost meanwhile: another change may have been made between the comparison of the revision and this one. Read the stage before you retry.',
  field: ['input', 'expectedRevision'],
};

/** Failures of a write that was not applied: the change starts again from its read, or from its reservation. */
const isRetryable = (error: UpstreamError): boolean =>
  !error.isRead && failedWith(error, 'CONFLICT', 'THROTTLED', 'UNAVAILABLE');

/** The API's write lock, with a measure of the time that was spent waiting for it. */
function timedLock(lock: WriteLock, restApiId: string, { deadline }: UpstreamSession) {
  let waitedMs = 0;
  let lockedAt = Infinity;
  return {
    run(work: (hold: HeldLock) => Promise<ChangeResult>): Promise<ChangeResult> {
      const requestedAt = performance.now();
      return lock(restApiId, deadline, (hold) => {
        lockedAt = performance.now();
        waitedMs += lockedAt - requestedAt;
        return work(hold);
      });
    },
    /** Whether a change ran out of time mostly because it waited for the lock. */
    causedTimeout: (error: unknown): boolean =>
      failedWith(error, 'OVER_BUDGET', 'OUT_OF_TIME') &&
      waitedMs > Math.max(performance.now() - lockedAt, (error.retryAfterSeconds ?? 0) * 1000),
  };
}

/** Adds a warning or an error to a change that may not have been the only one at its time. */
function withExclusivity(
  change: ChangeResult,
  { expectedRevision }: ChangeTarget,
  hold: HeldLock,
): ChangeResult {
  if (hold.isExclusive()) return change;
  return expectedRevision == null ? unguarded(change) : withUnknownOutcome(change, LOCK_LOST);
}

/** Reads a stage that is to be changed; undefined if it is missing and may be, which `mayBeMissing` reports. */
async function readBefore(
  at: StageKey,
  fetch: (key: StageKey) => Promise<StageModel>,
  tags: TagCheck | undefined,
  mayBeMissing: (() => void) | undefined,
): Promise<StageModel | undefined> {
  try {
    const stage = await fetch(at);
    tags?.check(stage);
    return stage;
  } catch (error) {
    if (isMissingStage(error)) tags?.check(undefined);
    if (mayBeMissing === undefined || !failedWith(error, 'STAGE_NOT_FOUND')) throw error;
    mayBeMissing();
    return undefined;
  }
}

/** Runs a change whose input is valid, under the API's write lock. */
async function runLocked(
  dependencies: GuardDependencies,
  target: ChangeTarget,
  options: ChangeOptions,
  act: Act,
  tagsDecide: boolean,
): Promise<ChangeResult> {
  const { deploymentFields, effect = 'update', readsFirst, reserves } = options;
  const { fetch = (at: StageKey) => reader.fetchStage(at) } = options;
  const { reader, lock, session, recorder } = dependencies;
  const { expectedRevision, dryRun } = target;
  const key = keyOf(target);
  const needsStage =
    readsFirst === true || expectedRevision != null || (dryRun === true && effect !== 'none');
  const reads = needsStage && effect !== 'create';
  const mayBeMissing = effect === 'delete' || (effect === 'upsert' && expectedRevision == null);
  const apiLock = timedLock(lock, target.restApiId, session);

  const tags = tagsDecide ? createTagCheck(dependencies, target, options) : undefined;

  async function readThenAct(at: StageKey, reservation?: Reservation): Promise<ChangeResult> {
    const before = await readBefore(
      at,
      fetch,
      tags,
      mayBeMissing ? () => recorder.recordMissing() : undefined,
    );
    if (before === undefined) return act(undefined, reservation);
    const refusal = revisionRefusal(before, expectedRevision);
    return refusal === undefined ? act(before, reservation) : refused(at, refusal, before);
  }
  async function attempt(reservation?: Reservation): Promise<ChangeResult> {
    if (key === null) return act(undefined, reservation);
    if (reads) return readThenAct(key, reservation);
    await tags?.read(key);
    return act(undefined, reservation);
  }

  const locked = (work: () => Promise<ChangeResult>): Promise<ChangeResult> =>
    apiLock.run(async (hold) => {
      if (expectedRevision != null) hold.requireExclusive();
      try {
        return withExclusivity(await work(), target, hold);
      } catch (error) {
        // Still under the lock: an invalidation after its release would end the next writer's announcement.
        if (key !== null && !isOwnError(error) && !provesNotApplied(error)) await reader.invalidate(key);
        throw error;
      }
    });
  async function withReservation(operation: string): Promise<ChangeResult> {
    const reservation = await session.reserve(operation);
    return locked(() => attempt(reservation)).finally(reservation.release);
  }

  try {
    if (reserves !== undefined && dryRun !== true) {
      return await session.retry(() => withReservation(reserves), isRetryable);
    }
    return await locked(reads ? () => session.retry(() => attempt(), isRetryable) : () => attempt());
  } catch (error) {
    if (error instanceof LockTimeout || apiLock.causedTimeout(error)) return refused(key, LOCK_TIMEOUT);
    if (error instanceof LockNotShared) return refused(key, NOT_SHARED);
    return notChanged(key, [userErrorOf(error, target, deploymentFields)]);
  }
}

/**
 * The checks before every write, in order: the input, the policies, the confirmation, then under the API's write lock the
 * policies that look at the stage's tags, the stage and its revision. Nothing is sent before all of them pass. A change
 * that reads the stage first reads it again before every attempt, so that it never overwrites what was changed since. A
 * reservation is awaited outside the lock, before every attempt, so that other writers do not wait for it.
 */
export function createGuard(dependencies: GuardDependencies): Guard {
  const {
    target: of,
    requiresConfirm,
    recorder,
    addDeploymentWarnings,
    permission,
    recordHistory,
  } = dependencies;
  /** A dry run sends nothing. */
  function withHistory(change: ChangeTarget, options: ChangeOptions, run: () => Promise<ChangeResult>) {
    const key = keyOf(change);
    if (key === null || change.dryRun === true) return run();
    return recordHistory(key, options.effect ?? 'update', run);
  }
  return async (target, options, act) => {
    const problems = inputRefusal(target, options.problems);
    const tagsDecide = problems === undefined && permission.dependsOnTags(target);
    const refusal = problems ?? confirmRefusal(target, requiresConfirm);
    const run = () => runLocked(dependencies, target, options, act, tagsDecide);
    const result = refusal ?? (await withHistory(target, options, run));
    return record(await addDeploymentWarnings(target.restApiId, result), recorder, of);
  };
}
