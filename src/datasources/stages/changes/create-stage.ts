import { CreateStageCommand, type CreateStageCommandInput } from '@aws-sdk/client-api-gateway';
import type { CreateStageInput } from '../../../__generated__/types.ts';
import { provesNotApplied } from '../../../errors/upstream-error.ts';
import { type InputProblem, problemsAt } from '../../inputs/input-problem.ts';
import { tagMap, tagProblems } from '../../inputs/tags.ts';
import { type FieldChanges, planFields } from '../plans/apply-patch-rules.ts';
import { type PatchOperation, sizeProblem } from '../plans/patch-plan.ts';
import { stageRules } from '../plans/patch-rules.ts';
import { canaryProblems, canaryRequest } from '../plans/plan-canary.ts';
import { cacheSizeProblems, planUpdate } from '../plans/plan-stage.ts';
import { variableMap, variableProblems } from '../plans/plan-variables.ts';
import { warningsOf } from '../plans/warnings.ts';
import { stageFromAws } from '../wire/from-aws.ts';
import type { StageKey, StageModel } from '../wire/model.ts';
import { cacheClusterSizes } from '../wire/wire-enums.ts';
import type { StageChangeDependencies } from './guard.ts';
import { changed, type ChangeResult, refused, type StageChange } from './stage-change.ts';
import type { UpdateStage } from './update-stage.ts';
import { partiallyApplied } from './user-error.ts';

const given = <Value>(value: Value | null | undefined): Value | undefined => value ?? undefined;

/** What CreateStage does not take: a patch that follows it. */
function planFollowUp(input: CreateStageInput): FieldChanges {
  const { restApiId, stageName, methodSettings, accessLogSettings, clientCertificateId } = input;
  if (clientCertificateId == null && accessLogSettings == null && (methodSettings ?? []).length === 0)
    return { problems: [], operations: [] };
  const plan = planUpdate({
    restApiId,
    stageName,
    dryRun: false,
    clientCertificateId: given(clientCertificateId),
    accessLogSettings: given(accessLogSettings),
    methodSettings,
  });
  // A plan that reads first is refused below: the stage does not exist yet.
  const translation = plan.readsFirst ? undefined : plan.translate();
  const operations = translation !== undefined && 'operations' in translation ? translation.operations : [];
  return { problems: plan.problems, operations };
}

const deploymentFieldsOf = ({ canarySettings }: CreateStageInput): string[][] => [
  ['input', 'deploymentId'],
  ...(canarySettings?.deploymentId == null ? [] : [['input', 'canarySettings', 'deploymentId']]),
];

function createProblems(input: CreateStageInput, followUp: FieldChanges): InputProblem[] {
  const at = ['input'];
  const { deploymentId, variables, tags, canarySettings, methodSettings } = input;
  const documentationVersion = given(input.documentationVersion);
  const resets = (methodSettings ?? []).flatMap(({ settings }, index) =>
    Object.entries(settings)
      .filter(([name, value]) => value === null && name !== 'blockAllTraffic')
      .map(([name]) => ({
        field: [...at, 'methodSettings', String(index), 'settings', name],
        message: `${name} cannot be null: a new stage has nothing to reset.`,
      })),
  );
  return [
    ...planFields(stageRules, { deploymentId, documentationVersion }, '/', at).problems,
    ...cacheSizeProblems(input, at),
    ...variableProblems(variables ?? [], [...at, 'variables']),
    ...(tags == null ? [] : tagProblems(tags, [...at, 'tags'])),
    ...(canarySettings == null ? [] : canaryProblems(canarySettings, [...at, 'canarySettings'])),
    ...resets,
    ...followUp.problems,
    ...problemsAt(at, sizeProblem(followUp.operations.length)),
  ];
}

/** For a new stage, null means the same as omitted. */
function toRequest(input: CreateStageInput): CreateStageCommandInput {
  const { canarySettings: canary, cacheClusterSize } = input;
  const deploymentId = canary?.deploymentId ?? input.deploymentId;
  return {
    restApiId: input.restApiId,
    stageName: input.stageName,
    deploymentId: input.deploymentId,
    description: given(input.description),
    cacheClusterEnabled: given(input.cacheClusterEnabled),
    cacheClusterSize: cacheClusterSize == null ? undefined : cacheClusterSizes[cacheClusterSize],
    variables: variableMap(input.variables),
    documentationVersion: given(input.documentationVersion),
    canarySettings: canary == null ? undefined : { deploymentId, ...canaryRequest(canary) },
    tracingEnabled: given(input.tracingEnabled),
    tags: tagMap(input.tags),
  };
}

/** A new stage, as it was made or would be. */
function created(
  key: StageKey,
  made: StageModel | null,
  stage: StageModel,
  operations: readonly PatchOperation[],
): ChangeResult {
  const warningContext = { operations, before: stage, known: stage, stage, after: stage, isNew: true };
  return { ...changed(key, made, operations, warningsOf(warningContext)), warningContext };
}

/** CreateStage, then one UpdateStage for what it does not take. Not atomic: the second call may fail by itself. */
export function createStageCreator(
  { send, target, reader, guard }: StageChangeDependencies,
  updateStage: UpdateStage,
) {
  /** A dry run: the API must exist, and the stage must not. */
  async function dryRun(
    key: StageKey,
    operations: readonly PatchOperation[],
    input: CreateStageInput,
  ): Promise<ChangeResult> {
    const stages = await reader.fetchStages(key.restApiId);
    if (!stages.some(({ stageName }) => stageName === key.stageName)) {
      const stage = stageFromAws(toRequest(input), key.restApiId, target, new Date());
      return created(key, null, stage, operations);
    }
    const message = 'The API already has a stage of this name.';
    return refused(key, { code: 'ALREADY_EXISTS', message, field: ['input', 'stageName'] });
  }

  async function patch(
    key: StageKey,
    stage: StageModel,
    operations: readonly PatchOperation[],
  ): Promise<ChangeResult> {
    try {
      const update = await updateStage(key, operations, 'idempotent');
      return created(key, update.stage, update.stage, update.operations);
    } catch (error) {
      if (!provesNotApplied(error)) await reader.invalidate(key);
      const userError = partiallyApplied(
        error,
        'The stage was created and is kept; the patch with the settings that CreateStage does not take',
      );
      // A repeated mutation would find that the stage exists.
      return { ...changed(key, stage), userErrors: [{ ...userError, retryable: false }] };
    }
  }

  return (input: CreateStageInput): Promise<StageChange> => {
    const followUp = planFollowUp(input);
    const { operations } = followUp;
    const problems = createProblems(input, followUp);
    const options = { problems, effect: 'create' as const, deploymentFields: deploymentFieldsOf(input) };
    return guard(input, options, async () => {
      const key = { restApiId: input.restApiId, stageName: input.stageName };
      if (input.dryRun === true) return dryRun(key, operations, input);
      const aws = await send(new CreateStageCommand(toRequest(input)), 'nonIdempotent');
      const stage = stageFromAws(aws, key.restApiId, target, new Date());
      await reader.cacheWritten(stage);
      return operations.length === 0 ? created(key, stage, stage, []) : patch(key, stage, operations);
    });
  };
}
