import type { CrawlCalls } from './crawl-options.ts';
import type { createDeploymentBacklog } from './deployment-backlog.ts';

export interface DescribeOptions {
  readonly describeDeployment: CrawlCalls['describeDeployment'];
  /** Makes a call at the rate of the account. */
  readonly call: <Result>(work: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;
  /** Whether there is time for another call. */
  readonly isTime: () => boolean;
  readonly failed: (what: string, error: unknown) => void;
  readonly isOver: () => boolean;
}

/** Describes the deployments that wait, as long as there is time. */
export async function describeDeployments(
  backlog: ReturnType<typeof createDeploymentBacklog>,
  { describeDeployment, call, isTime, failed, isOver }: DescribeOptions,
): Promise<void> {
  while (isTime()) {
    const next = backlog.next();
    if (next === undefined) return;
    const { target, restApiId, deploymentId } = next;
    try {
      await call((signal) => describeDeployment(target, restApiId, deploymentId, signal));
      next.described();
    } catch (error) {
      if (!isOver()) failed('a deployment could not be described', error);
      next.failed(error);
    }
  }
}
