import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { failedWith, provesNotApplied } from '../../../errors/upstream-error.ts';
import type { AwsRegion } from '../../../upstream/calls/client.ts';
import type { RetrySafety } from '../../../upstream/calls/retry-safety.ts';
import type { Send } from '../../../upstream/calls/send.ts';
import { MAX_OPERATIONS, tooLong } from '../plans/patch-size.ts';
import { copiesFromNoCanary, nothingToPromote } from '../plans/plan-canary.ts';
import type { PatchOperation, Plan, Translation } from '../plans/plan.ts';
import { withEscapedKeys, withoutAbsentEntries, withoutAbsentRemovals } from '../plans/removals.ts';
import { warningsOf } from '../plans/warnings.ts';
import type { StageReader } from '../reader.ts';
import { stageFromAws } from '../wire/from-aws.ts';
import type { StageKey, StageModel } from '../wire/model.ts';
import type { ChangeTarget, Guard } from './guard.ts';
import { changed, refused, type StageChange } from './stage-change.ts';
import { partiallyApplied } from './user-error.ts';

/** What one UpdateStage did. */
interface Update {
  readonly stage: StageModel;
  readonly operations: readonly PatchOperation[];
}

export interface StagePatcher {
  /** One UpdateStage call. Removing what is not there is a success; AWS calls it an error. */
  update(key: StageKey, operations: readonly PatchOperation[], safety: RetrySafety): Promise<Update>;
  /** The whole way of a change by patch: guard, translation, one call (or none: dryRun), the answer. */
  apply(target: ChangeTarget & StageKey, plan: Plan): Promise<StageChange>;
}

/** Repeating a copy may copy what somebody else has put there since; the other operations set what they set. */
const retrySafetyOf = (operations: readonly PatchOperation[]): RetrySafety =>
  operations.some(({ op }) => op === 'copy') ? 'nonIdempotent' : 'idempotent';

export function createStagePatcher(
  send: Send,
  region: AwsRegion,
  reader: StageReader,
  guard: Guard,
): StagePatcher {
  async function update(
    key: StageKey,
    operations: readonly PatchOperation[],
    safety: RetrySafety,
  ): Promise<Update> {
    const { restApiId, stageName } = key;
    const command = new UpdateStageCommand({ restApiId, stageName, patchOperations: [...operations] });
    try {
      const aws = await send(command, safety);
      const stage = stageFromAws(aws, key.restApiId, region, new Date());
      await reader.store(stage);
      return { stage, operations };
    } catch (error) {
      if (!failedWith(error, 'METHOD_SETTING_NOT_FOUND')) throw error;
      const stage = await reader.fetchStage(key);
      const present = withoutAbsentRemovals(operations, stage);
      const rest = present.length < operations.length ? present : withEscapedKeys(operations, stage);
      if (rest === operations) throw error;
      return rest.length === 0 ? { stage, operations: rest } : update(key, rest, safety);
    }
  }

  /** The second call of a change whose first has succeeded. */
  async function finish(key: StageKey, first: Update, afterwards: readonly PatchOperation[]) {
    try {
      const second = await update(key, afterwards, retrySafetyOf(afterwards));
      return { ...second, operations: [...first.operations, ...second.operations], userErrors: [] };
    } catch (error) {
      if (!provesNotApplied(error)) await reader.invalidate(key);
      const userErrors = [partiallyApplied(error, 'The first of two calls was carried out; the second')];
      return { ...first, userErrors };
    }
  }

  /** What a dry run answers: nothing is sent, and what AWS is sure to refuse is refused. */
  function rehearse(key: StageKey, operations: readonly PatchOperation[], before: StageModel): StageChange {
    if (copiesFromNoCanary(operations, before)) return refused(key, nothingToPromote, before);
    const would = withoutAbsentEntries(operations, before);
    return changed(key, before, would, warningsOf({ operations: would, before, stage: before }));
  }

  return {
    update,
    apply: (target, plan) =>
      guard(target, plan, async (before) => {
        const key = { restApiId: target.restApiId, stageName: target.stageName };
        const translation = translate(plan, before);
        if ('refusal' in translation) return refused(key, translation.refusal, before);
        const { operations, followUp = [] } = translation;
        if (operations.length > MAX_OPERATIONS) return refused(key, tooLong(operations.length), before);
        if (before !== undefined && (target.dryRun === true || operations.length === 0)) {
          return rehearse(key, [...operations, ...followUp], before);
        }
        const first = await update(
          key,
          operations,
          before === undefined ? retrySafetyOf(operations) : 'noRetry',
        );
        const done =
          followUp.length === 0 ? { ...first, userErrors: [] } : await finish(key, first, followUp);
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
