import { isOfValue } from '../../datasources/stages/desired/hidden-values.ts';
import { differenceOfStages, FULL_VISIBILITY } from '../../datasources/stages/desired/stage-difference.ts';
import { EMPTY_STATE, type StageState } from '../../datasources/stages/desired/stage-state.ts';
import { DRIFT, DRIFT_OF_VALUES, type DriftKind, NO_DRIFT } from '../database/drift-kind.ts';
import { partBits } from '../database/part-bits.ts';
import type { StageCodec, StoredStage } from '../stages/index.ts';
import { EXISTENCE } from './mutation-parts.ts';
import type { StateFacts } from './timeline-links.ts';

/** The states of one stage that a transaction deals with, by revision. */
export interface RevisionBook extends StateFacts {
  readonly add: (stored: StoredStage) => void;
  readonly isKnown: (revision: string) => boolean;
  readonly get: (revision: string) => StoredStage | undefined;
  readonly driftBetween: (baseline: string, now: string) => DriftKind;
  /** The state with fingerprints for values; that of nothing for null, and for a revision that is not stored any more. */
  readonly stateOf: (revision: string | null) => StageState;
}

export function createRevisionBook(codec: StageCodec): RevisionBook {
  const stages = new Map<string, StoredStage>();
  const states = new Map<string, StageState>();
  const dates = new Map<string, number>();

  function stateOf(revision: string | null): StageState {
    const stored = revision === null ? undefined : stages.get(revision);
    if (stored === undefined) return EMPTY_STATE;
    const known = states.get(stored.revision) ?? codec.stateOf(stored);
    states.set(stored.revision, known);
    return known;
  }

  return {
    add(stored) {
      const known = stages.get(stored.revision);
      if (known === undefined || codec.improves(stored, known)) stages.set(stored.revision, stored);
    },
    isKnown: (revision) => stages.has(revision),
    get: (revision) => stages.get(revision),
    stateOf,
    lastUpdated(revision) {
      const stored = stages.get(revision);
      if (stored === undefined) return 0;
      const date = dates.get(revision) ?? codec.decodeAnywhere(stored).stage.lastUpdatedDate.getTime();
      dates.set(revision, date);
      return date;
    },
    driftBetween(baseline, now) {
      const changes = differenceOfStages(stateOf(baseline), stateOf(now), FULL_VISIBILITY);
      if (changes.length === 0) return NO_DRIFT;
      return changes.every(isOfValue) ? DRIFT_OF_VALUES : DRIFT;
    },
    differingParts(before, after) {
      if (before === after) return 0;
      if (before === null || after === null) return EXISTENCE;
      const changes = differenceOfStages(stateOf(before), stateOf(after), FULL_VISIBILITY);
      return partBits(changes.map(({ part }) => part));
    },
  };
}
