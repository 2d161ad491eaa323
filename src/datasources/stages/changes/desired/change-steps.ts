import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-api-gateway';
import { provesNotApplied } from '../../../../errors/upstream-error.ts';
import type { RetrySafety } from '../../../../upstream/calls/retry-safety.ts';
import { MAX_TAGS, tooManyTags } from '../../../inputs/tags.ts';
import type { VariableVisibility } from '../../desired/stage-difference.ts';
import { callsBetween } from '../../desired/stage-operations.ts';
import type { StageState } from '../../desired/stage-state.ts';
import type { PatchOperation, Refusal } from '../../plans/patch-plan.ts';
import { MAX_VARIABLES } from '../../plans/plan-variables.ts';
import { stageArn } from '../../wire/from-aws.ts';
import type { StageKey, StageModel } from '../../wire/model.ts';
import type { StageChangeDependencies } from '../guard.ts';
import { changed, type ChangeResult } from '../stage-change.ts';
import { retrySafetyOf, type UpdateStage } from '../update-stage.ts';
import { partiallyApplied } from '../user-error.ts';

/** A longer change belongs into several mutations. */
const MAX_CALLS = 10;

/** A call that is part of a change. */
export interface Step {
  readonly operations: readonly PatchOperation[];
  /** The stage after it, if AWS answers with it. */
  readonly run: (safety: RetrySafety) => Promise<StageModel | undefined>;
}

const limitExceeded = (message: string): Refusal => ({ code: 'LIMIT_EXCEEDED', message, field: ['input'] });

/** Why these steps cannot be taken, or undefined. `earlier`: how many other calls come before them. */
export function stepsRefusal(
  { session }: StageChangeDependencies,
  steps: readonly Step[],
  before: StageState,
  after: StageState,
  earlier: number,
): Refusal | undefined {
  const tags = [...after.tags].map(([key, value]) => ({ key, value }));
  const tagMessage = tooManyTags([], tags);
  if (tagMessage !== undefined) return limitExceeded(tagMessage);
  const calls = earlier + steps.filter(({ operations }) => operations.length > 0).length;
  const all = earlier + steps.length;
  if (calls > MAX_CALLS) {
    return limitExceeded(
      `The change needs ${calls} calls; the limit is ${MAX_CALLS}. Split it into several mutations.`,
    );
  }
  const variables = new Set([...before.variables.keys(), ...after.variables.keys()]).size;
  if (calls > 1 && variables > MAX_VARIABLES) {
    return limitExceeded(
      `The change needs ${calls} calls, and the stage would have ${variables} variables in between; the limit is ${MAX_VARIABLES}. Remove variables in another mutation first.`,
    );
  }
  if (all < 2 || session.foreseeMs(all) <= session.deadline.timeLeftMs()) return undefined;
  return limitExceeded(
    `The change needs ${all} calls, which do not fit the time of a request at the moment. Split it into several mutations, or retry when the gateway has fewer calls to make.`,
  );
}

/** The calls that make one state of a stage another one. */
export function createChangeSteps(
  { send, target, reader }: StageChangeDependencies,
  updateStage: UpdateStage,
) {
  /** Tags have operations of their own. */
  function tagSteps(key: StageKey, before: StageState, after: StageState): Step[] {
    const resourceArn = stageArn(target, key);
    const set = [...after.tags].filter(([name, value]) => before.tags.get(name) !== value);
    const tagKeys = [...before.tags.keys()].filter((name) => !after.tags.has(name));
    const step = (command: TagResourceCommand | UntagResourceCommand): Step => ({
      operations: [],
      async run(safety) {
        await (command instanceof TagResourceCommand ? send(command, safety) : send(command, safety));
        await reader.invalidate(key);
        return undefined;
      },
    });
    const tags = Object.fromEntries(set);
    const steps = [
      ...(set.length === 0 ? [] : [step(new TagResourceCommand({ resourceArn, tags }))]),
      ...(tagKeys.length === 0 ? [] : [step(new UntagResourceCommand({ resourceArn, tagKeys }))]),
    ];
    // Both together may be more tags than a stage can have.
    return before.tags.size + set.length > MAX_TAGS ? steps.reverse() : steps;
  }

  return (key: StageKey, before: StageState, after: StageState, visibility: VariableVisibility): Step[] => {
    const patches = callsBetween(before, after, visibility).map((operations) => ({
      operations,
      run: async (safety: RetrySafety) => (await updateStage(key, operations, safety)).stage,
    }));
    return [...patches, ...tagSteps(key, before, after)];
  };
}

/** Sends the steps. After the first one a failure is a partial success. */
export async function sendSteps(
  { reader }: StageChangeDependencies,
  key: StageKey,
  steps: readonly Step[],
  known: StageModel | undefined,
  done: number,
): Promise<ChangeResult> {
  const total = steps.length + done;
  let stage: StageModel | undefined = known;
  const sent: PatchOperation[] = [];
  for (const [index, { operations, run }] of steps.entries()) {
    const isFirst = index + done === 0;
    try {
      stage = await run(isFirst ? 'noRetry' : retrySafetyOf(operations));
      sent.push(...operations);
    } catch (error) {
      if (isFirst) throw error;
      if (!provesNotApplied(error)) await reader.invalidate(key);
      const first = `The first ${index + done} of ${total} calls succeeded; the next`;
      const userError = partiallyApplied(error, first);
      const message = `${userError.message} The same input again completes the change.`;
      return { ...changed(key, stage, sent), userErrors: [{ ...userError, message }] };
    }
  }
  return changed(key, stage, sent);
}
