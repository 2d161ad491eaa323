import { setTimeout as sleep } from 'node:timers/promises';
import type { Load, Loader } from '../../../cache/cache.ts';
import { CallAborted } from '../../../errors/call-aborted.ts';
import type { VersionField } from '../locks/api-keys.ts';
import type { RedisScope } from '../scope.ts';
import { ABANDON_LOAD, BEGIN_LOAD, BEGUN, LEAVE_LOAD, RENEW_LOAD, STORE } from '../scripts/reads.ts';
import { decodeFailure, encodeFailure } from './entry-codec.ts';
import { NO_VERSION } from './lookups.ts';

/** A load whose owner has not renewed it for so long is begun by another process. */
const LEASE_MS = 2000;
/** How often a process polls for what another one loads: at first, and at most. */
export const FIRST_POLL_MS = 10;
export const LONGEST_POLL_MS = 50;
/** The same for a load that nobody waits for; a new reader ends the pause. */
const LONGEST_IDLE_POLL_MS = 1000;
/** How long other processes keep a negative entry. */
const NEGATIVE_TTL_MS = 1000;

export interface SharedLoadOptions<Value extends object> {
  readonly scope: RedisScope;
  readonly field: VersionField;
  readonly ttlMs: number;
  /** How long an entry lives in Redis. */
  readonly entryLifeMs: number;
  readonly versionLifeMs: number;
  readonly versionsOf: (key: string) => string;
  readonly entryKeyOf: (key: string) => string;
  readonly loadKeyOf: (key: string) => string;
  /** The id of the entry that this process has; empty: none. */
  readonly idOf: (key: string) => string;
  /** Fixes the version under which what is loaded from now on is stored locally. */
  readonly pin: (key: string, version: string) => void;
  /** Names a value, and encodes it for other processes. */
  readonly encode: (value: Value) => { readonly id: string; readonly data: string };
  /** Takes over the entry of another process; undefined where it is not newer than the one with this id. */
  readonly takeOver: (key: string, known: string) => Promise<Value | undefined>;
}

/** Single flight among processes: one loads, and the others wait for its entry. */
export function createSharedLoad<Value extends object>(options: SharedLoadOptions<Value>) {
  const { scope, field, ttlMs, entryLifeMs, versionLifeMs } = options;
  const { versionsOf, entryKeyOf, loadKeyOf, idOf, pin, encode, takeOver } = options;

  /** Keeps a load this process's own while it lasts; says whether other processes wait for it. */
  function keepLoad(key: string, owner: string) {
    let isWanted = false;
    const renewal = setInterval(() => {
      scope.run(RENEW_LOAD, [loadKeyOf(key), versionsOf(key)], [owner, LEASE_MS]).then(
        ([wanted]) => {
          isWanted ||= wanted === 1;
        },
        () => undefined,
      );
    }, LEASE_MS / 5).unref();
    return { isWanted: () => isWanted, end: () => clearInterval(renewal) };
  }

  /** Loads for all processes, and stores the result unless a write has come between. */
  async function loadForAll(
    key: string,
    version: string,
    owner: string,
    asked: Load,
    load: Loader<Value>,
  ): Promise<Value> {
    const kept = keepLoad(key, owner);
    try {
      const value = await load({ ...asked, urgency: () => (kept.isWanted() ? 'read' : asked.urgency()) });
      const { id, data } = encode(value);
      const keys = [versionsOf(key), entryKeyOf(key), loadKeyOf(key)];
      const args = [field, version, owner, id, data, entryLifeMs, versionLifeMs];
      // Where Redis is full or unavailable, other processes load by themselves.
      scope.run(STORE, keys, args).catch(() => {
        const leave = [loadKeyOf(key), versionsOf(key)];
        scope.run(LEAVE_LOAD, leave, [owner, versionLifeMs]).catch(() => undefined);
      });
      return value;
    } catch (error) {
      const args = [owner, encodeFailure(error), Math.min(NEGATIVE_TTL_MS, ttlMs)];
      scope.run(ABANDON_LOAD, [loadKeyOf(key)], args).catch(() => undefined);
      throw error;
    } finally {
      kept.end();
    }
  }

  return async (key: string, asked: Load, load: Loader<Value>): Promise<Value> => {
    // Without a TTL no process has an entry: each loads for itself.
    const owner = ttlMs === 0 ? '' : scope.nonce();
    const known = idOf(key);
    const begin = performance.now();
    for (let wait = FIRST_POLL_MS; ; wait *= 1.5) {
      if (asked.signal.aborted) throw new CallAborted();
      const isWanted = asked.urgency() === 'read';
      const keys = [versionsOf(key), entryKeyOf(key), loadKeyOf(key)];
      // What was stored since this read began is new enough, whatever the TTL.
      const maxAgeMs = Math.max(ttlMs, performance.now() - begin);
      const args = [field, scope.nonce(), owner, LEASE_MS, isWanted ? 1 : 0, known, maxAgeMs];
      const reply = await scope.run(BEGIN_LOAD, keys, args).catch(() => [BEGUN.own, NO_VERSION]);
      const [answer, , failure] = reply;
      const version = String(reply[1]);
      pin(key, version);
      if (answer === BEGUN.own) {
        const isShared = version !== NO_VERSION && owner !== '';
        return isShared ? loadForAll(key, version, owner, asked, load) : load(asked);
      }
      if (answer === BEGUN.refused) {
        const error = decodeFailure(failure);
        if (error === undefined) return load(asked);
        throw error;
      }
      if (answer === BEGUN.value) return (await takeOver(key, known)) ?? load(asked);
      await pause(asked, Math.min(wait, isWanted ? LONGEST_POLL_MS : LONGEST_IDLE_POLL_MS));
    }
  };
}

/** Ends early when somebody comes to wait for an idle load. */
async function pause({ urgency }: Load, ms: number): Promise<void> {
  const wasIdle = urgency() !== 'read';
  for (let left = ms; left > 0; left -= LONGEST_POLL_MS) {
    await sleep(Math.min(left, LONGEST_POLL_MS));
    if (wasIdle && urgency() === 'read') return;
  }
}
