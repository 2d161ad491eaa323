import type { StagePatchOperation, StageUserErrorCode } from '../../../__generated__/types.ts';
import type { MutationName } from '../../../auth/policies/actions.ts';
import { UpstreamError, type UpstreamFailure } from '../../../errors/upstream-error.ts';
import type { TargetKey } from '../../../fleet/target.ts';
import { operationName, type Send } from '../../../upstream/calls/send.ts';
import { holdsVariableValue, REDACTED, withoutVariables } from '../../../upstream/calls/variable-values.ts';
import type { StageModel } from '../wire/model.ts';
import type { ChangeResult } from './stage-change.ts';

/** A call that was to change something, without the values of variables. */
export interface SentCall {
  /** The operation's name as AWS's documentation has it. */
  readonly operation: string;
  readonly input: object;
  readonly outcome: 'OK' | UpstreamFailure;
  readonly awsRequestId: string | null;
}

/** What became of one change, without the values of variables. */
export interface ChangeReport {
  /** The stage's revision as the change has read it, or as it was last known; null if neither. */
  readonly revisionBefore: string | null;
  /** The stage's revision as AWS answered it; null if the answer had no stage. */
  readonly revisionAfter: string | null;
  /** The operations that were sent, or with dryRun would be. */
  readonly patchOperations: readonly StagePatchOperation[];
  readonly userError: StageUserErrorCode | undefined;
  readonly calls: readonly SentCall[];
  /** The policies that forbid the change, empty if none permits it; undefined if it was not refused by policies. */
  readonly refusedBy: readonly string[] | undefined;
  /** Where the change was made; null if the input names no target that the gateway knows, or the change has thrown. */
  readonly target: TargetKey | null;
}

export type ChangeRecorder = ReturnType<typeof createChangeRecorder>;

const withoutValue = (operation: StagePatchOperation): StagePatchOperation =>
  operation.value === null || !holdsVariableValue(operation.path)
    ? operation
    : { ...operation, value: REDACTED };

/** Records the changes of one request, which run one after the other. */
export function createChangeRecorder() {
  let hasBegun = false;
  let revisionBefore: string | null = null;
  let before: StageModel | null | undefined;
  let calls: SentCall[] = [];
  let result: ChangeResult | undefined;
  let target: TargetKey | null = null;
  let mutation: MutationName | undefined;
  let refusedBy: readonly string[] | undefined;
  return {
    /** Whether the request has begun any change. */
    hasBegun: () => hasBegun,
    /** A change begins: what was recorded of the one before is dropped. */
    begin(name: MutationName): void {
      hasBegun = true;
      mutation = name;
      refusedBy = undefined;
      revisionBefore = null;
      before = undefined;
      calls = [];
      result = undefined;
      target = null;
    },
    /** The mutation that has begun. */
    mutation(): MutationName {
      if (mutation === undefined) throw new Error('no mutation has begun');
      return mutation;
    },
    /** The stage as it was before the change, as it was read for it or as it is cached; the first one recorded counts. */
    recordStage(stage: StageModel, isRead: boolean): void {
      revisionBefore ??= stage.details.revision;
      if (isRead) before ??= stage;
    },
    /** The stage was read for the change, and does not exist. */
    recordMissing(): void {
      before ??= null;
    },
    /** What the change has sent, and the stage as it was read before; null if it did not exist. */
    sent: () => ({ calls, before }),
    recordCall: (call: SentCall) => void calls.push(call),
    /** The target of the change is known. */
    recordTarget(known: TargetKey): void {
      target = known;
    },
    /** Policies refuse the change. */
    recordRefusal(policies: readonly string[]): void {
      refusedBy = policies;
    },
    recordResult(recorded: ChangeResult): void {
      result = recorded;
    },
    report: (): ChangeReport => ({
      revisionBefore,
      revisionAfter: result?.stage?.details.revision ?? null,
      patchOperations: result?.patchOperations.map(withoutValue) ?? [],
      userError: result?.userErrors[0]?.code,
      calls,
      refusedBy,
      target,
    }),
  };
}

/** Sends, and records every call that is to change something. */
export const withRecordedCalls =
  (send: Send, recorder: ChangeRecorder): Send =>
  async (command, safety, reservation) => {
    if (safety === 'safe') return send(command, safety, reservation);
    const operation = operationName(command);
    const input = withoutVariables(command.input);
    try {
      const output = await send(command, safety, reservation);
      const awsRequestId = output.$metadata.requestId ?? null;
      recorder.recordCall({ operation, input, outcome: 'OK', awsRequestId });
      return output;
    } catch (error) {
      const known = error instanceof UpstreamError ? error : undefined;
      const awsRequestId = known?.requestId ?? null;
      recorder.recordCall({ operation, input, outcome: known?.failure ?? 'UNKNOWN', awsRequestId });
      throw error;
    }
  };
