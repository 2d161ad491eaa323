import type { CanarySettings, Stage } from '@aws-sdk/client-api-gateway';
import { type Target, targetId } from '../../../fleet/target.ts';
import { encodeId } from '../../inputs/global-id.ts';
import { sortedEntries } from '../../inputs/sorted-maps.ts';
import { tagList } from '../../inputs/tags.ts';
import { methodSettingList } from './method-settings.ts';
import type {
  CanarySettingsModel,
  MethodSettingModel,
  StageDetails,
  StageKey,
  StageModel,
  StageVariableModel,
} from './model.ts';
import { revisionOf } from './revision.ts';
import { cacheClusterSizes, cacheClusterStatuses, nameOf } from './wire-enums.ts';

const variableList = (
  variables: Readonly<Record<string, string>> | undefined,
  target: string,
): StageVariableModel[] => sortedEntries(variables).map(([name, value]) => ({ name, value, target }));

const canaryFromAws = (
  canary: CanarySettings,
  stage: Stage,
  restApiId: string,
  { account, region }: Target,
  targetName: string,
): CanarySettingsModel => ({
  account,
  region,
  restApiId,
  percentTraffic: canary.percentTraffic ?? 0,
  stageDeploymentId: stage.deploymentId ?? '',
  deploymentId: canary.deploymentId ?? stage.deploymentId ?? '',
  stageVariableOverrides: variableList(canary.stageVariableOverrides, targetName),
  useStageCache: canary.useStageCache ?? false,
  effectiveVariables: variableList({ ...stage.variables, ...canary.stageVariableOverrides }, targetName),
});

/** For a stage without dates. AWS is not known to send one. */
const EPOCH = new Date(0);

/** The ARN of a stage; its account field is empty (stage-api.md, section 1). */
export const stageArn = ({ partition, region }: Target, { restApiId, stageName }: StageKey): string =>
  `arn:${partition}:apigateway:${region}::/restapis/${restApiId}/stages/${stageName}`;

/**
 * Details that are computed when they are first read. A class, because V8 makes a hidden class for each object literal
 * with an accessor, and that keeps everything in the accessor's scope alive until the next full garbage collection.
 */
class DetailsFromAws implements StageDetails {
  readonly #aws: Stage;
  #methodSettings: MethodSettingModel[] | undefined;
  #revision: string | undefined;

  constructor(aws: Stage) {
    this.#aws = aws;
  }

  get methodSettings(): MethodSettingModel[] {
    return (this.#methodSettings ??= methodSettingList(this.#aws.methodSettings));
  }

  get revision(): string {
    return (this.#revision ??= revisionOf(this.#aws));
  }

  /** The cache measures a stage by its JSON: AWS's answer, which this object keeps. */
  toJSON(): Stage {
    return this.#aws;
  }
}

/** A stage with all details computed, for a cache that other processes share. */
export const stageInFull = ({ details: { methodSettings, revision }, ...stage }: StageModel): StageModel => ({
  ...stage,
  details: { methodSettings, revision },
});

/** AWS's stage as the gateway caches it. AWS's answer does not contain the API's id. */
export function stageFromAws(aws: Stage, restApiId: string, target: Target, observedAt: Date): StageModel {
  const { account, region } = target;
  const stageName = aws.stageName ?? '';
  const targetName = targetId(target);
  return {
    id: encodeId('Stage', target, restApiId, stageName),
    account,
    region,
    restApiId,
    stageName,
    deploymentId: aws.deploymentId ?? '',
    description: aws.description ?? null,
    clientCertificateId: aws.clientCertificateId ?? null,
    cacheClusterEnabled: aws.cacheClusterEnabled ?? false,
    cacheClusterSize: nameOf(cacheClusterSizes, aws.cacheClusterSize),
    cacheClusterStatus: nameOf(cacheClusterStatuses, aws.cacheClusterStatus),
    variables: variableList(aws.variables, targetName),
    documentationVersion: aws.documentationVersion ?? null,
    accessLogSettings:
      aws.accessLogSettings === undefined
        ? null
        : {
            destinationArn: aws.accessLogSettings.destinationArn ?? null,
            format: aws.accessLogSettings.format ?? null,
          },
    canarySettings:
      aws.canarySettings === undefined
        ? null
        : canaryFromAws(aws.canarySettings, aws, restApiId, target, targetName),
    tracingEnabled: aws.tracingEnabled ?? false,
    webAclArn: aws.webAclArn ?? null,
    tags: tagList(aws.tags),
    createdDate: aws.createdDate ?? EPOCH,
    lastUpdatedDate: aws.lastUpdatedDate ?? aws.createdDate ?? EPOCH,
    arn: stageArn(target, { restApiId, stageName }),
    executionArn: `arn:${target.partition}:execute-api:${region}:${account}:${restApiId}/${stageName}`,
    invokeUrl: `https://${restApiId}.execute-api.${target.region}.${target.dnsSuffix}/${stageName}`,
    details: new DetailsFromAws(aws),
    observedAt,
  };
}
