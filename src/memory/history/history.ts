import type { StageState } from '../../datasources/stages/desired/stage-state.ts';
import type { StageModel } from '../../datasources/stages/wire/model.ts';
import type { StageValues } from '../stages/index.ts';
import type { Author, IdentifiedChange, StageAddress } from './gateway-change.ts';
import type { HistoryFieldChange, HistoryFilter, HistoryPage } from './history-entry.ts';
import type { Observation } from './observations.ts';

/** A stage as it was, with '' for the values that are not known. */
export interface PastState {
  readonly state: StageState;
  /** Names of the variables, and of the canary's overrides, whose values are not known. */
  readonly unknown: { readonly variables: readonly string[]; readonly overrides: readonly string[] };
}

export interface Baseline {
  readonly since: Date;
  readonly revision: string;
}

/** What differs from the baseline; before: the baseline's. */
export interface Drift {
  readonly since: Date;
  readonly changes: readonly HistoryFieldChange[];
}

/** How long entries are kept, and how many. */
export interface HistoryLimits {
  readonly maxAgeMs: number;
  readonly maxEntries: number;
}

/** What was seen of stages and what was changed, on the database. Everything fails where the database does. */
export interface History {
  /** Stores what was seen, and what others have changed. */
  readonly observe: (observation: Observation) => Promise<void>;
  /** Stores a change of this gateway. Once it has resolved, the entry is durable; it may be called again with the same id. */
  readonly record: (change: IdentifiedChange) => Promise<void>;
  /** Throws BAD_USER_INPUT for a cursor that is none of these. */
  readonly page: (filter: HistoryFilter, first: number, after?: string | null) => Promise<HistoryPage>;
  /**
   * The stage as it was at a revision; undefined if that is not stored. `now`: the values of today. A value that is not
   * stored is known all the same if it has not changed since.
   */
  readonly stateAt: (
    stage: StageAddress,
    revision: string,
  ) => Promise<((now?: StageValues) => PastState) | undefined>;
  /** In the order of the argument. */
  readonly baselines: (stages: readonly StageAddress[]) => Promise<(Baseline | undefined)[]>;
  /** Undefined: the stage has no baseline. In the order of the argument. */
  readonly drifts: (stages: readonly StageModel[]) => Promise<(Drift | undefined)[]>;
  readonly recordBaseline: (stage: StageModel, author: Author) => Promise<Baseline>;
  /** False: there was none. */
  readonly removeBaseline: (stage: StageAddress, author: Author) => Promise<boolean>;
  /** Removes what is beyond the limits, in small batches; returns the number of entries removed. */
  readonly prune: () => Promise<number>;
}
