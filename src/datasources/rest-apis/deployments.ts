import { type Deployment, GetDeploymentCommand, GetDeploymentsCommand } from '@aws-sdk/client-api-gateway';
import DataLoader from 'dataloader';
import type * as sdl from '../../__generated__/types.ts';
import type { CacheObserver } from '../../cache/observer.ts';
import { failedWith } from '../../errors/upstream-error.ts';
import type { AwsRegion } from '../../upstream/calls/client.ts';
import { decodeId, encodeId } from '../inputs/global-id.ts';
import { areNames, refuseOpaqueId, requireNames } from '../inputs/names.ts';
import { batchPerApi } from '../reads/batch-per-api.ts';
import { MAX_PAGE, type PageArguments, readConnection } from '../reads/connection.ts';
import { findMany, type Page } from '../reads/find-many.ts';
import { oncePerQuery } from '../reads/once-per-query.ts';
import type { ReadCached, Caches } from '../reads/stored-reads.ts';
import type { ChangeRecorder } from '../stages/changes/change-trail.ts';

/** A deployment as AWS describes it; its stages are asked for apart. */
export type DeploymentModel = Readonly<Omit<sdl.RestApiDeployment, '__typename' | 'stages'>>;

/** Where a deployment is. */
export interface DeploymentKey {
  readonly restApiId: string;
  readonly deploymentId: string;
}

/** A deployment as a federation router refers to it. */
export interface DeploymentReference {
  readonly id?: string | undefined;
  readonly restApiId?: string | undefined;
  readonly deploymentId?: string | undefined;
}

/** AWS's deployment, which does not say to which API it belongs, as the schema has it. */
export const deploymentFromAws = (
  aws: Deployment,
  restApiId: string,
  region: AwsRegion,
): DeploymentModel => ({
  id: encodeId('RestApiDeployment', region, restApiId, aws.id ?? ''),
  restApiId,
  deploymentId: aws.id ?? '',
  description: aws.description ?? null,
  createdDate: aws.createdDate ?? new Date(0),
});

/** The deployments of one request. */
export function createDeploymentSource(
  region: AwsRegion,
  readStored: ReadCached,
  stores: Caches,
  observer: CacheObserver,
  trail: ChangeRecorder,
) {
  async function one({ restApiId, deploymentId }: DeploymentKey): Promise<DeploymentModel | null> {
    try {
      return await readStored(stores.deployment, `${restApiId}/${deploymentId}`, async (send) =>
        deploymentFromAws(
          await send(new GetDeploymentCommand({ restApiId, deploymentId }), 'safe'),
          restApiId,
          region,
        ),
      );
    } catch (error) {
      if (failedWith(error, 'NOT_FOUND', 'DEPLOYMENT_NOT_FOUND')) return null;
      throw error;
    }
  }

  const pageKey = (restApiId: string, position: string | undefined, limit: number): string =>
    `${restApiId}/${limit}/${position ?? ''}`;
  const page = oncePerQuery(
    trail,
    pageKey,
    (restApiId: string, position: string | undefined, limit: number): Promise<Page<DeploymentModel>> =>
      readStored(stores.deployments, pageKey(restApiId, position, limit), async (send) => {
        const answer = await send(new GetDeploymentsCommand({ restApiId, position, limit }), 'safe');
        const items = (answer.items ?? []).map((aws) => deploymentFromAws(aws, restApiId, region));
        return { items, position: answer.position };
      }),
  );

  const loader = new DataLoader<DeploymentKey, DeploymentModel | null, string>(
    batchPerApi(
      ({ deploymentId }) => deploymentId,
      (restApiId, ids) => {
        observer.batched('deployment', ids.length);
        return findMany(ids, {
          one: (deploymentId) => one({ restApiId, deploymentId }),
          page: (position) => page(restApiId, position, MAX_PAGE),
          idOf: ({ deploymentId }) => deploymentId,
        });
      },
    ),
    { cacheKeyFn: ({ restApiId, deploymentId }) => `${restApiId}/${deploymentId}` },
  );

  return {
    /** A deployment, or null when the API has none of this id. */
    get: ({ restApiId, deploymentId }: DeploymentKey): Promise<DeploymentModel | null> =>
      loader.load({ restApiId, deploymentId }),

    /** By either key; null for what does not exist or is no key at all. */
    async resolve({ id, ...names }: DeploymentReference): Promise<DeploymentModel | null> {
      const parts = decodeId('RestApiDeployment', region, 2, id) ?? [names.restApiId, names.deploymentId];
      refuseOpaqueId(names.restApiId);
      if (!areNames(parts)) return null;
      const [restApiId = '', deploymentId = ''] = parts;
      return loader.load({ restApiId, deploymentId });
    },

    /** A page of an API's deployments. Throws NOT_FOUND when there is no such API. */
    list(restApiId: string, args: PageArguments) {
      requireNames({ restApiId });
      return readConnection(args, (position, limit) => page(restApiId, position, limit));
    },
  };
}
