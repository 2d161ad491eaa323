import type { CopyStageSettingsInput, StagePart } from '../../../../__generated__/types.ts';
import { failedWith } from '../../../../errors/upstream-error.ts';
import type { TargetReference, UnknownTarget } from '../../../../fleet/find-target.ts';
import { type Target, targetId } from '../../../../fleet/target.ts';
import { quote } from '../../../../untrusted/quote.ts';
import type { InputProblem } from '../../../inputs/input-problem.ts';
import { argumentProblem } from '../../../inputs/names.ts';
import { mirrorParts } from '../../desired/mirror-parts.ts';
import { stateOf } from '../../desired/stage-state.ts';
import type { Refusal } from '../../plans/patch-plan.ts';
import type { StageKey, StageModel } from '../../wire/model.ts';
import type { StageChangeDependencies } from '../guard.ts';
import type { AppliedStage, StageApplier } from './apply-stage.ts';

/** Another target of the request, and how a stage of it is read. */
export interface OtherTarget {
  readonly target: Target;
  readonly fetchStage: (key: StageKey) => Promise<StageModel>;
}

/** Finds a target by its names; what is omitted is that of the stage that is changed. */
export type FindTarget = (reference: TargetReference) => OtherTarget | UnknownTarget;

const FROM = ['input', 'from'];

/** Parts that mean something else in another API: its deployments and documentation are its own. */
const ofOneApi: readonly StagePart[] = ['DEPLOYMENT', 'CANARY_SETTINGS', 'DOCUMENTATION_VERSION'];
/** Parts that name resources of an account and a Region. */
const ofOneTarget: readonly StagePart[] = [...ofOneApi, 'ACCESS_LOG_SETTINGS', 'CLIENT_CERTIFICATE'];

const partProblems = (
  parts: readonly StagePart[],
  refused: readonly StagePart[],
  reason: string,
): InputProblem[] =>
  parts.flatMap((part, index) =>
    refused.includes(part)
      ? [{ field: ['input', 'parts', String(index)], message: `${part} cannot be copied ${reason}.` }]
      : [],
  );

/** Everything that is wrong with the input, whatever the stages. */
function copyProblems(
  { target, seesVariablesOf }: StageChangeDependencies,
  input: CopyStageSettingsInput,
  source: OtherTarget | UnknownTarget,
): InputProblem[] {
  const { parts, from } = input;
  const restApiId = from.restApiId ?? input.restApiId;
  // The names of the changed stage are checked like those of every change.
  const given = { ...(from.restApiId == null ? {} : { restApiId }), stageName: from.stageName };
  const nameProblems = Object.entries(given).flatMap(([name, value]) => {
    const problem = argumentProblem(name, value);
    return problem === undefined ? [] : [{ field: [...FROM, name], message: `${name} ${problem}` }];
  });
  const none =
    parts.length === 0 ? [{ field: ['input', 'parts'], message: 'parts must have at least one entry.' }] : [];
  if (!('target' in source))
    return [...none, ...nameProblems, { field: [...FROM, source.field], message: source.message }];
  const isOtherTarget = targetId(source.target) !== targetId(target);
  const isHidden = !seesVariablesOf(targetId(source.target)) || !seesVariablesOf(targetId(target));
  const refusedParts = isOtherTarget
    ? partProblems(parts, ofOneTarget, 'from another account or Region: it names resources of the other one')
    : restApiId === input.restApiId
      ? []
      : partProblems(parts, ofOneApi, 'from another API: it names resources of the other one');
  return [
    ...none,
    ...nameProblems,
    ...refusedParts,
    ...partProblems(
      parts,
      isHidden ? ['VARIABLES'] : [],
      'by a caller who may not see the values of variables',
    ),
  ];
}

/** Makes parts of a stage what they are in another stage. */
export const createSettingsCopier =
  (dependencies: StageChangeDependencies, apply: StageApplier) =>
  (input: CopyStageSettingsInput, find: FindTarget): Promise<AppliedStage> => {
    const { target, reader, seesVariablesOf } = dependencies;
    const { from, parts } = input;
    const other = find({ account: from.account, region: from.region });
    const key = { restApiId: from.restApiId ?? input.restApiId, stageName: from.stageName };
    const isSameApi =
      'target' in other && targetId(other.target) === targetId(target) && key.restApiId === input.restApiId;
    let beside: StageModel | undefined;
    const missing: Refusal = {
      code: 'NOT_FOUND',
      message: `There is no stage to copy from. Requested: API ${quote(key.restApiId)}, stage ${quote(key.stageName)}.`,
      field: FROM,
    };
    async function readSource(): Promise<StageModel | undefined> {
      if (isSameApi || !('target' in other)) return beside;
      return other.fetchStage(key).catch((error: unknown) => {
        if (failedWith(error, 'NOT_FOUND', 'STAGE_NOT_FOUND')) return undefined;
        throw error;
      });
    }
    const sees = seesVariablesOf(targetId(target));
    const options = {
      problems: copyProblems(dependencies, input, other),
      ...(isSameApi
        ? {
            async fetch(of: StageKey) {
              const list = await reader.fetchStages(of.restApiId, of.stageName);
              beside = list.find(({ stageName }) => stageName === key.stageName);
              // AWS's error says what is missing.
              return list.find(({ stageName }) => stageName === of.stageName) ?? reader.fetchStage(of);
            },
          }
        : {}),
    };
    return apply(input, options, {
      visibility: { seesValues: sees, given: { variables: new Set(), overrides: new Set() } },
      async resolve(before) {
        const source = await readSource();
        if (source === undefined) return missing;
        const hasOverrides = source.canarySettings?.stageVariableOverrides.length !== 0;
        if (!sees && source.canarySettings !== null && hasOverrides && parts.includes('CANARY_SETTINGS')) {
          const message = 'The canary has overrides of variables, whose values the caller may not see.';
          return {
            code: 'INVALID_INPUT',
            message,
            field: ['input', 'parts', String(parts.indexOf('CANARY_SETTINGS'))],
          };
        }
        return mirrorParts(before, stateOf(source), parts);
      },
    });
  };
