import type { RedisScope } from '../scope.ts';
import { SETTLE, STORE_RESPONSE } from '../scripts/writes.ts';
import { lockKey, noEntryKey, type VersionField, versionsKey } from './api-keys.ts';
import type { HeldLocks } from './lock-holder.ts';
import type { PendingInvalidations } from './pending-invalidations.ts';

/** The changed entry that replaces a known one after a write, or after a read that bypassed the cache. */
export interface Replacement {
  readonly entryKey: string;
  /** The version when the read began; undefined for a write. */
  readonly pinnedVersion: string | undefined;
  /** The id of the entry that was changed. */
  readonly known: string;
  readonly id: string;
  readonly data: string;
}

/** The response to a write, as an entry. */
export interface ResponseEntry {
  readonly field: VersionField;
  readonly entryKey: string;
  readonly id: string;
  readonly data: string;
  readonly lifeMs: number;
}

/** How the writes of this process change the entries of all processes. */
export interface Invalidations {
  /**
   * Invalidates these kinds. Gives the version of the replacement, and whether it is stored under it; undefined where
   * Redis is unavailable: it is invalidated when it is back.
   */
  settle(
    restApiId: string,
    fields: readonly VersionField[],
    replacement?: Replacement,
  ): Promise<{ readonly version: string; readonly isStored: boolean } | undefined>;
  /**
   * Replaces the entry by the response to a write that has settled. Gives its version; undefined where it is not stored,
   * because the lock was lost meanwhile, or Redis is unavailable or full.
   */
  storeResponse(restApiId: string, entry: ResponseEntry): Promise<string | undefined>;
  /** Runs work that settles something of an API after all that was begun before. */
  inOrder(restApiId: string, work: () => Promise<void>): Promise<void>;
}

export interface InvalidationsOptions {
  readonly scope: RedisScope;
  readonly heldLocks: HeldLocks;
  readonly pending: PendingInvalidations;
  /** How long a version is kept at least. */
  readonly versionLifeMs: number;
}

export function createInvalidations({
  scope,
  heldLocks,
  pending,
  versionLifeMs,
}: InvalidationsOptions): Invalidations {
  const tails = new Map<string, Promise<void>>();
  return {
    async settle(restApiId, fields, replacement) {
      const holder = heldLocks.get(restApiId);
      const version = scope.nonce();
      const entryKey = replacement?.entryKey ?? noEntryKey(scope);
      const keys = [lockKey(scope, restApiId), versionsKey(scope, restApiId), entryKey];
      const { pinnedVersion = '', known = '', id = '', data = '' } = replacement ?? {};
      const token = holder?.token ?? '';
      const args = [token, version, versionLifeMs, pinnedVersion, known, id, data, ...fields];
      const reply = await scope.runIfUp(SETTLE, keys, args);
      if (holder?.isAnnounced === true) {
        holder.isAnnounced = false;
        holder.hasWritten = true;
        if (reply?.[1] !== 1) holder.isExclusive = false;
        if (reply?.[1] === 0) holder.markLost();
      }
      if (reply === undefined) {
        pending.add(restApiId);
        return undefined;
      }
      return { version, isStored: reply[0] === 1 };
    },
    async storeResponse(restApiId, { field, entryKey, id, data, lifeMs }) {
      const token = heldLocks.get(restApiId)?.token;
      if (token === undefined) return undefined;
      const version = scope.nonce();
      const keys = [lockKey(scope, restApiId), versionsKey(scope, restApiId), entryKey];
      const args = [token, field, version, versionLifeMs, id, data, lifeMs];
      const reply = await scope.runIfUp(STORE_RESPONSE, keys, args);
      return reply?.[0] === 1 ? version : undefined;
    },
    async inOrder(restApiId, work) {
      const tail = (tails.get(restApiId) ?? Promise.resolve()).then(work);
      const done = tail.catch(() => undefined);
      tails.set(restApiId, done);
      try {
        await tail;
      } finally {
        if (tails.get(restApiId) === done) tails.delete(restApiId);
      }
    },
  };
}
