import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { failedWith } from '../../../errors/upstream-error.ts';
import type { RetrySafety } from '../../../upstream/calls/retry-safety.ts';
import type { PatchOperation } from '../plans/patch-plan.ts';
import { withEscapedKeys, withoutAbsentRemovals } from '../plans/removals.ts';
import { stageFromAws } from '../wire/from-aws.ts';
import type { StageKey, StageModel } from '../wire/model.ts';
import type { StageChangeDependencies } from './guard.ts';

/** AWS's answer to one UpdateStage, and the operations that were sent. */
export interface Update {
  readonly stage: StageModel;
  readonly operations: readonly PatchOperation[];
}

/** A repeated copy may copy what was written since. The other operations are idempotent. */
export const retrySafetyOf = (operations: readonly PatchOperation[]): RetrySafety =>
  operations.some(({ op }) => op === 'copy') ? 'nonIdempotent' : 'idempotent';

export type UpdateStage = (
  key: StageKey,
  operations: readonly PatchOperation[],
  safety: RetrySafety,
) => Promise<Update>;

/** The only caller of UpdateStage. Removing something that does not exist succeeds, although AWS refuses it. */
export function createUpdateStage({ send, target, reader }: StageChangeDependencies): UpdateStage {
  const update: UpdateStage = async (key, operations, safety) => {
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
  };
  return update;
}
