import { failedWith } from '../../../errors/upstream-error.ts';
import type { StageReader } from '../reader.ts';
import type { StageKey, StageModel } from '../wire/model.ts';
import type { ChangeOptions, ChangeTarget } from './change-checks.ts';
import { type Permission, tagsOf } from './permission.ts';

interface TagCheckDependencies {
  readonly reader: StageReader;
  readonly permission: Permission;
}

/** Whether a read failed because there is no such stage, or no such API. */
export const isMissingStage = (error: unknown): boolean => failedWith(error, 'NOT_FOUND', 'STAGE_NOT_FOUND');

export type TagCheck = ReturnType<typeof createTagCheck>;

/** Asks the policies about a change whose permission depends on the tags of the stage. Runs under the API's write lock. */
export function createTagCheck(
  { reader, permission }: TagCheckDependencies,
  change: ChangeTarget,
  { tagsAfter }: ChangeOptions,
) {
  /** A stage that does not exist has no tags. Throws FORBIDDEN. */
  function check(stage: StageModel | undefined): void {
    const tags = tagsOf(stage?.tags ?? []);
    permission.require(change, tags);
    if (tagsAfter !== undefined) permission.require(change, tagsAfter(tags));
  }
  return {
    check,
    /** Reads the stage, from the cache if it is there. */
    async read(key: StageKey): Promise<void> {
      const cached = await reader.peek(key);
      check(
        cached ??
          (await reader.fetchStage(key).catch((error: unknown) => {
            if (isMissingStage(error)) return undefined;
            throw error;
          })),
      );
    },
  };
}
