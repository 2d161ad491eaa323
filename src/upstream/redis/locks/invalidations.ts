import { createTurns } from '../../locks/turns.ts';
import { SETTLE, STORE_RESPONSE } from '../scripts/locks.ts';
import type { VersionField } from '../scripts/lua.ts';
import { invalidateLater, markLost, type SharedWrites, writeKeys } from './shared-writes.ts';

/** The changed entry that replaces a known one after a write, or after a read that bypassed the cache. */
interface Replacement {
  readonly entryKey: string;
  /** The version when the read began; undefined for a write. */
  readonly pinnedVersion: string | undefined;
  /** The id of the entry that was changed. */
  readonly known: string;
  readonly id: string;
  readonly data: string;
}

/** The response to a write, as an entry. */
interface ResponseEntry extends Omit<Replacement, 'pinnedVersion' | 'known'> {
  readonly field: VersionField;
  readonly lifeMs: number;
}

/** How the writes of this process change the entries of all processes. */
export type Invalidations = ReturnType<typeof createInvalidations>;

export function createInvalidations(writes: SharedWrites) {
  const { scope, heldLocks, versionLifeMs } = writes;
  const inTurn = createTurns();
  return {
    /**
     * Invalidates these kinds. Gives the version of the replacement, and whether it is stored under it; undefined where
     * Redis is unavailable: it is invalidated when it is back.
     */
    async settle(restApiId: string, fields: readonly VersionField[], replacement?: Replacement) {
      const holder = heldLocks.get(restApiId);
      const version = scope.nonce();
      const { entryKey, pinnedVersion = '', known = '', id = '', data = '' } = replacement ?? {};
      const token = holder?.token ?? '';
      const args = [token, version, versionLifeMs, pinnedVersion, known, id, data, ...fields];
      const reply = await scope.runIfUp(SETTLE, writeKeys(scope, restApiId, entryKey), args);
      if (holder?.isAnnounced === true) {
        holder.isAnnounced = false;
        holder.hasWritten = true;
        if (reply?.[1] !== 1) holder.isExclusive = false;
        if (reply?.[1] === 0) markLost(writes, holder);
      }
      if (reply === undefined) {
        invalidateLater(writes, restApiId);
        return undefined;
      }
      return { version, isStored: reply[0] === 1 };
    },
    /**
     * Replaces the entry by the response to a write that has settled. Gives its version; undefined where it is not
     * stored, because the lock was lost meanwhile, or Redis is unavailable or full.
     */
    async storeResponse(restApiId: string, { field, entryKey, id, data, lifeMs }: ResponseEntry) {
      const token = heldLocks.get(restApiId)?.token;
      if (token === undefined) return undefined;
      const version = scope.nonce();
      const args = [token, field, version, versionLifeMs, id, data, lifeMs];
      const reply = await scope.runIfUp(STORE_RESPONSE, writeKeys(scope, restApiId, entryKey), args);
      return reply?.[0] === 1 ? version : undefined;
    },
    /** Runs work that settles something of an API after all that was begun before. */
    inOrder: (restApiId: string, work: () => Promise<void>): Promise<void> =>
      inTurn(restApiId, (earlier) => earlier.then(work)),
  };
}
