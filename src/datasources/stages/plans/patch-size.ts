import type { InputProblem } from '../../inputs/input-problem.ts';
import type { Refusal } from './plan.ts';

/**
 * The longest list of operations that AWS is known to accept (stage-api.md, section 4: it refuses longer lists with
 * "Update size too large" and does not document the limit). The gateway does not split a change, which must be atomic.
 */
export const MAX_OPERATIONS = 80;

const message = (count: number): string =>
  `The change has ${count} patch operations; one UpdateStage call takes at most ${MAX_OPERATIONS}. Split it into several mutations.`;

/** Refuses a change that is too long for one call. */
export const tooLong = (count: number): Refusal => ({
  code: 'INVALID_INPUT',
  message: message(count),
  field: ['input'],
});

/** The same, if the input alone determines the operations. */
export const sizeProblems = (count: number): InputProblem[] =>
  count > MAX_OPERATIONS ? [{ field: ['input'], message: message(count) }] : [];
