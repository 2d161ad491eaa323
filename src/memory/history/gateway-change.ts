import type { StagePatchOperation } from '../../__generated__/types.ts';
import type { GivenVariable } from '../../datasources/stages/desired/hidden-values.ts';
import type { StageKey, StageModel } from '../../datasources/stages/wire/model.ts';
import type { TargetKey } from '../../fleet/target.ts';

/** APPLIED: AWS confirmed it. PARTIAL: the first of several calls only. UNKNOWN: it was sent and not answered. */
export type HistoryOutcome = 'APPLIED' | 'PARTIAL' | 'UNKNOWN';

export type StageAddress = TargetKey & StageKey;

/** Who made a change, and how. */
export interface Author {
  readonly by: string | null;
  readonly client: string | null;
  readonly mutation: string;
}

/** A change that this gateway has sent to AWS. */
export interface GatewayChange extends StageAddress, Author {
  /** When the change began to read, or without a read to send: what others see from then to `endedAt` is part of it. */
  readonly beganAt: Date;
  readonly endedAt: Date;
  readonly outcome: HistoryOutcome;
  /** The stage as the change has read it, or as it was last known; null: there was none; undefined: not known. */
  readonly before: StageModel | null | undefined;
  /** The stage as AWS answered it; null: it is deleted; undefined: not known, the next read of the stage tells. */
  readonly after: StageModel | null | undefined;
  /** The variables that it gave a value, whether or not they had it before. */
  readonly given: readonly GivenVariable[];
  /** With their values. */
  readonly patchOperations: readonly StagePatchOperation[];
  readonly awsRequestId: string | null;
}

/** A change with the id of its entry: written twice, it is one entry. */
export interface IdentifiedChange extends GatewayChange {
  readonly id: string;
}
