import { badRequest, notFound } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { unverified } from '../errors/unverified.ts';
import { orAbsent } from '../rules/absent.ts';
import { changeCacheCluster } from '../rules/cache-cluster.ts';
import { createCanary } from '../rules/canary.ts';
import { checkVariables } from '../rules/variables.ts';
import { cacheClusterSizes, type Deployment, type Stage } from '../state/state.ts';
import { type RestApi } from '../state/store.ts';
import { readInput, type Members } from '../wire/input.ts';
import { addressedApi, epochSeconds, readPage, type Operation, type World } from './operation.ts';
import { buildStage, readCanary, touched } from './stages.ts';

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
type DeploymentInput = ReturnType<typeof readDeployment>;

/** §6: only the canary changes: deployment, variables and description of the stage stay. */
function releaseCanary(
  stage: Stage,
  canary: NonNullable<DeploymentInput['canarySettings']>,
  id: string,
): Stage {
  return { ...stage, canarySettings: createCanary({ ...canary, deploymentId: id }, id) };
}

/** §1: the stage is pointed at the new deployment; variables are merged, which nobody has verified. */
function repoint(world: World, stage: Stage, input: DeploymentInput, deploymentId: string): Stage {
  if (stage.canarySettings) throw badRequest(recorded.canaryRequired(stage.stageName));
  const changed: Stage = {
    ...stage,
    deploymentId,
    description: orAbsent(input.stageDescription ?? stage.description),
    variables: input.variables ? checkVariables({ ...stage.variables, ...input.variables }) : stage.variables,
    cacheClusterEnabled: input.cacheClusterEnabled ?? stage.cacheClusterEnabled,
    cacheClusterSize: input.cacheClusterSize ?? stage.cacheClusterSize,
    tracingEnabled: input.tracingEnabled ?? stage.tracingEnabled,
  };
  return changeCacheCluster(stage, changed, world.cacheClusterClock, world.now());
}

/** The stage that a deployment leaves behind, or undefined when it is made for none. */
function deployTo(world: World, api: RestApi, input: DeploymentInput, id: string): Stage | undefined {
  const { stageName, canarySettings } = input;
  if (stageName === undefined || stageName === '') {
    if (canarySettings) throw badRequest(recorded.canaryWithoutStage(stageName));
    return undefined;
  }
  const stage = api.stages.get(stageName);
  if (stage) {
    return touched(
      world,
      canarySettings ? releaseCanary(stage, canarySettings, id) : repoint(world, stage, input, id),
    );
  }
  if (canarySettings) throw badRequest(recorded.canaryStageUnknown(stageName));
  const { cacheClusterEnabled, cacheClusterSize, variables, tracingEnabled } = input;
  return buildStage(world, api, {
    stageName,
    deploymentId: id,
    description: input.stageDescription,
    cacheClusterEnabled,
    cacheClusterSize,
    variables,
    tracingEnabled,
  });
}

/** Deliberately allowed for an API without methods, which AWS refuses (§1): methods are not part of this API. */
export const createDeployment: Operation = (world, call) => {
  const input = readInput(call.body, 'createDeploymentInput', readDeployment);
  const api = addressedApi(world, call);
  const deployment: Deployment = {
    id: world.newId(6),
    description: orAbsent(input.description),
    createdDate: epochSeconds(world),
  };
  const stage = deployTo(world, api, input, deployment.id);
  api.deployments.set(deployment.id, deployment);
  if (stage) api.stages.set(stage.stageName, stage);
  return deployment;
};

function findDeployment(api: RestApi, id: string): Deployment {
  const deployment = api.deployments.get(id);
  if (!deployment) throw notFound(unverified.deploymentUnknown);
  return deployment;
}

/** apiSummary only when embedded; it is empty, as there are no methods. */
export const getDeployment: Operation = (world, call) => {
  const deployment = findDeployment(addressedApi(world, call), call.label('deploymentId'));
  return call.query.getAll('embed').includes('apisummary') ? { ...deployment, apiSummary: {} } : deployment;
};

export const getDeployments: Operation = (world, call) =>
  readPage(addressedApi(world, call).deployments, call.query, (deployment) => deployment);

/** A deployment that only a canary uses is in use as well. */
export const deleteDeployment: Operation = (world, call) => {
  const api = addressedApi(world, call);
  const { id } = findDeployment(api, call.label('deploymentId'));
  const uses = (stage: Stage) => stage.deploymentId === id || stage.canarySettings?.deploymentId === id;
  if (api.stages.values().some(uses)) throw badRequest(recorded.deploymentInUse);
  api.deployments.delete(id);
  return undefined;
};
