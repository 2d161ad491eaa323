import type { RedisScope } from '../scope.ts';
import { CHANGING } from '../scripts/script.ts';
import { SETTLE, UNLOCK } from '../scripts/writes.ts';
import { lockKey, noEntryKey, versionsKey } from './api-keys.ts';
import type { HeldLocks } from './lock-holder.ts';

/** Invalidations that Redis could not receive. They are sent when it is available again, before anything else. */
export interface PendingInvalidations {
  /** Also releases the lock with this token; by default the one that was held at the time of the write. */
  readonly add: (restApiId: string, token?: string) => void;
}

export function createPendingInvalidations(
  scope: RedisScope,
  heldLocks: HeldLocks,
  versionLifeMs: number,
): PendingInvalidations {
  const tokens = new Map<string, string>();

  /** Invalidates all kinds of the API. Its leases end whatever else was left undone. */
  async function invalidate(restApiId: string, token: string): Promise<void> {
    const lock = lockKey(scope, restApiId);
    const keys = [lock, versionsKey(scope, restApiId), noEntryKey(scope)];
    await scope.run(SETTLE, keys, [token, '', versionLifeMs, '', '', '', '', ...CHANGING]);
    if (!heldLocks.has(restApiId)) await scope.run(UNLOCK, [lock], [token]);
  }

  scope.beforeUp(async () => {
    for (const [restApiId, token] of tokens) {
      // Deleted first: a write that ends meanwhile adds it again, and this loop reaches that one too.
      tokens.delete(restApiId);
      try {
        await invalidate(restApiId, token);
      } catch (error) {
        if (!tokens.has(restApiId)) tokens.set(restApiId, token);
        throw error;
      }
    }
  });

  return {
    add(restApiId, token = heldLocks.get(restApiId)?.token ?? tokens.get(restApiId) ?? '') {
      tokens.set(restApiId, token);
    },
  };
}
