import type { ApplyStageInput } from '../../../../__generated__/types.ts';
import { targetId } from '../../../../fleet/target.ts';
import { definitionProblems } from '../../desired/definition-problems.ts';
import { resolveDefinition } from '../../desired/resolve-definition.ts';
import type { VariableVisibility } from '../../desired/stage-difference.ts';
import type { StageChangeDependencies } from '../guard.ts';
import type { AppliedStage, StageApplier } from './apply-stage.ts';

const namesOf = (list: readonly { readonly name: string }[] | null | undefined): ReadonlySet<string> =>
  new Set((list ?? []).map(({ name }) => name));

/** Makes a stage what a definition says. */
export const createDefinitionApplier =
  ({ target, seesVariablesOf }: StageChangeDependencies, apply: StageApplier) =>
  (input: ApplyStageInput): Promise<AppliedStage> => {
    const { desired, create } = input;
    const visibility: VariableVisibility = {
      seesValues: seesVariablesOf(targetId(target)),
      given: {
        variables: namesOf(desired.variables),
        overrides: namesOf(desired.canarySettings?.stageVariableOverrides),
      },
    };
    const at = ['input', 'desired'];
    const options = {
      problems: definitionProblems(input),
      effect: create === true ? ('upsert' as const) : ('update' as const),
      deploymentFields: [
        ...(desired.deploymentId == null ? [] : [[...at, 'deploymentId']]),
        ...(desired.canarySettings?.deploymentId == null ? [] : [[...at, 'canarySettings', 'deploymentId']]),
      ],
    };
    return apply(input, options, {
      visibility,
      resolve: (before) => resolveDefinition(before, desired, input.replace ?? []),
    });
  };
