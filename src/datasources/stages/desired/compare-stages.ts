import type { StageFieldChange, StagePart } from '../../../__generated__/types.ts';
import type { StageModel } from '../wire/model.ts';
import { isOfVariable } from './hidden-values.ts';
import { differenceOfStages, FULL_VISIBILITY } from './stage-difference.ts';
import { stateOf } from './stage-state.ts';

/** A level that was never set means OFF. */
const isSameLevel = ({ part, path, before, after }: StageFieldChange): boolean =>
  part === 'METHOD_SETTINGS' &&
  path.at(-1) === 'loggingLevel' &&
  (before ?? 'OFF') === 'OFF' &&
  (after ?? 'OFF') === 'OFF';

/**
 * What differs between two stages, of some parts. Without `seesValues` variables are left out: their equality would
 * disclose them.
 */
export const compareStages = (
  before: StageModel,
  after: StageModel,
  parts: readonly StagePart[] | null | undefined,
  seesValues: boolean,
): StageFieldChange[] =>
  differenceOfStages(stateOf(before), stateOf(after), FULL_VISIBILITY).filter(
    (change) =>
      (parts == null || parts.includes(change.part)) &&
      (seesValues || !isOfVariable(change)) &&
      !isSameLevel(change),
  );
