import type {
  CreateStageCanarySettingsInput,
  UpdateStageCanarySettingsInput,
} from '../../../__generated__/types.ts';
import type { FieldPath, InputProblem } from '../../inputs/input-problem.ts';
import type { StageModel } from '../wire/model.ts';
import { planFields } from './apply-patch-rules.ts';
import {
  copy,
  type PatchOperation,
  type PatchPlan,
  type Refusal,
  remove,
  replace,
  type Translation,
} from './patch-plan.ts';
import { canaryRules } from './patch-rules.ts';
import { planVariables, variableMap, variableProblems } from './plan-variables.ts';

const OVERRIDES = '/canarySettings/stageVariableOverrides/';

/** A canary that is created together with its stage or deployment: null means the same as omitted. */
type NewCanary = CreateStageCanarySettingsInput;

/** The problems of such a canary. */
export function canaryProblems(canary: NewCanary, at: FieldPath): InputProblem[] {
  const deploymentId = canary.deploymentId ?? undefined;
  const percentTraffic = canary.percentTraffic ?? undefined;
  return [
    ...planFields(canaryRules, { deploymentId, percentTraffic }, '', at).problems,
    ...variableProblems(canary.stageVariableOverrides ?? [], [...at, 'stageVariableOverrides']),
  ];
}

/** Such a canary as AWS takes it, without its deployment. */
export const canaryRequest = (canary: NewCanary) => ({
  percentTraffic: canary.percentTraffic ?? 0,
  useStageCache: canary.useStageCache ?? false,
  stageVariableOverrides: variableMap(canary.stageVariableOverrides),
});

/** Starts a canary, or adjusts the existing one. AWS starts one at any write, even of percentTraffic alone. */
export function planCanary(input: UpdateStageCanarySettingsInput, at: FieldPath): PatchPlan {
  const fields = planFields(canaryRules, input, '/canarySettings/', at);
  const overrides = planVariables(
    OVERRIDES,
    { items: input.setVariableOverrides, at: [...at, 'setVariableOverrides'] },
    { items: input.removeVariableOverrides, at: [...at, 'removeVariableOverrides'] },
  );
  const operations = [...fields.operations, ...overrides.operations];
  const problems = [...fields.problems, ...overrides.problems];
  const nothing = { field: at, message: 'At least one setting of the canary is required.' };
  return {
    problems: operations.length + problems.length > 0 ? problems : [nothing],
    deploymentFields: input.deploymentId == null ? [] : [[...at, 'deploymentId']],
    readsFirst: true,
    translate({ canarySettings }) {
      if (canarySettings === null && operations.every(({ op }) => op === 'remove')) return { operations: [] };
      if (canarySettings === null && input.deploymentId == null) {
        const message = 'The stage has no canary: deploymentId is required to start one.';
        return { refusal: { code: 'INVALID_INPUT', message, field: [...at, 'deploymentId'] } };
      }
      const present = new Set(canarySettings?.stageVariableOverrides.map(({ name }) => OVERRIDES + name));
      // AWS refuses to remove an override that does not exist; here this succeeds.
      return { operations: operations.filter(({ op, path }) => op !== 'remove' || present.has(path)) };
    },
  };
}

/**
 * The copies come first: if the canary is removed between the read and this call, AWS refuses them. The documented order,
 * with percentTraffic first, would silently start a new canary.
 */
export const promotion = [
  copy('/canarySettings/deploymentId', '/deploymentId'),
  copy('/canarySettings/stageVariableOverrides', '/variables'),
  replace('/canarySettings/percentTraffic', '0.0'),
];

/** Whether AWS is certain to refuse these operations, because they copy from a canary that does not exist. */
export function copiesFromNoCanary(
  operations: readonly PatchOperation[],
  { canarySettings }: StageModel,
): boolean {
  const first = operations.find(({ op, path }) => op === 'copy' || path.startsWith('/canarySettings/'));
  return canarySettings === null && first?.op === 'copy';
}

export const canaryRemoval = [remove('/canarySettings')];

/** Refuses a promotion without a canary. */
export const nothingToPromote: Refusal = {
  code: 'CANARY_NOT_FOUND',
  message: 'The stage has no canary: there is nothing to promote.',
  field: ['input', 'stageName'],
};

/** Copies the canary's deployment and variables to the stage. Refused if the stage has no canary. */
export const planPromotion = (removeCanary: boolean): PatchPlan => ({
  problems: [],
  readsFirst: true,
  translate({ canarySettings }: StageModel): Translation {
    if (canarySettings === null) return { refusal: nothingToPromote };
    return removeCanary ? { operations: promotion, followUp: canaryRemoval } : { operations: promotion };
  },
});
