import { assumed } from '../errors/assumed.ts';
import { badRequest, conflict } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { cacheClusterStatus, changeCacheCluster, flushCacheCluster } from '../rules/cache-cluster.ts';
import { createCanary, type CanaryInput } from '../rules/canary.ts';
import { omitEmpty } from '../rules/omit-empty.ts';
import { applyPatch } from '../rules/patch.ts';
import { withTags } from '../rules/tags.ts';
import { checkVariables } from '../rules/variables.ts';
import { cacheClusterSizes, type Stage } from '../state/state.ts';
import type { RestApi } from '../state/store.ts';
import { readInput, type Members } from '../wire/input.ts';
import type { JsonObject } from '../wire/json.ts';
import { addressedApi, addressedStage, epochSeconds, type Operation, type Context } from './operation.ts';
import { readPatchOperations } from './patch-operations.ts';

function stageToWire(stage: Stage, now: number): JsonObject {
  return {
    ...stage,
    cacheClusterSettlesAt: undefined,
    cacheClusterStatus: cacheClusterStatus(stage, now),
  };
}

export const readCanary = (members: Members): CanaryInput => ({
  percentTraffic: members.double('percentTraffic'),
  deploymentId: members.string('deploymentId'),
  stageVariableOverrides: members.stringMap('stageVariableOverrides'),
  useStageCache: members.boolean('useStageCache'),
});

const readStage = (members: Members) => ({
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
});

/** The input of CreateStage; CreateDeployment gives some of the optional members for a new stage. */
type StageInput = ReturnType<typeof readStage>;
type NewStage = Partial<StageInput> & Pick<StageInput, 'stageName' | 'deploymentId'>;

/** The rules of docs/stage-api.md §3 that need no deployment; CreateDeployment checks them before it makes one. */
export function buildStage(context: Context, api: RestApi, input: NewStage): Stage {
  const { stageName, deploymentId } = input;
  if (!/^[A-Za-z0-9_-]+$/.test(stageName)) throw badRequest(recorded.stageName);
  if (stageName.length > 128) throw badRequest(assumed.stageNameTooLong);
  if (api.stages.get(stageName)) throw conflict(recorded.stageExists);
  if (api.stages.size >= context.stagesPerApi()) throw badRequest(assumed.tooManyStages);
  const now = epochSeconds(context);
  const stage: Stage = {
    stageName,
    deploymentId,
    description: omitEmpty(input.description),
    cacheClusterEnabled: input.cacheClusterEnabled ?? false,
    cacheClusterSize: input.cacheClusterSize,
    cacheClusterStatus: 'NOT_AVAILABLE',
    methodSettings: {},
    // AWS keeps the empty map of a new stage (§8); it omits the map after the last variable is removed.
    variables: input.variables && checkVariables(input.variables),
    documentationVersion: omitEmpty(input.documentationVersion),
    canarySettings: input.canarySettings && createCanary(input.canarySettings, deploymentId),
    tracingEnabled: input.tracingEnabled ?? false,
    tags: omitEmpty(input.tags && withTags(undefined, input.tags)),
    createdDate: now,
    lastUpdatedDate: now,
  };
  return changeCacheCluster(undefined, stage, context.cacheClusterClock(), context.now());
}

function checkReferences(api: RestApi, stage: Stage) {
  const deployments = [stage.deploymentId, stage.canarySettings?.deploymentId ?? stage.deploymentId];
  if (stage.deploymentId === '') throw badRequest(recorded.deploymentEmpty);
  if (deployments.some((id) => !api.deployments.get(id))) throw badRequest(recorded.deploymentMissing);
  const version = stage.documentationVersion;
  if (version !== undefined && !api.documentationVersions.get(version))
    throw badRequest(assumed.documentationVersionMissing);
}

export const createStage: Operation = (context, call) => {
  const input = readInput(call.body, 'createStageInput', readStage);
  const api = addressedApi(context, call);
  const stage = buildStage(context, api, input);
  checkReferences(api, stage);
  api.stages.set(stage.stageName, stage);
  return stageToWire(stage, context.now());
};

export const getStage: Operation = (context, call) =>
  stageToWire(addressedStage(context, call).stage, context.now());

/** Without pages; the filter does not match deployments of canaries (§1). */
export const getStages: Operation = (context, call) => {
  const deploymentId = call.query.get('deploymentId');
  const stages = addressedApi(context, call).stages.values();
  const selected =
    deploymentId === null ? stages : stages.filter((stage) => stage.deploymentId === deploymentId);
  return { item: selected.map((stage) => stageToWire(stage, context.now())) };
};

/** The date never goes back, even if the clock does. */
export const withUpdatedDate = (context: Context, stage: Stage): Stage => ({
  ...stage,
  lastUpdatedDate: Math.max(stage.lastUpdatedDate, epochSeconds(context)),
});

export const updateStage: Operation = (context, call) => {
  const operations = readPatchOperations(call.body, 'updateStageInput');
  const { api, stage: before } = addressedStage(context, call);
  if (operations.length === 0) return stageToWire(before, context.now());
  const patched = applyPatch(before, operations, {
    deploymentExists: (id) => api.deployments.get(id) !== undefined,
    documentationVersionExists: (version) => api.documentationVersions.get(version) !== undefined,
    hasCloudWatchLogsRole: context.hasCloudWatchLogsRole(),
    clientCertificateExists: (id) =>
      !context.isStrict() || context.store.clientCertificates.get(id) !== undefined,
  });
  const stage = withUpdatedDate(
    context,
    changeCacheCluster(before, patched, context.cacheClusterClock(), context.now()),
  );
  api.stages.set(stage.stageName, stage);
  return stageToWire(stage, context.now());
};

export const deleteStage: Operation = (context, call) => {
  const { api, stage } = addressedStage(context, call);
  api.stages.delete(stage.stageName);
  return undefined;
};

export const flushStageCache: Operation = (context, call) => {
  const { api, stage } = addressedStage(context, call);
  api.stages.set(stage.stageName, flushCacheCluster(stage, context.cacheClusterClock(), context.now()));
  return undefined;
};

/** Authorizers are not simulated, so this only checks that the stage exists. */
export const flushStageAuthorizersCache: Operation = (context, call) => {
  addressedStage(context, call);
  return undefined;
};
