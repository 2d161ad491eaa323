import type { CreateStageCommandInput } from '@aws-sdk/client-api-gateway';
import type { StageState } from '../../desired/stage-state.ts';
import type { StageKey } from '../../wire/model.ts';
import { cacheClusterSizes } from '../../wire/wire-enums.ts';

const mapOrNothing = (map: ReadonlyMap<string, string>): Record<string, string> | undefined =>
  map.size === 0 ? undefined : Object.fromEntries(map);

/** What CreateStage takes of a state. */
export function creationOf({ restApiId, stageName }: StageKey, state: StageState): CreateStageCommandInput {
  const { fields, canary } = state;
  const size = fields.cacheClusterSize;
  return {
    restApiId,
    stageName,
    deploymentId: fields.deploymentId,
    description: fields.description ?? undefined,
    cacheClusterEnabled: fields.cacheClusterEnabled || undefined,
    cacheClusterSize: size === null ? undefined : cacheClusterSizes[size],
    variables: mapOrNothing(state.variables),
    documentationVersion: fields.documentationVersion ?? undefined,
    canarySettings:
      canary === null
        ? undefined
        : {
            deploymentId: canary.deploymentId,
            percentTraffic: canary.percentTraffic,
            useStageCache: canary.useStageCache,
            stageVariableOverrides: mapOrNothing(canary.overrides),
          },
    tracingEnabled: fields.tracingEnabled || undefined,
    tags: mapOrNothing(state.tags),
  };
}
