import type { StageFieldChange, StagePart, StagePatchOperation } from '../../__generated__/types.ts';
import type { GivenVariable } from '../../datasources/stages/desired/hidden-values.ts';
import type { HistoryOutcome, StageAddress } from './gateway-change.ts';

export const historySources = ['GATEWAY', 'OBSERVED', 'BASELINE'] as const;
export type HistorySource = (typeof historySources)[number];

/** A change of a value. That of a variable is `redacted`, with the values beside it where they are known. */
export interface HistoryFieldChange extends StageFieldChange {
  readonly known: { readonly before: string | null; readonly after: string | null } | undefined;
}

/** An operation that was sent. The value of a variable is not in `value`, but in `known` where it is known. */
export interface HistoryPatchOperation extends StagePatchOperation {
  readonly redacted: boolean;
  readonly known: string | undefined;
}

export interface HistoryEntry extends StageAddress {
  readonly id: string;
  /** Opaque: where the next page starts. */
  readonly cursor: string;
  readonly at: Date;
  readonly source: HistorySource;
  readonly outcome: HistoryOutcome;
  readonly by: string | null;
  readonly client: string | null;
  /** The ARN of AWS's actor. */
  readonly actor: string | null;
  readonly mutation: string | null;
  readonly changes: readonly HistoryFieldChange[];
  readonly given: readonly GivenVariable[];
  readonly patchOperations: readonly HistoryPatchOperation[];
  readonly revisionBefore: string | null;
  readonly revisionAfter: string | null;
  readonly awsRequestId: string | null;
}

type Optional<Value> = Value | null | undefined;

/** Absent members select all; an empty list selects nothing. `stageNames` and `by` take `*`, ids are compared whole. */
export interface HistoryFilter {
  /** `<account>/<region>` of all that the caller may read and has selected. */
  readonly targets: readonly string[];
  /** Those of which the reader sees values of variables. */
  readonly valuesOf?: readonly string[];
  readonly restApiIds?: Optional<readonly string[]>;
  readonly stageNames?: Optional<readonly string[]>;
  readonly by?: Optional<readonly string[]>;
  /** Whether `by` also selects actors of other tools. */
  readonly seesActors?: boolean;
  readonly sources?: Optional<readonly HistorySource[]>;
  /** Entries that change one of these parts, as the reader sees it. */
  readonly parts?: Optional<readonly StagePart[]>;
  /** At this moment or later. */
  readonly since?: Optional<Date>;
  /** Before this moment. */
  readonly until?: Optional<Date>;
}

/** Newest first. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  readonly hasNextPage: boolean;
}
