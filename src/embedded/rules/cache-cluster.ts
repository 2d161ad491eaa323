import { assumed } from '../errors/assumed.ts';
import { conflict } from '../errors/aws-exception.ts';
import type { CacheClusterStatus, Stage } from '../state/state.ts';

/** The duration of each change of a cache cluster. */
export interface CacheClusterClock {
  readonly createSeconds: number;
  readonly deleteSeconds: number;
  readonly flushSeconds: number;
}

const settledStatus = {
  CREATE_IN_PROGRESS: 'AVAILABLE',
  FLUSH_IN_PROGRESS: 'AVAILABLE',
  DELETE_IN_PROGRESS: 'NOT_AVAILABLE',
  AVAILABLE: 'AVAILABLE',
  NOT_AVAILABLE: 'NOT_AVAILABLE',
} as const satisfies Record<CacheClusterStatus, CacheClusterStatus>;

/** The status at `now`. Changes end by comparison with the clock, not by timers, so they survive a restart. */
export const cacheClusterStatus = (stage: Stage, now: number): CacheClusterStatus =>
  now >= (stage.cacheClusterSettlesAt ?? 0)
    ? settledStatus[stage.cacheClusterStatus]
    : stage.cacheClusterStatus;

const inProgress = (stage: Stage, status: CacheClusterStatus, seconds: number, now: number): Stage => ({
  ...stage,
  cacheClusterStatus: seconds > 0 ? status : settledStatus[status],
  cacheClusterSettlesAt: seconds > 0 ? now + seconds * 1000 : undefined,
});

const isInProgress = (status: CacheClusterStatus) => status.endsWith('_IN_PROGRESS');

/**
 * Updates the cluster after a change of the stage (docs/stage-api.md §8). Enabling without a size gives 0.5; another
 * size recreates the cluster; disabling removes the size; a size without a cluster is stored and has no effect.
 */
export function changeCacheCluster(
  before: Stage | undefined,
  after: Stage,
  clock: CacheClusterClock,
  now: number,
): Stage {
  const wasEnabled = before?.cacheClusterEnabled ?? false;
  const stage = after.cacheClusterEnabled
    ? { ...after, cacheClusterSize: after.cacheClusterSize ?? '0.5' }
    : { ...after, cacheClusterSize: wasEnabled ? undefined : after.cacheClusterSize };
  const resized =
    wasEnabled && stage.cacheClusterEnabled && before?.cacheClusterSize !== stage.cacheClusterSize;
  if (wasEnabled === stage.cacheClusterEnabled && !resized) return stage;
  if (before && isInProgress(cacheClusterStatus(before, now))) throw conflict(assumed.cacheClusterBusy);
  return stage.cacheClusterEnabled
    ? inProgress(stage, 'CREATE_IN_PROGRESS', clock.createSeconds, now)
    : inProgress(stage, 'DELETE_IN_PROGRESS', clock.deleteSeconds, now);
}

/** FlushStageCache (§8) succeeds without an effect if no cluster is available. */
export const flushCacheCluster = (stage: Stage, clock: CacheClusterClock, now: number): Stage =>
  cacheClusterStatus(stage, now) === 'AVAILABLE'
    ? inProgress(stage, 'FLUSH_IN_PROGRESS', clock.flushSeconds, now)
    : stage;
