import { provesNotApplied } from '../../../errors/upstream-error.ts';
import { stateAfter } from '../plans/canary-state.ts';
import { type PatchOperation, type PatchPlan, sizeProblem, type Translation } from '../plans/patch-plan.ts';
import { copiesFromNoCanary, nothingToPromote } from '../plans/plan-canary.ts';
import { withoutAbsentEntries } from '../plans/removals.ts';
import { comparesStages, warningsOf } from '../plans/warnings.ts';
import type { StageKey, StageModel } from '../wire/model.ts';
import type { ChangeTarget } from './change-checks.ts';
import type { StageChangeDependencies } from './guard.ts';
import { changed, type ChangeResult, refused, type StageChange } from './stage-change.ts';
import { retrySafetyOf, type Update, type UpdateStage } from './update-stage.ts';
import { partiallyApplied } from './user-error.ts';

/** A change by patch: guard, translation, one call (none for dryRun), the answer. */
export function createStagePatcher({ reader, guard }: StageChangeDependencies, update: UpdateStage) {
  async function finish(key: StageKey, first: Update, followUp: readonly PatchOperation[]) {
    try {
      const second = await update(key, followUp, retrySafetyOf(followUp));
      return { ...second, operations: [...first.operations, ...second.operations], userErrors: [] };
    } catch (error) {
      if (!provesNotApplied(error)) await reader.invalidate(key);
      const userErrors = [partiallyApplied(error, 'The first of two calls succeeded; the second')];
      return { ...first, userErrors };
    }
  }

  /** The stage before the change, if that matters: as it was read, or as the cache has it. */
  const knownBefore = (
    key: StageKey,
    operations: readonly PatchOperation[],
    before: StageModel | undefined,
  ) => (before === undefined && comparesStages(operations) ? reader.peek(key) : before);

  /** A dry run sends nothing, and refuses what AWS is certain to refuse. */
  function dryRun(key: StageKey, operations: readonly PatchOperation[], before: StageModel): ChangeResult {
    if (copiesFromNoCanary(operations, before)) return refused(key, nothingToPromote, before);
    const planned = withoutAbsentEntries(operations, before);
    const after = stateAfter(before, planned);
    const warningContext = { operations: planned, before, known: before, stage: before, after };
    const result = changed(key, before, planned, warningsOf(warningContext));
    return { ...result, warningContext };
  }

  return (target: ChangeTarget & StageKey, plan: PatchPlan): Promise<StageChange> =>
    guard(target, plan, async (before) => {
      const key = { restApiId: target.restApiId, stageName: target.stageName };
      const translation = translate(plan, before);
      if ('refusal' in translation) return refused(key, translation.refusal, before);
      const { operations, followUp = [] } = translation;
      const message = sizeProblem(operations.length);
      if (message !== undefined)
        return refused(key, { code: 'INVALID_INPUT', message, field: ['input'] }, before);
      if (before !== undefined && (target.dryRun === true || operations.length === 0)) {
        return dryRun(key, [...operations, ...followUp], before);
      }
      const safety = before === undefined ? retrySafetyOf(operations) : 'noRetry';
      const known = await knownBefore(key, operations, before);
      const first = await update(key, operations, safety);
      const done = followUp.length > 0 ? await finish(key, first, followUp) : { ...first, userErrors: [] };
      const { stage } = done;
      const warningContext = { operations: done.operations, before, known, stage, after: stage };
      return {
        ...changed(key, stage, done.operations, warningsOf(warningContext)),
        userErrors: done.userErrors,
        warningContext,
      };
    });
}

function translate(plan: PatchPlan, before: StageModel | undefined): Translation {
  if (!plan.readsFirst) return plan.translate();
  if (before === undefined) throw new Error('a plan that reads first was translated without its stage');
  return plan.translate(before);
}
