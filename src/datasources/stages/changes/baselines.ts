import type { RecordStageBaselineInput, RemoveStageBaselineInput } from '../../../__generated__/types.ts';
import type { StageChangeDependencies } from './guard.ts';
import { changed, type StageChange } from './stage-change.ts';

/** The changes of what a stage's drift is measured against. AWS knows nothing of it. */
export function createBaselineChanges(dependencies: StageChangeDependencies) {
  const { target, guard, memory, caller, recorder } = dependencies;
  const changeOf = ({ restApiId, stageName }: RecordStageBaselineInput | RemoveStageBaselineInput) => ({
    target,
    key: { restApiId, stageName },
    mutation: recorder.mutation(),
    by: caller.subject,
    client: caller.client.name,
  });

  return {
    recordBaseline: (input: RecordStageBaselineInput): Promise<StageChange> =>
      guard(input, { problems: [], readsFirst: true }, async (stage) => {
        const change = changeOf(input);
        if (input.dryRun !== true && stage !== undefined) await memory.recordBaseline({ ...change, stage });
        return changed(change.key, stage ?? null);
      }),

    removeBaseline: (input: RemoveStageBaselineInput): Promise<StageChange> =>
      guard(input, { problems: [], effect: 'none' }, async (stage) => {
        const change = changeOf(input);
        if (input.dryRun !== true) await memory.removeBaseline(change);
        return changed(change.key, stage);
      }),
  };
}
