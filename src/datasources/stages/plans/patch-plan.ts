import type { StageUserErrorCode } from '../../../__generated__/types.ts';
import type { FieldPath, InputProblem } from '../../inputs/input-problem.ts';
import type { StageModel } from '../wire/model.ts';

/** One operation of an UpdateStage call; `value` is always a string (stage-api.md, section 4). */
export type PatchOperation =
  | { readonly op: 'replace' | 'add'; readonly path: string; readonly value: string }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'copy'; readonly path: string; readonly from: string };

export const replace = (path: string, value: string): PatchOperation => ({ op: 'replace', path, value });
export const remove = (path: string): PatchOperation => ({ op: 'remove', path });
export const copy = (from: string, path: string): PatchOperation => ({ op: 'copy', from, path });

/** Why a change is not made. */
export interface Refusal {
  readonly code: StageUserErrorCode;
  readonly message: string;
  readonly field: FieldPath | null;
  /** Whether the same input may succeed later; false by default. */
  readonly retryable?: boolean;
}

/**
 * The longest list of operations that AWS is known to accept (stage-api.md, section 4: it refuses longer lists with
 * "Update size too large" and does not document the limit). The gateway does not split a change, which must be atomic.
 */
export const MAX_OPERATIONS = 80;

/** Why a change is too long for one call, or undefined. */
export const sizeProblem = (count: number): string | undefined =>
  count > MAX_OPERATIONS
    ? `The change has ${count} patch operations; one UpdateStage call takes at most ${MAX_OPERATIONS}. Split it into several mutations.`
    : undefined;

/** What to send: `operations` in one call; `followUp`, if any, in a second call. */
export type Translation =
  | { readonly operations: readonly PatchOperation[]; readonly followUp?: readonly PatchOperation[] }
  | { readonly refusal: Refusal };

/**
 * A change to a stage: the problems of its input, and the operations that it becomes. Only plans whose operations depend
 * on the current stage read it first.
 */
export type PatchPlan = {
  readonly problems: readonly InputProblem[];
  /** The inputs that name a deployment, for the error if AWS does not know it. */
  readonly deploymentFields?: readonly FieldPath[];
} & (
  | { readonly readsFirst: false; translate(): Translation }
  | { readonly readsFirst: true; translate(stage: StageModel): Translation }
);

/** A plan that does not depend on the current stage. */
export const staticPlan = (
  problems: readonly InputProblem[],
  operations: readonly PatchOperation[],
  deploymentFields: readonly FieldPath[] = [],
): PatchPlan => ({ problems, deploymentFields, readsFirst: false, translate: () => ({ operations }) });

/** Combines plans, in order. The first refusal refuses all of them. */
export function combinePlans(plans: readonly PatchPlan[]): PatchPlan {
  const common = {
    problems: plans.flatMap((plan) => plan.problems),
    deploymentFields: plans.flatMap((plan) => plan.deploymentFields ?? []),
  };
  const join = (translations: readonly Translation[]): Translation =>
    translations.find((each) => 'refusal' in each) ?? {
      operations: translations.flatMap((each) => ('operations' in each ? each.operations : [])),
    };
  const still = plans.filter((plan) => !plan.readsFirst);
  return still.length === plans.length
    ? { ...common, readsFirst: false, translate: () => join(still.map((plan) => plan.translate())) }
    : { ...common, readsFirst: true, translate: (stage) => join(plans.map((plan) => plan.translate(stage))) };
}
