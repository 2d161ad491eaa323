import { LRUCache } from 'lru-cache';
import type { DeployedMethods } from '../datasources/rest-apis/deployed-methods.ts';
import { targetId, type TargetKey } from '../fleet/target.ts';

/** Methods, of all deployments together. */
const MAX_METHODS = 200_000;

/** The methods of deployments that were read. They never change. */
export function createKnownMethods() {
  const known = new LRUCache<string, DeployedMethods>({
    maxSize: MAX_METHODS,
    sizeCalculation: ({ methods }) => 1 + methods.length,
  });
  const keyOf = (target: TargetKey, restApiId: string, deploymentId: string): string =>
    `${targetId(target)}/${restApiId}/${deploymentId}`;
  return {
    of: (target: TargetKey, restApiId: string, deploymentId: string): DeployedMethods | undefined =>
      known.get(keyOf(target, restApiId, deploymentId)),
    add(target: TargetKey, restApiId: string, deploymentId: string, methods: DeployedMethods): void {
      known.set(keyOf(target, restApiId, deploymentId), methods);
    },
  };
}

export type KnownMethods = ReturnType<typeof createKnownMethods>;
