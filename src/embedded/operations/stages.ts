import { badRequest, conflict } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { unverified } from '../errors/unverified.ts';
import { orAbsent } from '../rules/absent.ts';
import { cacheClusterStatus, changeCacheCluster, flushCacheCluster } from '../rules/cache-cluster.ts';
import { createCanary, type CanaryInput } from '../rules/canary.ts';
import { applyPatch, patchOps } from '../rules/patch.ts';
import { withTags } from '../rules/tags.ts';
import { checkVariables } from '../rules/variables.ts';
import { cacheClusterSizes, type Stage } from '../state/state.ts';
import { type RestApi } from '../state/store.ts';
import { readInput, type Members } from '../wire/input.ts';
import { type JsonObject } from '../wire/json.ts';
import { addressedApi, addressedStage, epochSeconds, type Operation, type World } from './operation.ts';

/** §2: members and their presence. */
function stageToWire(stage: Stage, now: number): JsonObject {
  return {
    ...stage,
    cacheClusterSettlesAt: undefined,
    cacheClusterStatus: cacheClusterStatus(stage, now),
  };
}

/** canarySettings in a request; a deployment's have no deploymentId of their own. */
export const readCanary = (members: Members): CanaryInput => ({
  percentTraffic: members.double('percentTraffic'),
  deploymentId: members.string('deploymentId'),
  stageVariableOverrides: members.stringMap('stageVariableOverrides'),
  useStageCache: members.boolean('useStageCache'),
});

/** What CreateStage, and CreateDeployment on a new stage, make a stage of. */
interface NewStage {
  readonly stageName: string;
  readonly deploymentId: string;
  readonly description: string | undefined;
  readonly cacheClusterEnabled: boolean | undefined;
  readonly cacheClusterSize: Stage['cacheClusterSize'];
  readonly variables: Readonly<Record<string, string>> | undefined;
  readonly documentationVersion?: string | undefined;
  readonly canarySettings?: CanaryInput | undefined;
  readonly tracingEnabled: boolean | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** The rules of §3 that need no deployment; CreateDeployment checks them before it makes one. */
export function buildStage(world: World, api: RestApi, input: NewStage): Stage {
  const { stageName, deploymentId } = input;
  if (!/^[A-Za-z0-9_-]+$/.test(stageName)) throw badRequest(recorded.stageName);
  if (stageName.length > 128) throw badRequest(unverified.stageNameTooLong);
  if (api.stages.get(stageName)) throw conflict(recorded.stageExists);
  if (api.stages.size >= world.stagesPerApi) throw badRequest(unverified.tooManyStages);
  const now = epochSeconds(world);
  const stage: Stage = {
    stageName,
    deploymentId,
    description: orAbsent(input.description),
    cacheClusterEnabled: input.cacheClusterEnabled ?? false,
    cacheClusterSize: input.cacheClusterSize,
    cacheClusterStatus: 'NOT_AVAILABLE',
    methodSettings: {},
    // §8: an empty map that a stage is made with is shown, until its last variable is removed.
    variables: input.variables && checkVariables(input.variables),
    documentationVersion: orAbsent(input.documentationVersion),
    canarySettings: input.canarySettings && createCanary(input.canarySettings, deploymentId),
    tracingEnabled: input.tracingEnabled ?? false,
    tags: orAbsent(input.tags && withTags(undefined, input.tags)),
    createdDate: now,
    lastUpdatedDate: now,
  };
  return changeCacheCluster(undefined, stage, world.cacheClusterClock, world.now());
}

function checkReferences(api: RestApi, stage: Stage) {
  const deployments = [stage.deploymentId, stage.canarySettings?.deploymentId ?? stage.deploymentId];
  if (stage.deploymentId === '') throw badRequest(recorded.deploymentEmpty);
  if (deployments.some((id) => !api.deployments.get(id))) throw badRequest(recorded.deploymentMissing);
  const version = stage.documentationVersion;
  if (version !== undefined && !api.documentationVersions.get(version))
    throw badRequest(unverified.documentationVersionMissing);
}

export const createStage: Operation = (world, call) => {
  const input = readInput(call.body, 'createStageInput', (members) => ({
    stageName: members.requiredString('stageName'),
    deploymentId: members.requiredString('deploymentId'),
    description: members.string('description'),
    cacheClusterEnabled: members.boolean('cacheClusterEnabled'),
    cacheClusterSize: members.enumeration('cacheClusterSize', cacheClusterSizes),
    variables: members.stringMap('variables'),
    documentationVersion: members.string('documentationVersion'),
    canarySettings: members.structure('canarySettings', readCanary),
    tracingEnabled: members.boolean('tracingEnabled'),
    tags: members.stringMap('tags'),
  }));
  const api = addressedApi(world, call);
  const stage = buildStage(world, api, input);
  checkReferences(api, stage);
  api.stages.set(stage.stageName, stage);
  return stageToWire(stage, world.now());
};

export const getStage: Operation = (world, call) =>
  stageToWire(addressedStage(world, call).stage, world.now());

/** All at once; the filter looks at the stage's own deployment, not at its canary's (§1). */
export const getStages: Operation = (world, call) => {
  const deploymentId = call.query.get('deploymentId');
  const stages = addressedApi(world, call).stages.values();
  const selected =
    deploymentId === null ? stages : stages.filter((stage) => stage.deploymentId === deploymentId);
  return { item: selected.map((stage) => stageToWire(stage, world.now())) };
};

/** The stage as changed now; a clock that went back does not make it older. */
export const touched = (world: World, stage: Stage): Stage => ({
  ...stage,
  lastUpdatedDate: Math.max(stage.lastUpdatedDate, epochSeconds(world)),
});

export const updateStage: Operation = (world, call) => {
  const operations = readInput(call.body, 'updateStageInput', (members) =>
    members.structures('patchOperations', (operation) => ({
      op: operation.requiredEnumeration('op', patchOps),
      path: operation.string('path'),
      value: operation.string('value'),
      from: operation.string('from'),
    })),
  );
  const { api, stage: before } = addressedStage(world, call);
  if (operations.length === 0) return stageToWire(before, world.now());
  const patched = applyPatch(before, operations, {
    deploymentExists: (id) => api.deployments.get(id) !== undefined,
    documentationVersionExists: (version) => api.documentationVersions.get(version) !== undefined,
    hasLogsRole: world.hasLogsRole,
  });
  const stage = touched(world, changeCacheCluster(before, patched, world.cacheClusterClock, world.now()));
  api.stages.set(stage.stageName, stage);
  return stageToWire(stage, world.now());
};

export const deleteStage: Operation = (world, call) => {
  const { api, stage } = addressedStage(world, call);
  api.stages.delete(stage.stageName);
  return undefined;
};

export const flushStageCache: Operation = (world, call) => {
  const { api, stage } = addressedStage(world, call);
  api.stages.set(stage.stageName, flushCacheCluster(stage, world.cacheClusterClock, world.now()));
  return undefined;
};

/** There are no authorizers here, so nothing but the stage's existence is checked. */
export const flushStageAuthorizersCache: Operation = (world, call) => {
  addressedStage(world, call);
  return undefined;
};
