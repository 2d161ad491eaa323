import type { RevertStageInput, StagePart, StageWarning } from '../../../__generated__/types.ts';
import { targetId } from '../../../fleet/target.ts';
import type { PastState } from '../../../memory/history/index.ts';
import { quote } from '../../../untrusted/quote.ts';
import type { InputProblem } from '../../inputs/input-problem.ts';
import { mirrorParts } from '../desired/mirror-parts.ts';
import { allParts } from '../desired/stage-parts.ts';
import type { StageState } from '../desired/stage-state.ts';
import type { Refusal } from '../plans/patch-plan.ts';
import type { AppliedStage, StageApplier } from './desired/apply-stage.ts';
import type { StageChangeDependencies } from './guard.ts';

const byDefault = allParts.filter((part) => part !== 'DEPLOYMENT' && part !== 'CANARY_SETTINGS');

const REVISION = ['input', 'toRevision'];

const refusedPart = (parts: readonly StagePart[], part: StagePart, message: string): Refusal => ({
  code: 'INVALID_INPUT',
  message,
  field: ['input', 'parts', String(parts.indexOf(part))],
});

/** The names whose values are not known, or that the caller may not see. */
const lostNames = (
  values: ReadonlyMap<string, string>,
  unknown: readonly string[],
  sees: boolean,
): string[] => [...values.keys()].filter((name) => !sees || unknown.includes(name));

/** Values that are not known stay as they are. */
function withKept(
  past: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
  lost: readonly string[],
): ReadonlyMap<string, string> {
  const kept = new Map(past);
  for (const name of lost) {
    const value = now.get(name);
    if (value === undefined) kept.delete(name);
    else kept.set(name, value);
  }
  return kept;
}

const overridesOf = ({ canary }: StageState): ReadonlyMap<string, string> => canary?.overrides ?? new Map();

const notRestored = (names: readonly string[]): StageWarning => ({
  code: 'NOT_RESTORED',
  message: `These variables are left as they are, because their earlier values are not stored or may not be seen: ${names.join(', ')}.`,
});

/** Brings a stage back to an earlier revision. */
export const createStageReverter =
  ({ target, memory, recorder, seesVariablesOf }: StageChangeDependencies, apply: StageApplier) =>
  async (input: RevertStageInput): Promise<AppliedStage> => {
    const { restApiId, stageName, toRevision, parts: given } = input;
    const key = { restApiId, stageName };
    const parts = given ?? byDefault;
    const sees = seesVariablesOf(targetId(target));
    const problems: InputProblem[] =
      parts.length === 0
        ? [{ field: ['input', 'parts'], message: 'parts must have at least one entry.' }]
        : [];
    let warnings: StageWarning[] = [];

    /** The state to reach, with what cannot be brought back as it is now. */
    function reachable(past: PastState, before: StageState): StageState | Refusal {
      const { state, unknown } = past;
      const lost = parts.includes('VARIABLES') ? lostNames(state.variables, unknown.variables, sees) : [];
      // Callers who may not see values may not compare them either: a removal discloses nothing.
      if (given?.includes('VARIABLES') === true && (lost.length > 0 || !sees)) {
        const why = sees ? `are not stored: ${lost.join(', ')}` : 'may not be seen by the caller';
        return refusedPart(given, 'VARIABLES', `The earlier values of variables ${why}.`);
      }
      const lostOverrides = lostNames(overridesOf(state), unknown.overrides, sees);
      if (parts.includes('CANARY_SETTINGS') && lostOverrides.length > 0) {
        const message = `The canary had overrides of variables, whose values are not stored or may not be seen: ${lostOverrides.join(', ')}.`;
        return refusedPart(parts, 'CANARY_SETTINGS', message);
      }
      warnings = lost.length > 0 ? [notRestored(lost)] : [];
      const variables = withKept(state.variables, before.variables, lost);
      return mirrorParts(before, { ...state, variables }, parts);
    }

    // It does not change: other changes of the API, which the lock keeps waiting, do not wait for the database.
    const stored = memory.stateAt(target, key, toRevision);
    stored.catch(() => undefined);
    const change = await apply(
      input,
      { problems },
      {
        visibility: { seesValues: sees, given: { variables: new Set(), overrides: new Set() } },
        async resolve(before) {
          // The revision that the stage has now may not be stored yet.
          if (recorder.sent().before?.details.revision === toRevision) return before;
          const past = await stored;
          const now = { variables: before.variables, overrides: overridesOf(before) };
          if (past !== undefined) return reachable(past(now), before);
          const message = `The gateway does not know the revision ${quote(toRevision)} of this stage. See its history.`;
          return { code: 'NOT_FOUND', message, field: REVISION };
        },
      },
    );
    return { ...change, warnings: [...change.warnings, ...warnings] };
  };
