import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { failedWith, provesNotApplied } from '../../../errors/upstream-error.ts';
import type { RetrySafety } from '../../../upstream/calls/retry-safety.ts';
import { copiesFromNoCanary, nothingToPromote } from '../plans/plan-canary.ts';
import { type PatchOperation, type Plan, sizeProblem, type Translation } from '../plans/plan.ts';
import { withEscapedKeys, withoutAbsentEntries, withoutAbsentRemovals } from '../plans/removals.ts';
import { warningsOf } from '../plans/warnings.ts';
import { stageFromAws } from '../wire/from-aws.ts';
import type { StageKey, StageModel } from '../wire/model.ts';
import type { ChangeTarget } from './change-checks.ts';
import type { StageChangeDependencies } from './guard.ts';
import { changed, type ChangeResult, refused, type StageChange } from './stage-change.ts';
import { partiallyApplied } from './user-error.ts';

/** AWS's answer to one UpdateStage, and the operations that were sent. */
interface Update {
  readonly stage: StageModel;
  readonly operations: readonly PatchOperation[];
}

export type StagePatcher = ReturnType<typeof createStagePatcher>;

/** A repeated copy may copy what was written since. The other operations are idempotent. */
const retrySafetyOf = (operations: readonly PatchOperation[]): RetrySafety =>
  operations.some(({ op }) => op === 'copy') ? 'nonIdempotent' : 'idempotent';

/** A dry run sends nothing, and refuses what AWS is certain to refuse. */
function dryRun(key: StageKey, operations: readonly PatchOperation[], before: StageModel): ChangeResult {
  if (copiesFromNoCanary(operations, before)) return refused(key, nothingToPromote, before);
  const planned = withoutAbsentEntries(operations, before);
  return changed(key, before, planned, warningsOf({ operations: planned, before, stage: before }));
}

export function createStagePatcher({ send, target, reader, guard }: StageChangeDependencies) {
  /** One UpdateStage call. Removing something that does not exist succeeds, although AWS refuses it. */
  async function update(
    key: StageKey,
    operations: readonly PatchOperation[],
    safety: RetrySafety,
  ): Promise<Update> {
    const command = new UpdateStageCommand({ ...key, patchOperations: [...operations] });
    try {
      const aws = await send(command, safety);
      const stage = stageFromAws(aws, key.restApiId, target, new Date());
      await reader.cacheWritten(stage);
      return { stage, operations };
    } catch (error) {
      if (!failedWith(error, 'METHOD_SETTING_NOT_FOUND')) throw error;
      const stage = await reader.fetchStage(key);
      const present = withoutAbsentRemovals(operations, stage);
      const retried = present.length < operations.length ? present : withEscapedKeys(operations, stage);
      if (retried === operations) throw error;
      return retried.length === 0 ? { stage, operations: retried } : update(key, retried, safety);
    }
  }

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

  return {
    update,
    /** A change by patch: guard, translation, one call (none for dryRun), the answer. */
    apply: (target: ChangeTarget & StageKey, plan: Plan): Promise<StageChange> =>
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
        const first = await update(key, operations, safety);
        const done = followUp.length > 0 ? await finish(key, first, followUp) : { ...first, userErrors: [] };
        const warnings = warningsOf({ operations: done.operations, before, stage: done.stage });
        return { ...changed(key, done.stage, done.operations, warnings), userErrors: done.userErrors };
      }),
  };
}

function translate(plan: Plan, before: StageModel | undefined): Translation {
  if (!plan.readsFirst) return plan.translate();
  if (before === undefined) throw new Error('a plan that reads first was translated without its stage');
  return plan.translate(before);
}
