import type { Logger } from '../../../app/logger.ts';
import type { Fence } from '../../locks/fence.ts';
import type { WriteLock } from '../../locks/write-lock.ts';
import type { RedisScope } from '../scope.ts';
import { createInvalidations, type Invalidations } from './invalidations.ts';
import type { HeldLocks } from './lock-holder.ts';
import { createPendingInvalidations } from './pending-invalidations.ts';
import { createSharedLock } from './shared-lock.ts';
import { createWriteFence } from './write-fence.ts';

/** The writes of this process as all others see them. */
export interface SharedWrites {
  readonly lock: WriteLock;
  readonly fence: Fence;
  readonly invalidations: Invalidations;
}

export interface SharedWritesOptions {
  readonly scope: RedisScope;
  readonly logger: Logger;
  /** The lock of this process. */
  readonly localLock: WriteLock;
  /** How long an attempt at a call can last. */
  readonly requestTimeoutMs: number;
  /** How long its connection can take, before anything is sent. */
  readonly connectionTimeoutMs: number;
  /** How long a version is kept at least. */
  readonly versionLifeMs: number;
  readonly times: WriteTimes;
}

export interface WriteTimes {
  /** The longest time from the announcement of a write to its request, besides the time for a connection. */
  readonly pauseMs: number;
  /** How much longer the lease lasts than a request that is sent at the last moment. */
  readonly leaseMarginMs: number;
}

export const writeTimes: WriteTimes = { pauseMs: 1500, leaseMarginMs: 500 };

export function createSharedWrites(options: SharedWritesOptions): SharedWrites {
  const { scope, logger, localLock, requestTimeoutMs, connectionTimeoutMs, versionLifeMs, times } = options;
  const permitMs = times.pauseMs + connectionTimeoutMs;
  // A request that is sent at the end of its permit must end before another process can hold the lock.
  const leaseMs = permitMs + requestTimeoutMs + times.leaseMarginMs;
  const heldLocks: HeldLocks = new Map();
  const pending = createPendingInvalidations(scope, heldLocks, versionLifeMs);
  const state = { scope, heldLocks, pending };
  const invalidations = createInvalidations({ ...state, versionLifeMs });
  const { lock, acquire } = createSharedLock({ ...state, logger, invalidations, localLock, leaseMs });
  return { lock, invalidations, fence: createWriteFence({ ...state, acquire, permitMs, leaseMs }) };
}
