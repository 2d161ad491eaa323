import type { Logger } from '../logger.ts';
import type { Upstream } from '../upstream/index.ts';
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

/** The data sources of one request: what one request has read, no other sees. `logger` is the request's own. */
export function createDataSources({ upstream, isProtected }: DataSourceDependencies, logger: Logger) {
  const { region, lock } = upstream;
  const session = upstream.session(logger);
  const { send } = session;
  const reader = createStageReader(send, region);
  const guard = createGuard({ reader, lock, session, isProtected });
  return {
    stages: createStageSource(send, region, reader, guard),
    restApis: createRestApiSource(send, region, reader),
    deployments: createDeploymentSource(send, region),
  };
}
