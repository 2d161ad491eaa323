import type { RecordStageBaselineInput, RemoveStageBaselineInput } from '../../../__generated__/types.ts';
import type { StageKey } from '../wire/model.ts';
import type { StageChangeDependencies } from './guard.ts';
import { changed, type StageChange } from './stage-change.ts';

type BaselineInput = RecordStageBaselineInput | RemoveStageBaselineInput;

const keyOf = ({ restApiId, stageName }: BaselineInput): StageKey => ({ restApiId, stageName });

/** The changes of what a stage's drift is measured against. AWS knows nothing of it. */
export function createBaselineChanges(dependencies: StageChangeDependencies) {
  const { target, guard, memory, caller, recorder } = dependencies;
  const changeOf = (input: BaselineInput) => ({
    target,
    key: keyOf(input),
    mutation: recorder.mutation(),
    by: caller.subject,
    client: caller.client.name,
  });

  const isMade = ({ userErrors }: StageChange, { dryRun }: BaselineInput): boolean =>
    userErrors.length === 0 && dryRun !== true;

  // The database is written without the API's lock: other changes of the API do not wait for it.
  return {
    async recordBaseline(input: RecordStageBaselineInput): Promise<StageChange> {
      const change = await guard(input, { problems: [], readsFirst: true }, (read) =>
        Promise.resolve(changed(keyOf(input), read ?? null)),
      );
      const { stage } = change;
      if (isMade(change, input) && stage != null) await memory.recordBaseline({ ...changeOf(input), stage });
      return change;
    },

    async removeBaseline(input: RemoveStageBaselineInput): Promise<StageChange> {
      const change = await guard(input, { problems: [], effect: 'none' }, (stage) =>
        Promise.resolve(changed(keyOf(input), stage)),
      );
      if (isMade(change, input)) await memory.removeBaseline(changeOf(input));
      return change;
    },
  };
}
