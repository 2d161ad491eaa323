import type { CanarySettings, Stage } from '@aws-sdk/client-api-gateway';
import type { MethodSettingModel, StageModel } from '../../datasources/stages/wire/model.ts';
import { cacheClusterSizes } from '../../datasources/stages/wire/wire-enums.ts';

const recordOf = (list: readonly { readonly name: string; readonly value: string }[]) =>
  Object.fromEntries(list.map(({ name, value }) => [name, value]));

/** Values that the schema does not know are null beside it. */
function settingToAws(entry: MethodSettingModel): object {
  const { key, resourcePath, httpMethod, canonical, unknownValues, ...values } = entry;
  return { ...values, ...Object.fromEntries(unknownValues) };
}

/**
 * AWS's stage from the gateway's: the reverse of `stageFromAws`, but for sizes and statuses that the schema does not know.
 * What is not set is null. A setting that a new version of the SDK knows does not compile without a line here.
 */
export const stageToAws = (stage: StageModel) =>
  ({
    stageName: stage.stageName,
    deploymentId: stage.deploymentId,
    description: stage.description,
    clientCertificateId: stage.clientCertificateId,
    cacheClusterEnabled: stage.cacheClusterEnabled,
    cacheClusterSize: stage.cacheClusterSize && cacheClusterSizes[stage.cacheClusterSize],
    cacheClusterStatus: stage.cacheClusterStatus,
    methodSettings: Object.fromEntries(
      stage.details.methodSettings.map((entry) => [entry.key, settingToAws(entry)]),
    ),
    variables: recordOf(stage.variables),
    documentationVersion: stage.documentationVersion,
    accessLogSettings: stage.accessLogSettings,
    canarySettings:
      stage.canarySettings &&
      ({
        deploymentId: stage.canarySettings.deploymentId,
        percentTraffic: stage.canarySettings.percentTraffic,
        useStageCache: stage.canarySettings.useStageCache,
        stageVariableOverrides: recordOf(stage.canarySettings.stageVariableOverrides),
      } satisfies Record<keyof CanarySettings, unknown>),
    tracingEnabled: stage.tracingEnabled,
    webAclArn: stage.webAclArn,
    tags: Object.fromEntries(stage.tags.map(({ key, value }) => [key, value])),
    createdDate: stage.createdDate,
    lastUpdatedDate: stage.lastUpdatedDate,
  }) satisfies Record<keyof Stage, unknown>;
