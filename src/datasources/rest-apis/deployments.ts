import { type Deployment, GetDeploymentCommand, GetDeploymentsCommand } from '@aws-sdk/client-api-gateway';
import DataLoader from 'dataloader';
import type * as sdl from '../../__generated__/types.ts';
import type { Target } from '../../fleet/target.ts';
import { encodeId } from '../inputs/global-id.ts';
import { requireNames } from '../inputs/names.ts';
import { batchPerApi } from '../reads/batch-per-api.ts';
import type { ReadDependencies } from '../reads/cached-reads.ts';
import {
  type Connection,
  MAX_PAGE,
  type PageArguments,
  readConnection,
  type ReadPage,
} from '../reads/connection.ts';
import { nullIf } from '../reads/failed-reads.ts';
import { findMany, type Page } from '../reads/find-many.ts';
import { readOnce } from '../reads/read-once.ts';
import { newestFirst } from '../reads/scan.ts';
import type { DeployedMethod, DeployedMethodSource } from './deployed-methods.ts';
import { type DeploymentDifference, differenceOf } from './deployment-difference.ts';

/** Fields that are another read. */
type Resolved = 'stages' | 'canaryStages' | 'methods' | 'differencesFrom';

/** A deployment as AWS describes it. */
export type DeploymentModel = Readonly<Omit<sdl.RestApiDeployment, '__typename' | Resolved>>;

export type DeploymentKey = Pick<DeploymentModel, 'restApiId' | 'deploymentId'>;

/** AWS's deployment as the schema has it. AWS's answer does not contain the API's id. */
export const deploymentFromAws = (aws: Deployment, restApiId: string, target: Target): DeploymentModel => ({
  id: encodeId('RestApiDeployment', target, restApiId, aws.id ?? ''),
  account: target.account,
  region: target.region,
  restApiId,
  deploymentId: aws.id ?? '',
  description: aws.description ?? null,
  createdDate: aws.createdDate ?? new Date(0),
});

const cacheKeyOf = ({ restApiId, deploymentId }: DeploymentKey): string => `${restApiId}/${deploymentId}`;

const pageKey = (restApiId: string, position: string | undefined, limit: number): string =>
  `${restApiId}/${limit}/${position ?? ''}`;

function createDeploymentReader({ target, cachedReads, caches, observer, recorder }: ReadDependencies) {
  const one = ({ restApiId, deploymentId }: DeploymentKey): Promise<DeploymentModel | null> => {
    const read = cachedReads.read(
      caches.deployment,
      cacheKeyOf({ restApiId, deploymentId }),
      async (send) => {
        const aws = await send(new GetDeploymentCommand({ restApiId, deploymentId }), 'safe');
        return deploymentFromAws(aws, restApiId, target);
      },
    );
    return nullIf(read, 'NOT_FOUND', 'DEPLOYMENT_NOT_FOUND');
  };

  const page = readOnce(
    recorder,
    pageKey,
    (restApiId: string, position: string | undefined, limit: number): Promise<Page<DeploymentModel>> =>
      cachedReads.read(caches.deployments, pageKey(restApiId, position, limit), async (send) => {
        const answer = await send(new GetDeploymentsCommand({ restApiId, position, limit }), 'safe');
        const items = (answer.items ?? []).map((aws) => deploymentFromAws(aws, restApiId, target));
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
    { cacheKeyFn: cacheKeyOf },
  );
  return { page, loader };
}

export interface DeploymentOrder extends PageArguments {
  readonly newestFirst?: boolean | null | undefined;
}

const byCreation = {
  createdOf: ({ createdDate }: DeploymentModel): Date => createdDate,
  idOf: ({ deploymentId }: DeploymentModel): string => deploymentId,
};

/** The deployments of one request. */
export function createDeploymentSource(dependencies: ReadDependencies, deployed: () => DeployedMethodSource) {
  const { target } = dependencies;
  const { page, loader } = createDeploymentReader(dependencies);

  return {
    /** A deployment, or null if the API has none with this id. */
    get: (key: DeploymentKey): Promise<DeploymentModel | null> => loader.load(key),

    /** Its methods; null if it does not exist any more. */
    async methods(deployment: DeploymentModel): Promise<DeployedMethod[] | null> {
      const found = await deployed().of(deployment);
      return found && [...found.methods];
    },

    /** What it changes compared to another deployment of its API; null if one of them does not exist. */
    async differencesFrom(
      deployment: DeploymentModel,
      deploymentId: string,
    ): Promise<DeploymentDifference | null> {
      const { restApiId } = deployment;
      requireNames({ deploymentId });
      const [before, after] = await Promise.all([
        deployed().get({ restApiId, deploymentId }),
        deployed().of(deployment),
      ]);
      return before && after && differenceOf(before, after);
    },

    /** A page of an API's deployments. Throws NOT_FOUND if the API does not exist. */
    list(restApiId: string, args: DeploymentOrder): Promise<Connection<DeploymentModel>> {
      requireNames({ restApiId });
      const read: ReadPage<DeploymentModel> = (position, limit) => page(restApiId, position, limit);
      return args.newestFirst === true
        ? newestFirst(target, args, byCreation, read)
        : readConnection(target, args, read);
    },
  };
}
