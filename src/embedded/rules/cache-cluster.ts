import { conflict } from '../errors/aws-exception.ts';
import { unverified } from '../errors/unverified.ts';
import { type CacheClusterStatus, type Stage } from '../state/state.ts';

/** How long each step of a cache cluster's life takes. */
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

/** The status at this moment: a step that has had its time is over. No timers, so that a restart changes nothing. */
export const cacheClusterStatus = (stage: Stage, now: number): CacheClusterStatus =>
  now >= (stage.cacheClusterSettlesAt ?? 0)
    ? settledStatus[stage.cacheClusterStatus]
    : stage.cacheClusterStatus;

const inProgress = (stage: Stage, status: CacheClusterStatus, seconds: number, now: number): Stage => ({
  ...stage,
  cacheClusterStatus: seconds > 0 ? status : settledStatus[status],
  cacheClusterSettlesAt: seconds > 0 ? now + seconds * 1000 : undefined,
});

const isBusy = (status: CacheClusterStatus) => status.endsWith('_IN_PROGRESS');

/**
 * What becomes of the cluster when a stage is changed from one state to the next (§8): enabling without a size gives
 * 0.5, another size recreates the cluster, disabling forgets the size, and a size alone is kept without any effect.
 */
export function changeCacheCluster(
  before: Stage | undefined,
  after: Stage,
  clock: CacheClusterClock,
  now: number,
): Stage {
  const had = before?.cacheClusterEnabled ?? false;
  const stage = after.cacheClusterEnabled
    ? { ...after, cacheClusterSize: after.cacheClusterSize ?? '0.5' }
    : { ...after, cacheClusterSize: had ? undefined : after.cacheClusterSize };
  const resized = had && stage.cacheClusterEnabled && before?.cacheClusterSize !== stage.cacheClusterSize;
  if (had === stage.cacheClusterEnabled && !resized) return stage;
  if (before && isBusy(cacheClusterStatus(before, now))) throw conflict(unverified.cacheClusterBusy);
  return stage.cacheClusterEnabled
    ? inProgress(stage, 'CREATE_IN_PROGRESS', clock.createSeconds, now)
    : inProgress(stage, 'DELETE_IN_PROGRESS', clock.deleteSeconds, now);
}

/** FlushStageCache (§8); without an available cluster there is nothing to flush, and nothing is refused. */
export const flushCacheCluster = (stage: Stage, clock: CacheClusterClock, now: number): Stage =>
  cacheClusterStatus(stage, now) === 'AVAILABLE'
    ? inProgress(stage, 'FLUSH_IN_PROGRESS', clock.flushSeconds, now)
    : stage;
