import type { InputProblem } from '../../inputs/input-problem.ts';
import type { Refusal } from './plan.ts';

/**
 * The longest list of operations that is known to pass (stage-api.md, section 4: AWS answers longer ones with "Update
 * size too large" without saying where the line is). Splitting would make one change two.
 */
export const MAX_OPERATIONS = 80;

const message = (count: number): string =>
  `The change is ${count} patch operations long; one UpdateStage call takes at most ${MAX_OPERATIONS}. Make it in several mutations.`;

/** The refusal of a change that is too long for one call. */
export const tooLong = (count: number): Refusal => ({
  code: 'INVALID_INPUT',
  message: message(count),
  field: ['input'],
});

/** The same, where it shows from the input alone. */
export const sizeProblems = (count: number): InputProblem[] =>
  count > MAX_OPERATIONS ? [{ field: ['input'], message: message(count) }] : [];
