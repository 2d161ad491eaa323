import { CreateStageCommand } from '@aws-sdk/client-api-gateway';
import type { StageFieldChange } from '../../../../__generated__/types.ts';
import { planFingerprint } from '../../desired/plan-fingerprint.ts';
import {
  differenceOfStages,
  FULL_VISIBILITY,
  type VariableVisibility,
} from '../../desired/stage-difference.ts';
import { isReservedTag, EMPTY_STATE, type StageState, stateOf } from '../../desired/stage-state.ts';
import type { ServedState } from '../../plans/canary-state.ts';
import type { PatchOperation, Refusal } from '../../plans/patch-plan.ts';
import { warningsOf } from '../../plans/warnings.ts';
import { stageFromAws } from '../../wire/from-aws.ts';
import type { StageKey, StageModel } from '../../wire/model.ts';
import type { ChangeOptions, ChangeTarget } from '../change-checks.ts';
import type { StageChangeDependencies } from '../guard.ts';
import { type Tags, tagsOf } from '../permission.ts';
import { changed, type ChangeResult, refused, type StageChange } from '../stage-change.ts';
import type { UpdateStage } from '../update-stage.ts';
import { createChangeSteps, sendSteps, stepsRefusal } from './change-steps.ts';
import { creationOf } from './create-request.ts';

/** What became of a change to a desired state. */
export interface AppliedStage extends StageChange {
  readonly changes?: StageFieldChange[];
  readonly plan?: string;
}

/** The stage to change, and what must be true of the changes. */
export type ApplyTarget = ChangeTarget & StageKey & { readonly expectedPlan?: string | null | undefined };

/** How a stage is to be. */
export interface DesiredState {
  /** The state to reach, or why it cannot be. `before` is EMPTY_STATE if the stage is to be created. */
  readonly resolve: (before: StageState) => Promise<StageState | Refusal> | StageState | Refusal;
  readonly visibility: VariableVisibility;
}

const planChanged: Refusal = {
  code: 'PRECONDITION_FAILED',
  message:
    'The changes are not those of expectedPlan: the stage or the definition was changed meanwhile. See changes.',
  field: ['input', 'expectedPlan'],
};

const deploymentRequired: Refusal = {
  code: 'INVALID_INPUT',
  message: 'There is no such stage: desired.deploymentId is required to create it.',
  field: ['input', 'desired', 'deploymentId'],
};

const isRefusal = (result: StageState | Refusal): result is Refusal => 'code' in result;

/** An entry with a value that the schema does not know cannot be recreated. */
function unknownValueRefusal(
  stage: StageModel | undefined,
  operations: readonly PatchOperation[],
): Refusal | undefined {
  const isRecreated = (key: string): boolean =>
    operations.some(({ op, path }) => op === 'remove' && path === `/${key}`) &&
    operations.some(({ op, path }) => op === 'replace' && path.startsWith(`/${key}/`));
  const lost = stage?.details.methodSettings.find(
    ({ key, unknownValues }) => unknownValues.length > 0 && isRecreated(key),
  );
  if (lost === undefined) return undefined;
  const values = lost.unknownValues.map((each) => each.join(' ')).join(', ');
  return {
    code: 'REJECTED',
    message: `The entry ${lost.key} has a value that this gateway does not know (${values}), and it would be lost. Set it in the same change.`,
    field: ['input'],
  };
}

/** All tags of a stage that is changed to this state. Those of AWS stay as they are. */
const tagsAfter = (stage: StageModel | undefined, { tags }: StageState): Tags =>
  new Map([...tagsOf((stage?.tags ?? []).filter(({ key }) => isReservedTag(key))), ...tags]);

/** What a stage in this state serves. */
const servedIn = ({ fields: { deploymentId }, canary }: StageState): ServedState => ({
  deploymentId,
  canarySettings: canary && {
    deploymentId: canary.deploymentId,
    percentTraffic: canary.percentTraffic,
    stageVariableOverrides: [...canary.overrides.keys()].map((name) => ({ name })),
  },
});

/** A change with its warnings; `before`: the stage, if it was not made. */
function withWarnings(
  result: ChangeResult,
  operations: readonly PatchOperation[],
  before: StageModel | undefined,
  stage: StageModel,
  state: StageState,
): ChangeResult {
  const known = before ?? stage;
  const isNew = before === undefined;
  const warningContext = { operations, before: known, known, stage, after: servedIn(state), isNew };
  return { ...result, warnings: warningsOf(warningContext), warningContext };
}

export type StageApplier = ReturnType<typeof createStageApplier>;

/** Makes stages what they are to be: reads, compares, and sends what differs. */
export function createStageApplier(dependencies: StageChangeDependencies, updateStage: UpdateStage) {
  const { send, target, reader, guard, permission } = dependencies;
  const stepsBetween = createChangeSteps(dependencies, updateStage);

  /** The state of a stage that is to be made, as AWS would answer its creation. */
  const predictedStage = (key: StageKey, after: StageState): StageModel =>
    stageFromAws(creationOf(key, after), key.restApiId, target, new Date());

  async function applyState(
    key: StageKey,
    stage: StageModel | undefined,
    after: StageState,
    { visibility }: DesiredState,
    isDryRun: boolean,
  ): Promise<ChangeResult> {
    const start = stage ?? predictedStage(key, after);
    const seen = stage === undefined ? FULL_VISIBILITY : visibility;
    const steps = stepsBetween(key, stateOf(start), after, seen);
    const operations = steps.flatMap((step) => step.operations);
    const refusal =
      stepsRefusal(dependencies, steps, stateOf(start), after, stage === undefined ? 1 : 0) ??
      unknownValueRefusal(stage, operations);
    if (refusal !== undefined) return refused(key, refusal, stage ?? null);
    if (isDryRun || (stage !== undefined && steps.length === 0)) {
      return withWarnings(changed(key, stage ?? null, operations), operations, stage, start, after);
    }
    if (stage !== undefined) {
      const result = await sendSteps(dependencies, key, steps, stage, 0);
      return withWarnings(result, operations, stage, result.stage ?? start, after);
    }
    const aws = await send(new CreateStageCommand(creationOf(key, after)), 'nonIdempotent');
    const created = stageFromAws(aws, key.restApiId, target, new Date());
    await reader.cacheWritten(created);
    const rest = stepsBetween(key, stateOf(created), after, FULL_VISIBILITY);
    const result = await sendSteps(dependencies, key, rest, created, 1);
    return withWarnings(result, operations, undefined, result.stage ?? created, after);
  }

  return async (input: ApplyTarget, options: ChangeOptions, desired: DesiredState): Promise<AppliedStage> => {
    const key = { restApiId: input.restApiId, stageName: input.stageName };
    let changes: StageFieldChange[] = [];
    let plan = '';
    const change = await guard(input, { ...options, readsFirst: true }, async (stage) => {
      const before = stage === undefined ? EMPTY_STATE : stateOf(stage);
      const after = await desired.resolve(before);
      if (isRefusal(after)) return refused(key, after, stage ?? null);
      if (after.fields.deploymentId === '') return refused(key, deploymentRequired);
      if (permission.dependsOnTags(input)) permission.require(input, tagsAfter(stage, after));
      changes = differenceOfStages(before, after, desired.visibility);
      plan = planFingerprint(target, key, changes);
      if (input.expectedPlan != null && input.expectedPlan !== plan)
        return refused(key, planChanged, stage ?? null);
      return applyState(key, stage, after, desired, input.dryRun === true);
    });
    return { ...change, changes, plan };
  };
}
