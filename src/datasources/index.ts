import type { Upstream } from '../upstream/index.ts';
import { createDeploymentCreator } from './create-deployment.ts';
import { createDeploymentSource } from './deployments.ts';
import { createRestApiSource } from './rest-apis.ts';
import { createGuard } from './stages/guard.ts';
import { createStageSource } from './stages/index.ts';
import { createStageReader } from './stages/reader.ts';

/** What the data sources of every request stand on. */
export interface DataSourceDependencies {
  readonly upstream: Upstream;
  /** Whether changes of stages of this name ask for `confirm`. */
  readonly isProtected: (stageName: string) => boolean;
}

export type DataSources = ReturnType<typeof createDataSources>;

/** The data sources of one request: what one request has read, no other sees. */
export function createDataSources({ upstream, isProtected }: DataSourceDependencies) {
  const { send, region, lock } = upstream;
  const reader = createStageReader(send, region);
  const guard = createGuard(reader, lock, isProtected);
  return {
    stages: createStageSource(send, region, reader, guard),
    restApis: createRestApiSource(send, region, reader),
    deployments: {
      ...createDeploymentSource(send, region),
      create: createDeploymentCreator(send, region, reader, guard),
    },
  };
}
