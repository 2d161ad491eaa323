import type { TargetCache } from '../cache/index.ts';
import type { CacheKind } from '../cache/observer.ts';
import type { Page } from './reads/find-many.ts';
import type { DeployedMethods } from './rest-apis/deployed-methods.ts';
import type { DeploymentModel } from './rest-apis/deployments.ts';
import type { RestApiDetails } from './rest-apis/rest-apis.ts';
import { stageInFull } from './stages/wire/from-aws.ts';
import type { StageModel } from './stages/wire/model.ts';

/** The parsed answers of AWS that this process keeps: one cache for each kind of thing, keyed by ids. */
export type Caches = ReturnType<typeof createCaches>;

/** The empty caches of a new process. */
export const createCaches = (cache: TargetCache) =>
  ({
    stages: cache.of<readonly StageModel[]>('stages', (stages) => stages.map(stageInFull)),
    /** Single stages: as writes were answered, and where IAM refuses the list. */
    stage: cache.of<StageModel>('stage', stageInFull),
    deployment: cache.of<DeploymentModel>('deployment'),
    deployments: cache.of<Page<DeploymentModel>>('deployments'),
    deploymentMethods: cache.ofImmutable<DeployedMethods>('deploymentMethods'),
    restApi: cache.of<RestApiDetails>('restApi'),
    restApis: cache.of<Page<RestApiDetails>>('restApis'),
  }) satisfies Record<CacheKind, unknown>;
