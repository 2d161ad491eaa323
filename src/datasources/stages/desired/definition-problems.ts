import type {
  ApplyStageInput,
  CreateStageCanarySettingsInput,
  StageDefinitionInput,
} from '../../../__generated__/types.ts';
import { type FieldPath, type InputProblem, problemsAt } from '../../inputs/input-problem.ts';
import { tagProblems } from '../../inputs/tags.ts';
import { planFields } from '../plans/apply-patch-rules.ts';
import { accessLogRules, canaryRules, stageRules } from '../plans/patch-rules.ts';
import { planMethodSettings } from '../plans/plan-method-settings.ts';
import { cacheSizeProblems } from '../plans/plan-stage.ts';
import { variableProblems } from '../plans/plan-variables.ts';

/** As for a new stage, null means the deployment of the stage. */
const withoutNullDeployment = (canary: CreateStageCanarySettingsInput): CreateStageCanarySettingsInput => ({
  ...canary,
  deploymentId: canary.deploymentId ?? undefined,
});

/** The problems of the values of a definition, whatever the stage. */
function valueProblems(desired: StageDefinitionInput, at: FieldPath): InputProblem[] {
  const { variables, accessLogSettings: log, canarySettings: canary, methodSettings, tags } = desired;
  const inside = (name: keyof StageDefinitionInput) => [...at, name];
  const canaryAt = inside('canarySettings');
  return [
    ...planFields(stageRules, desired, '/', at).problems,
    ...cacheSizeProblems(desired, at),
    ...variableProblems(variables ?? [], inside('variables')),
    ...(log == null ? [] : planFields(accessLogRules, log, '', inside('accessLogSettings')).problems),
    ...(canary == null ? [] : planFields(canaryRules, withoutNullDeployment(canary), '', canaryAt).problems),
    ...variableProblems(canary?.stageVariableOverrides ?? [], [...canaryAt, 'stageVariableOverrides']),
    ...planMethodSettings(methodSettings ?? [], inside('methodSettings')).problems,
    ...tagProblems(tags ?? [], inside('tags')),
  ];
}

/** Everything that is wrong with the input, whatever the stage. */
export function definitionProblems({ desired, replace }: ApplyStageInput): InputProblem[] {
  const at = ['input', 'desired'];
  const parts = replace ?? [];
  const isEmpty = Object.values(desired).every((value) => value === undefined) && parts.length === 0;
  const lacksDeployment = parts.includes('DEPLOYMENT') && desired.deploymentId == null;
  return [
    ...valueProblems(desired, at),
    ...problemsAt(at, isEmpty ? 'At least one value is required, or a part in replace.' : undefined),
    ...problemsAt(
      ['input', 'replace', String(parts.indexOf('DEPLOYMENT'))],
      lacksDeployment
        ? 'DEPLOYMENT in replace requires desired.deploymentId: a stage always serves one.'
        : undefined,
    ),
  ];
}
