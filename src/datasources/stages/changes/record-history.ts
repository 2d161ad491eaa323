import type { StageHistoryOutcome, StageWarning } from '../../../__generated__/types.ts';
import type { Caller } from '../../../auth/caller.ts';
import { awsFailures } from '../../../errors/failure-codes.ts';
import type { Target } from '../../../fleet/target.ts';
import type { RecordOutcome } from '../../../memory/history/index.ts';
import type { RecordedChange, StageMemory } from '../../memory/stage-memory.ts';
import type { StageKey } from '../wire/model.ts';
import type { ChangeEffect } from './change-checks.ts';
import type { ChangeRecorder, SentCall } from './change-recorder.ts';
import { givenVariables } from './given-variables.ts';
import type { ChangeResult } from './stage-change.ts';

/** Runs a change of one stage, and records in the history what it has sent. */
export type RecordHistory = (
  key: StageKey,
  effect: ChangeEffect,
  work: () => Promise<ChangeResult>,
) => Promise<ChangeResult>;

interface HistoryDependencies {
  readonly target: Target;
  readonly caller: Caller;
  readonly memory: StageMemory;
  readonly recorder: ChangeRecorder;
}

const pending = (message: string): StageWarning[] => [{ code: 'HISTORY_PENDING', message }];

const warnings: Readonly<Record<RecordOutcome, readonly StageWarning[]>> = {
  STORED: [],
  PENDING: pending(
    "The change was made, but its entry of the history is not written yet: the gateway's database is slow or unavailable. The entry is written when it is available again.",
  ),
  LOST: pending(
    "The change was made, but the history has no entry of it: the entry could not be written, and cannot wait for the gateway's database. The next read of the stage may show it as a change by another tool.",
  ),
};

/** Whether AWS may have applied a call that failed. */
const mayBeApplied = ({ outcome }: SentCall): boolean =>
  outcome === 'UNKNOWN' || (outcome !== 'OK' && awsFailures[outcome].mutation?.code === 'OUTCOME_UNKNOWN');

/** What became of the calls of a change; undefined if certainly nothing was changed. */
function outcomeOf(calls: readonly SentCall[]): StageHistoryOutcome | undefined {
  const isMade = calls.some(({ outcome }) => outcome === 'OK');
  const last = calls.at(-1);
  if (last === undefined) return undefined;
  if (calls.some(mayBeApplied) && !(isMade && last.outcome === 'OK')) return isMade ? 'PARTIAL' : 'UNKNOWN';
  if (!isMade) return undefined;
  return last.outcome === 'OK' ? 'APPLIED' : 'PARTIAL';
}

/** The stage as the change has left it: null if it is gone, undefined if it is unknown until the next read. */
function stageAfter(
  { outcome }: Pick<RecordedChange, 'outcome'>,
  calls: readonly SentCall[],
  effect: ChangeEffect,
  result: ChangeResult | undefined,
): RecordedChange['after'] {
  if (outcome === 'UNKNOWN' || calls.some(mayBeApplied)) return undefined;
  return effect === 'delete' ? null : (result?.stage ?? undefined);
}

export function createHistoryRecorder(dependencies: HistoryDependencies): RecordHistory {
  const { target, caller, memory, recorder } = dependencies;

  /** What has become of the entry, if there is one to write. */
  async function write(
    key: StageKey,
    effect: ChangeEffect,
    beganAt: Date,
    result: ChangeResult | undefined,
  ): Promise<RecordOutcome> {
    const { calls, before } = recorder.sent();
    const outcome = outcomeOf(calls);
    if (outcome === undefined) return 'STORED';
    const stages = {
      before: effect === 'create' ? null : before,
      after: stageAfter({ outcome }, calls, effect, result),
    };
    return memory.record({
      ...stages,
      target,
      key,
      mutation: recorder.mutation(),
      by: caller.subject,
      client: caller.client.name,
      outcome,
      beganAt,
      endedAt: new Date(),
      given: givenVariables(
        calls.filter((call) => call.outcome === 'OK' || mayBeApplied(call)),
        stages,
      ),
      patchOperations: result?.patchOperations ?? [],
      awsRequestId: calls.at(-1)?.awsRequestId ?? null,
    });
  }

  return async (key, effect, work) => {
    const beganAt = new Date();
    let result: ChangeResult;
    try {
      result = await work();
    } catch (error) {
      await write(key, effect, beganAt, undefined);
      throw error;
    }
    const recorded = await write(key, effect, beganAt, result);
    return { ...result, warnings: [...result.warnings, ...warnings[recorded]] };
  };
}
