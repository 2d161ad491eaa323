import { withinMs } from '../../../upstream/time/time-limit.ts';
import type { DeployedMethods, DeployedMethodSource } from '../../rest-apis/deployed-methods.ts';
import { deploymentsOf, deploymentWarningsOf } from '../plans/deployment-warnings.ts';
import type { ChangeResult } from './stage-change.ts';

/** How long the response to a change waits for the first look at a deployment. */
const LOOK_MS = 1000;

export type DeploymentWarnings = ReturnType<typeof createDeploymentWarnings>;

/**
 * Adds the warnings that depend on the methods of deployments to a change that was made, or with dryRun would be. It runs
 * without the lock, and never fails: a deployment that cannot be read soon has no warnings.
 */
export function createDeploymentWarnings(deployed: () => DeployedMethodSource) {
  const look = (restApiId: string, deploymentId: string): Promise<DeployedMethods | null> =>
    withinMs(
      LOOK_MS,
      deployed()
        .get({ restApiId, deploymentId })
        .catch(() => null),
      () => null,
    );
  return async (restApiId: string, { warningContext, ...result }: ChangeResult): Promise<ChangeResult> => {
    // What went wrong is in the errors: in an outage no further call is made.
    if (warningContext === undefined || result.userErrors.length > 0) return result;
    const ids = [...deploymentsOf(warningContext)];
    const found = await Promise.all(ids.map((id) => look(restApiId, id)));
    const known = new Map(
      found.flatMap((each) => (each === null ? [] : [[each.deploymentId, each] as const])),
    );
    return { ...result, warnings: [...result.warnings, ...deploymentWarningsOf(warningContext, known)] };
  };
}
