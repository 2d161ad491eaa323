import { CreateDeploymentCommand, type CreateDeploymentCommandInput } from '@aws-sdk/client-api-gateway';
import type { CreateRestApiDeploymentInput, StageWarning } from '../../../__generated__/types.ts';
import { provesNotApplied } from '../../../errors/upstream-error.ts';
import type { InputProblem } from '../../inputs/input-problem.ts';
import { type DeploymentModel, deploymentFromAws } from '../../rest-apis/deployments.ts';
import { type Refusal, replace } from '../plans/patch-plan.ts';
import { canaryProblems, canaryRequest } from '../plans/plan-canary.ts';
import { cacheSizeProblems } from '../plans/plan-stage.ts';
import { variableMap, variableProblems } from '../plans/plan-variables.ts';
import { canaryStepWarnings } from '../plans/warnings.ts';
import type { StageModel } from '../wire/model.ts';
import { cacheClusterSizes } from '../wire/wire-enums.ts';
import type { StageChangeDependencies } from './guard.ts';
import { changed, type ChangeResult, refused, type StageChange } from './stage-change.ts';

/** What became of a new deployment. */
export interface DeploymentChange extends StageChange {
  readonly deployment?: DeploymentModel | null;
}

/** Inputs for the stage's own settings. AWS ignores them if the deployment becomes a canary (stage-api.md, section 6). */
const stageSettings = [
  'stageDescription',
  'cacheClusterEnabled',
  'cacheClusterSize',
  'variables',
  'tracingEnabled',
] as const;

/** Inputs that AWS ignores without a stage. */
const stageInputs = [...stageSettings, 'canarySettings', 'confirm', 'expectedRevision'] as const;

function problemsOf(input: CreateRestApiDeploymentInput): InputProblem[] {
  const at = ['input'];
  const given = (names: readonly (typeof stageInputs)[number][]) =>
    names.filter((name) => input[name] != null);
  const withoutStage = input.stageName == null ? given(stageInputs) : [];
  const besideCanary = input.canarySettings == null ? [] : given(stageSettings);
  return [
    ...withoutStage.map((name) => ({ field: [...at, name], message: `${name} requires stageName.` })),
    ...besideCanary.map((name) => ({
      field: [...at, name],
      message: `${name} cannot be combined with canarySettings: a canary deployment does not change the stage's own settings.`,
    })),
    ...cacheSizeProblems(input, at),
    ...variableProblems(input.variables ?? [], [...at, 'variables']),
    ...(input.canarySettings == null ? [] : canaryProblems(input.canarySettings, [...at, 'canarySettings'])),
  ];
}

function toRequest(input: CreateRestApiDeploymentInput): CreateDeploymentCommandInput {
  const { canarySettings: canary, cacheClusterSize } = input;
  return {
    restApiId: input.restApiId,
    description: input.description ?? undefined,
    stageName: input.stageName ?? undefined,
    stageDescription: input.stageDescription ?? undefined,
    cacheClusterEnabled: input.cacheClusterEnabled ?? undefined,
    cacheClusterSize: cacheClusterSize == null ? undefined : cacheClusterSizes[cacheClusterSize],
    variables: variableMap(input.variables),
    tracingEnabled: input.tracingEnabled ?? undefined,
    canarySettings: canary == null ? undefined : canaryRequest(canary),
  };
}

/** AWS refuses it for a stage with a canary (stage-api.md, section 6). */
const stageHasCanary: Refusal = {
  code: 'REJECTED',
  message:
    'AWS refuses a plain deployment to a stage that has a canary. Pass canarySettings, or end the canary with removeCanary.',
  field: ['input', 'canarySettings'],
};

/** The deployment is new: it has had no share of the requests. */
const warningsOf = (canary: CreateRestApiDeploymentInput['canarySettings']): StageWarning[] =>
  canaryStepWarnings(0, canary?.percentTraffic ?? 0);

/** CreateDeployment, which may create a stage, point an existing one at the deployment, or start its canary. */
export function createDeploymentCreator({ send, target, reader, guard }: StageChangeDependencies) {
  /** A dry run sends nothing, and refuses what AWS is certain to refuse. */
  async function dryRun(
    { restApiId, stageName, canarySettings }: CreateRestApiDeploymentInput,
    before: StageModel | undefined,
  ): Promise<ChangeResult> {
    if (stageName == null) {
      // Without a stage to read, this checks that the API exists.
      await reader.fetchStages(restApiId);
      return changed(null, null);
    }
    const key = { restApiId, stageName };
    return before?.canarySettings != null && canarySettings == null
      ? refused(key, stageHasCanary, before)
      : changed(key, before ?? null, [], warningsOf(canarySettings));
  }

  /** The stage that is to serve the deployment, if it is cached. */
  const servedBefore = ({ restApiId, stageName }: CreateRestApiDeploymentInput) =>
    stageName == null ? undefined : reader.peek({ restApiId, stageName });

  return async (input: CreateRestApiDeploymentInput): Promise<DeploymentChange> => {
    let deployment: DeploymentModel | null = null;
    const { restApiId, stageName = null } = input;
    const options = {
      problems: problemsOf(input),
      reserves: 'CreateDeployment',
      effect: input.canarySettings == null ? ('upsert' as const) : ('update' as const),
    };
    const change = await guard({ ...input, stageName }, options, async (before, reservation) => {
      if (input.dryRun === true) return dryRun(input, before);
      const replaced = before ?? (await servedBefore(input));
      const command = new CreateDeploymentCommand(toRequest(input));
      const aws = await send(command, 'noRetry', reservation).catch(async (error: unknown) => {
        if (!provesNotApplied(error)) await reader.invalidateDeployments(restApiId);
        throw error;
      });
      deployment = deploymentFromAws(aws, restApiId, target);
      await reader.invalidateDeployments(restApiId);
      if (stageName === null) return changed(null, null);
      const key = { restApiId, stageName };
      await reader.invalidate(key);
      const result = changed(key, undefined, [], warningsOf(input.canarySettings));
      if (replaced === undefined || input.canarySettings != null) return result;
      const operations = [replace('/deploymentId', deployment.deploymentId)];
      const after = { deploymentId: deployment.deploymentId, canarySettings: null };
      const context = { operations, before, known: replaced, stage: replaced, after };
      return { ...result, warningContext: context };
    });
    return { ...change, deployment };
  };
}
