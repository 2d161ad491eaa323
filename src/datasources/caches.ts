import type { ReadThroughCache } from '../cache/cache.ts';
import type { TargetCache } from '../cache/index.ts';
import type { CacheKind } from '../cache/observer.ts';
import type { Page } from './reads/find-many.ts';
import type { DeploymentModel } from './rest-apis/deployments.ts';
import type { RestApiDetails } from './rest-apis/rest-apis.ts';
import { stageInFull } from './stages/wire/from-aws.ts';
import type { StageModel } from './stages/wire/model.ts';

/** The parsed answers of AWS that this process keeps: one cache for each kind of thing, keyed by ids. */
export interface Caches extends Readonly<Record<CacheKind, unknown>> {
  /** All stages of an API. */
  readonly stages: ReadThroughCache<readonly StageModel[]>;
  /** Single stages: as writes were answered, and where IAM refuses the list. */
  readonly stage: ReadThroughCache<StageModel>;
  readonly deployment: ReadThroughCache<DeploymentModel>;
  readonly deployments: ReadThroughCache<Page<DeploymentModel>>;
  readonly restApi: ReadThroughCache<RestApiDetails>;
  readonly restApis: ReadThroughCache<Page<RestApiDetails>>;
}

/** The empty caches of a new process. */
export const createCaches = (cache: TargetCache): Caches => ({
  stages: cache.of('stages', (stages) => stages.map(stageInFull)),
  stage: cache.of('stage', stageInFull),
  deployment: cache.of('deployment'),
  deployments: cache.of('deployments'),
  restApi: cache.of('restApi'),
  restApis: cache.of('restApis'),
});
