import { assumed } from '../errors/assumed.ts';
import { badRequest, notFound } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { changeCacheCluster } from '../rules/cache-cluster.ts';
import { createCanary } from '../rules/canary.ts';
import { omitEmpty } from '../rules/omit-empty.ts';
import { patchDescription } from '../rules/replacements.ts';
import { checkDeployable, toApiSummary } from '../rules/resources/snapshot.ts';
import { checkVariables } from '../rules/variables.ts';
import { cacheClusterSizes, type Deployment, type Stage } from '../state/state.ts';
import type { RestApi } from '../state/store.ts';
import { readInput, type Members } from '../wire/input.ts';
import type { JsonObject } from '../wire/json.ts';
import { addressedApi, epochSeconds, readPage, type Operation, type Context } from './operation.ts';
import { readPatchOperations } from './patch-operations.ts';
import { buildStage, readCanary, withUpdatedDate } from './stages.ts';

const readDeployment = (members: Members) => ({
  stageName: members.string('stageName'),
  stageDescription: members.string('stageDescription'),
  description: members.string('description'),
  cacheClusterEnabled: members.boolean('cacheClusterEnabled'),
  cacheClusterSize: members.enumeration('cacheClusterSize', cacheClusterSizes),
  variables: members.stringMap('variables'),
  canarySettings: members.structure('canarySettings', readCanary),
  tracingEnabled: members.boolean('tracingEnabled'),
});
const toWire = (deployment: Deployment): JsonObject => ({ ...deployment, apiSummary: undefined });

type DeploymentInput = ReturnType<typeof readDeployment>;

/** Points the stage at the new deployment (docs/stage-api.md §1). Merging the variables is assumed. */
function deployDirectly(context: Context, stage: Stage, input: DeploymentInput, deploymentId: string): Stage {
  if (stage.canarySettings) throw badRequest(recorded.canaryRequired(stage.stageName));
  const changed: Stage = {
    ...stage,
    deploymentId,
    description: omitEmpty(input.stageDescription ?? stage.description),
    variables: input.variables ? checkVariables({ ...stage.variables, ...input.variables }) : stage.variables,
    cacheClusterEnabled: input.cacheClusterEnabled ?? stage.cacheClusterEnabled,
    cacheClusterSize: input.cacheClusterSize ?? stage.cacheClusterSize,
    tracingEnabled: input.tracingEnabled ?? stage.tracingEnabled,
  };
  return changeCacheCluster(stage, changed, context.cacheClusterClock(), context.now());
}

/** The changed or new stage, or undefined for a deployment without a stage. */
function deployToStage(
  context: Context,
  api: RestApi,
  input: DeploymentInput,
  id: string,
): Stage | undefined {
  const { stageName, canarySettings } = input;
  if (stageName === undefined || stageName === '') {
    if (canarySettings) throw badRequest(recorded.canaryWithoutStage(stageName));
    return undefined;
  }
  const stage = api.stages.get(stageName);
  if (!stage) {
    if (canarySettings) throw badRequest(recorded.canaryStageUnknown(stageName));
    const description = input.stageDescription;
    return buildStage(context, api, { ...input, stageName, deploymentId: id, description });
  }
  if (!canarySettings) return withUpdatedDate(context, deployDirectly(context, stage, input, id));
  // Deployment, variables and description of the stage stay (§6).
  const canary = createCanary({ ...canarySettings, deploymentId: id }, id);
  return withUpdatedDate(context, { ...stage, canarySettings: canary });
}

/** The deployment is a snapshot of the methods (§1). */
export const createDeployment: Operation = (context, call) => {
  const input = readInput(call.body, 'createDeploymentInput', readDeployment);
  const api = addressedApi(context, call);
  if (!context.isLenient()) checkDeployable(api);
  const deployment: Deployment = {
    id: context.newId(6),
    description: omitEmpty(input.description),
    createdDate: epochSeconds(context),
    apiSummary: toApiSummary(api),
  };
  const stage = deployToStage(context, api, input, deployment.id);
  api.deployments.set(deployment.id, deployment);
  if (stage) api.stages.set(stage.stageName, stage);
  return toWire(deployment);
};

function findDeployment(api: RestApi, id: string): Deployment {
  const deployment = api.deployments.get(id);
  if (!deployment) throw notFound(assumed.deploymentUnknown);
  return deployment;
}

/** `apiSummary` only on request. */
export const getDeployment: Operation = (context, call) => {
  const deployment = findDeployment(addressedApi(context, call), call.label('deploymentId'));
  return call.query.getAll('embed').includes('apisummary') ? deployment : toWire(deployment);
};

export const getDeployments: Operation = (context, call) =>
  readPage(addressedApi(context, call).deployments, call.query, toWire);

export const updateDeployment: Operation = (context, call) => {
  const operations = readPatchOperations(call.body, 'updateDeploymentInput');
  const api = addressedApi(context, call);
  const deployment = patchDescription(findDeployment(api, call.label('deploymentId')), operations);
  api.deployments.set(deployment.id, deployment);
  return toWire(deployment);
};

/** A deployment of a canary is in use, too. */
export const deleteDeployment: Operation = (context, call) => {
  const api = addressedApi(context, call);
  const { id } = findDeployment(api, call.label('deploymentId'));
  const uses = (stage: Stage) => stage.deploymentId === id || stage.canarySettings?.deploymentId === id;
  if (api.stages.values().some(uses)) throw badRequest(recorded.deploymentInUse);
  api.deployments.delete(id);
  return undefined;
};
