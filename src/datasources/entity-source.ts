import type { EntityKind } from './inputs/global-id.ts';
import { type EntityReference, locateEntity } from './inputs/references.ts';
import type { RequestTargets } from './request-targets.ts';
import type { DeploymentKey, DeploymentModel } from './rest-apis/deployments.ts';
import type { RestApiModel } from './rest-apis/rest-apis.ts';
import type { StageKey, StageModel } from './stages/wire/model.ts';
import type { TargetSources } from './target-sources.ts';

/** Entities by any of their keys; null if they do not exist. */
export function createEntitySource({ at }: RequestTargets) {
  /** What `find` brings for the entity of a reference; null if a name is not valid. */
  async function locate<Found>(
    kind: EntityKind,
    reference: EntityReference,
    names: Parameters<typeof locateEntity>[2],
    find: (sources: TargetSources, restApiId: string, name: string) => Promise<Found | null>,
  ): Promise<Found | null> {
    const found = locateEntity(kind, reference, names);
    if (found === undefined) return null;
    const [restApiId = '', name = ''] = found.names;
    return find(at(found.target), restApiId, name);
  }

  return {
    stage: (reference: EntityReference & Partial<StageKey>): Promise<StageModel | null> =>
      locate(
        'Stage',
        reference,
        [reference.restApiId, reference.stageName],
        ({ stages }, restApiId, stageName) => stages.find({ restApiId, stageName }),
      ),
    restApi: (
      reference: EntityReference & Partial<RestApiModel>,
      fields: ReadonlySet<string>,
    ): Promise<RestApiModel | null> =>
      locate('RestApi', reference, [reference.restApiId], ({ restApis }, restApiId) =>
        restApis.find(restApiId, fields),
      ),
    deployment: (reference: EntityReference & Partial<DeploymentKey>): Promise<DeploymentModel | null> =>
      locate(
        'RestApiDeployment',
        reference,
        [reference.restApiId, reference.deploymentId],
        ({ deployments }, restApiId, deploymentId) => deployments.get({ restApiId, deploymentId }),
      ),
  };
}
