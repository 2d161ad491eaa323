import { UpstreamError } from '../../../errors/upstream-error.ts';
import { operationName, type Send } from '../../../upstream/calls/send.ts';
import { holdsVariableValue, REDACTED, withoutVariables } from '../../../upstream/calls/variable-values.ts';

/** A call that was to change something, as it may be told: without the values of variables. */
export interface SentCall {
  /** The operation's name as AWS's documentation has it. */
  readonly operation: string;
  readonly input: object;
  readonly outcome: string;
  readonly awsRequestId: string | null;
}

/** What one change did on the way to AWS. */
export interface ChangeCalls {
  /** The stage's revision as the change has read it, or as it was last known; null where it was not. */
  readonly revisionBefore: string | null;
  readonly calls: readonly SentCall[];
}

/** Follows the changes of one request, which come one after the other. */
export interface ChangeRecorder {
  /** A change begins. */
  readonly begin: () => void;
  /** Whether any has. */
  readonly hasBegun: () => boolean;
  /** The stage as it was before: the first word holds. */
  readonly recordStage: (stage: { readonly details: { readonly revision: string } }) => void;
  readonly recordCall: (call: SentCall) => void;
  readonly report: () => ChangeCalls;
}

export function createChangeRecorder(): ChangeRecorder {
  let revisionBefore: string | null = null;
  let calls: SentCall[] = [];
  let hasBegun = false;
  return {
    hasBegun: () => hasBegun,
    begin() {
      hasBegun = true;
      revisionBefore = null;
      calls = [];
    },
    recordStage({ details: { revision } }) {
      revisionBefore ??= revision;
    },
    recordCall: (call) => void calls.push(call),
    report: () => ({ revisionBefore, calls }),
  };
}

/** A way to AWS that leaves a trail of every call that changes something. */
export const withChangeLog =
  (send: Send, trail: ChangeRecorder): Send =>
  async (command, safety, turn) => {
    if (safety === 'safe') return send(command, safety, turn);
    const operation = operationName(command);
    const input = withoutVariables(command.input);
    try {
      const output = await send(command, safety, turn);
      const awsRequestId = output.$metadata.requestId ?? null;
      trail.recordCall({ operation, input, outcome: 'OK', awsRequestId });
      return output;
    } catch (error) {
      const known = error instanceof UpstreamError ? error : undefined;
      const awsRequestId = known?.requestId ?? null;
      trail.recordCall({ operation, input, outcome: known?.failure ?? 'UNKNOWN', awsRequestId });
      throw error;
    }
  };

/** A patch operation as it may be told. */
export const redactOperation = <Operation extends { readonly path: string; readonly value?: string | null }>(
  operation: Operation,
): Operation =>
  operation.value == null || !holdsVariableValue(operation.path)
    ? operation
    : { ...operation, value: REDACTED };
