import { expect } from '@jest/globals';
import type { Running } from './run.ts';

const ALL = '{ restApis { nodes { deployments { nodes { methods { resourcePath } } } } } }';

/**
 * Has the gateway look at every deployment. Later its warnings of changes cost no call: what a test counts then is the
 * calls of the change itself.
 */
export async function lookAtDeployments(gateway: Running): Promise<void> {
  const { errors } = await gateway.graphql(ALL);
  expect(errors).toBeUndefined();
  gateway.stageApi.resetCalls();
}
