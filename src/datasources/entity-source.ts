import { type EntityKind, nodeKindOf } from './inputs/global-id.ts';
import { type EntityReference, locateEntity, noNode } from './inputs/references.ts';
import { asError } from './reads/failed-reads.ts';
import type { RequestTargets } from './request-targets.ts';
import type { DeploymentKey, DeploymentModel } from './rest-apis/deployments.ts';
import type { RestApiModel } from './rest-apis/rest-apis.ts';
import type { StageKey, StageModel } from './stages/wire/model.ts';
import type { TargetSources } from './target-sources.ts';

/** What clients read by its id alone. */
export type NodeModel = StageModel | RestApiModel | DeploymentModel;

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

  const stage = (reference: EntityReference & Partial<StageKey>): Promise<StageModel | null> =>
    locate(
      'Stage',
      reference,
      [reference.restApiId, reference.stageName],
      ({ stages }, restApiId, stageName) => stages.find({ restApiId, stageName }),
    );

  const restApi = (
    reference: EntityReference & Partial<RestApiModel>,
    fields: ReadonlySet<string>,
  ): Promise<RestApiModel | null> =>
    locate('RestApi', reference, [reference.restApiId], ({ restApis }, restApiId) =>
      restApis.find(restApiId, fields),
    );

  const deployment = (reference: EntityReference & Partial<DeploymentKey>): Promise<DeploymentModel | null> =>
    locate(
      'RestApiDeployment',
      reference,
      [reference.restApiId, reference.deploymentId],
      ({ deployments }, restApiId, deploymentId) => deployments.get({ restApiId, deploymentId }),
    );

  /** An entity of any kind, by its id; `fields` are those of an API. Throws BAD_USER_INPUT for an id that cannot be read. */
  async function node(id: string, fields: ReadonlySet<string>): Promise<NodeModel | null> {
    switch (nodeKindOf(id)) {
      case 'Stage':
        return stage({ id });
      case 'RestApi':
        return restApi({ id }, fields);
      case 'RestApiDeployment':
        return deployment({ id });
      case undefined:
        throw noNode(id);
    }
  }

  return {
    stage,
    restApi,
    deployment,
    node,
    /** Several at once. One that fails is a rejected promise at its place. */
    async nodes(ids: readonly string[], fields: ReadonlySet<string>) {
      const settled = await Promise.allSettled(ids.map((id) => node(id, fields)));
      return settled.map((one) =>
        one.status === 'fulfilled' ? one.value : Promise.reject(asError(one.reason)),
      );
    },
  };
}
