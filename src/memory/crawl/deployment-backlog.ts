import { type TargetKey, targetId } from '../../fleet/target.ts';
import { isLasting } from './crawl-failure.ts';
import type { CrawlMemory, ListedStage } from './crawl-options.ts';

interface Deployment {
  readonly target: TargetKey;
  readonly restApiId: string;
  readonly deploymentId: string;
}

/** A deployment to describe, and what became of it. */
export interface NextDeployment extends Deployment {
  readonly described: () => void;
  readonly failed: (error: unknown) => void;
}

/** Deployments that stages serve and whose methods are not known: each is described once, as it never changes. */
export function createDeploymentBacklog(isDescribed: CrawlMemory['isDescribed']) {
  const waiting = new Map<string, Deployment>();
  /** By target, what needs no call any more. */
  const done = new Map<string, Set<string>>();

  return {
    /** What a pass over a target lists. Its deployments wait from the end of the pass on. */
    beginPass(target: TargetKey) {
      const found = new Map<string, Deployment>();
      const name = targetId(target);
      return {
        listed: (restApiId: string, stages: readonly ListedStage[]): void => {
          for (const { deploymentId, canaryDeploymentId } of stages)
            for (const id of new Set([deploymentId, canaryDeploymentId ?? deploymentId]))
              found.set(`${name} ${restApiId} ${id}`, { target, restApiId, deploymentId: id });
        },
        /** After a complete pass, deployments that no stage serves are forgotten. */
        end: (complete: boolean): void => {
          const known = done.get(name) ?? new Set();
          if (complete) {
            for (const key of known) if (!found.has(key)) known.delete(key);
            for (const [key, { target: of }] of waiting)
              if (targetId(of) === name && !found.has(key)) waiting.delete(key);
          }
          done.set(name, known);
          for (const [key, deployment] of found) if (!known.has(key)) waiting.set(key, deployment);
        },
      };
    },

    next(): NextDeployment | undefined {
      for (const [key, deployment] of waiting) {
        waiting.delete(key);
        const known = done.get(targetId(deployment.target));
        const described = (): void => void known?.add(key);
        const { target, restApiId, deploymentId } = deployment;
        if (isDescribed?.(target, restApiId, deploymentId) === true) {
          described();
          continue;
        }
        return {
          ...deployment,
          described,
          // What may succeed later is tried again after the next pass.
          failed: (error) => (isLasting(error) ? described() : undefined),
        };
      }
      return undefined;
    },
  };
}
