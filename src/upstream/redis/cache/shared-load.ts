import { setTimeout as sleep } from 'node:timers/promises';
import type { Load, Loader } from '../../../cache/cache.ts';
import { CallAborted } from '../../../errors/call-aborted.ts';
import { ABANDON_LOAD, BEGIN_LOAD, BEGUN, LEAVE_LOAD, RENEW_LOAD, STORE } from '../scripts/cache.ts';
import type { CacheContext } from './cache-context.ts';
import type { LocalEntries } from './local-entries.ts';
import { NO_VERSION } from './lookups.ts';
import { decodeFailure, encodeFailure } from './negative-entry.ts';

/** A load whose owner has not renewed it for so long is begun by another process. */
const LEASE_MS = 2000;
/** How often a process polls for the result of another one's load: at first, and at most. */
export const FIRST_POLL_MS = 10;
export const LONGEST_POLL_MS = 50;
/** The same for a load without a reader; a new reader ends the pause. */
const LONGEST_IDLE_POLL_MS = 1000;
/** How long Redis has a negative entry. A process that takes it serves it for the NEGATIVE_TTL_MS of read-through-cache.ts. */
const SHARED_NEGATIVE_TTL_MS = 1000;

/** Single flight among processes: one loads, and the others wait for its entry. */
export function createSharedLoad<Value extends object>(
  context: CacheContext<Value>,
  entries: LocalEntries<Value>,
) {
  const { local, scope, ttlMs, field, versionsOf, entryOf, loadOf } = context;
  const loadAsOwner = createOwnedLoad(context, entries);

  /** The entry that another process has stored; undefined where it is not newer than the one with this id. */
  async function takeOver(key: string, known: string): Promise<Value | undefined> {
    await entries.sync(key);
    const value = local.peek(key);
    return value !== undefined && entries.idOf(key) !== known ? value : undefined;
  }

  return async (key: string, request: Load, load: Loader<Value>): Promise<Value> => {
    // Without a TTL no process has an entry: each loads for itself.
    const owner = ttlMs === 0 ? '' : scope.nonce();
    const known = entries.idOf(key);
    const begin = performance.now();
    for (let wait = FIRST_POLL_MS; ; wait *= 1.5) {
      if (request.signal.aborted) throw new CallAborted();
      const isWanted = request.urgency() === 'read';
      // An entry that was stored since this read began is new enough, whatever the TTL.
      const maxAgeMs = Math.max(ttlMs, performance.now() - begin);
      const args = [field, scope.nonce(), owner, LEASE_MS, isWanted ? 1 : 0, known, maxAgeMs];
      const reply = await scope
        .run(BEGIN_LOAD, [versionsOf(key), entryOf(key), loadOf(key)], args)
        .catch(() => [BEGUN.own, NO_VERSION]);
      const [answer, , failure] = reply;
      const version = String(reply[1]);
      entries.pin(key, version);
      if (answer === BEGUN.own) {
        const isShared = version !== NO_VERSION && owner !== '';
        return isShared ? loadAsOwner(key, version, owner, request, load) : load(request);
      }
      if (answer === BEGUN.negative) {
        const error = decodeFailure(failure);
        if (error === undefined) return load(request);
        throw error;
      }
      if (answer === BEGUN.value) return (await takeOver(key, known)) ?? load(request);
      await pause(request, Math.min(wait, isWanted ? LONGEST_POLL_MS : LONGEST_IDLE_POLL_MS));
    }
  };
}

/** Loads for all processes, and stores the result unless a write has come between. */
function createOwnedLoad<Value extends object>(context: CacheContext<Value>, entries: LocalEntries<Value>) {
  const { scope, ttlMs, entryLifeMs, versionLifeMs, field, versionsOf, entryOf, loadOf } = context;

  /** Renews the load while it lasts; `isWanted`: a reader in another process waits for it. */
  function renew(key: string, owner: string) {
    let isWanted = false;
    const renewal = setInterval(() => {
      scope.run(RENEW_LOAD, [loadOf(key), versionsOf(key)], [owner, LEASE_MS]).then(
        ([wanted]) => {
          isWanted ||= wanted === 1;
        },
        () => undefined,
      );
    }, LEASE_MS / 5).unref();
    return { isWanted: () => isWanted, end: () => clearInterval(renewal) };
  }

  function store(key: string, value: Value, version: string, owner: string): void {
    const { id, data } = entries.name(value);
    const args = [field, version, owner, id, data, entryLifeMs, versionLifeMs];
    // Where Redis is full or unavailable, other processes load by themselves.
    scope.run(STORE, [versionsOf(key), entryOf(key), loadOf(key)], args).catch(() => {
      scope.run(LEAVE_LOAD, [loadOf(key), versionsOf(key)], [owner, versionLifeMs]).catch(() => undefined);
    });
  }

  return async (key: string, version: string, owner: string, request: Load, load: Loader<Value>) => {
    const renewal = renew(key, owner);
    try {
      const urgency = () => (renewal.isWanted() ? 'read' : request.urgency());
      const value = await load({ ...request, urgency });
      store(key, value, version, owner);
      return value;
    } catch (error) {
      const args = [owner, encodeFailure(error), Math.min(SHARED_NEGATIVE_TTL_MS, ttlMs)];
      scope.run(ABANDON_LOAD, [loadOf(key)], args).catch(() => undefined);
      throw error;
    } finally {
      renewal.end();
    }
  };
}

/** Ends early when a reader joins an idle load. */
async function pause({ urgency }: Load, ms: number): Promise<void> {
  const wasIdle = urgency() !== 'read';
  for (let left = ms; left > 0; left -= LONGEST_POLL_MS) {
    await sleep(Math.min(left, LONGEST_POLL_MS));
    if (wasIdle && urgency() === 'read') return;
  }
}
