import { setTimeout as sleep } from 'node:timers/promises';
import type { Fence, Permit, WriteAttempt } from '../fence.ts';
import { UpstreamError } from '../upstream-error.ts';
import { LockTimeout, type WriteLock } from '../write-lock.ts';
import { type Link, RedisFailure } from './link.ts';
import { ANNOUNCE, LOCK, RENEW_LOCK, SETTLE, STORE_ANSWER, UNLOCK, WITHDRAW } from './scripts/writes.ts';

/** Kinds of things of an API that writes change, each with a version of its own; `fixed` are those that none does. */
export type VersionField = 'stages' | 'stage' | 'deployments' | 'fixed';

/** What a write leaves in the store in place of an entry that it knows. */
export interface Replacement {
  readonly entryKey: string;
  /** The id of the entry that it rests on. */
  readonly known: string;
  readonly id: string;
  readonly data: string;
}

/** What a write was answered with, as an entry. */
export interface AnswerEntry {
  readonly field: VersionField;
  readonly entryKey: string;
  readonly id: string;
  readonly data: string;
  readonly lifeMs: number;
}

/** The writes of this process as all others see them. */
export interface SharedWrites {
  /** One writer at a time for each API, of all processes. */
  readonly lock: WriteLock;
  /** Asked before every attempt at a write. */
  readonly fence: Fence;
  /**
   * What was stored of these kinds is the past. Gives the version of the replacement, and whether it is stored under it;
   * undefined where Redis could not be told: it is told when it is back.
   */
  settle(
    restApiId: string,
    fields: readonly VersionField[],
    replacement?: Replacement,
  ): Promise<{ readonly version: string; readonly isStored: boolean } | undefined>;
  /**
   * What a write was answered with replaces what was stored, after the write has settled. Gives its version; undefined
   * where it is not stored, because the lock was lost meanwhile, or Redis is away or full.
   */
  storeAnswer(restApiId: string, entry: AnswerEntry): Promise<string | undefined>;
  /** Runs what settles something of an API after all that was begun before for it. */
  inOrder(restApiId: string, work: () => Promise<void>): Promise<void>;
}

export interface SharedWritesOptions {
  readonly link: Link;
  /** Of one process. */
  readonly localLock: WriteLock;
  /** How long an attempt at a call can last. */
  readonly requestTimeoutMs: number;
  /** How long a version is kept at least. */
  readonly versionLifeMs: number;
}

/** A lock that this process holds. */
interface Turn {
  /** The same one where the lock was lost and taken again: what was announced by it is its own still. */
  readonly token: string;
  /** A write was announced, and its outcome was not told yet. */
  isAnnounced: boolean;
}

/**
 * From the announcement of a write to its request: who is paused longer lets the write be. What is added to an attempt's
 * time for the lease, so that a request that goes out within it has ended before anybody else can hold the lock.
 */
const PAUSE_MS = 1500;
const LEASE_GRACE_MS = 2000;
/** Between two tries for a lock that another process holds; a random part of it is added. */
const RETRY_MS = 15;
const untilRetry = (): number => RETRY_MS * (1 + 2 * Math.random());

/** All kinds that a write can change. */
const CHANGING: readonly VersionField[] = ['stages', 'stage', 'deployments'];

export const versionsKey = (link: Link, restApiId: string): string => link.key('versions', restApiId);

const notSent = (operation: string, reason: string): UpstreamError =>
  new UpstreamError({
    failure: 'CONFLICT',
    operation,
    awsMessage: `not sent: ${reason}`,
    requestId: undefined,
    retryAfterSeconds: undefined,
    cause: undefined,
  });

const lostLock = (operation: string): UpstreamError =>
  notSent(operation, 'the lock of the API was lost meanwhile');

/** Who has not sent what it announced until then, by either clock (one stands still with the machine), keeps it. */
function createPermit(operation: string, withdraw: () => Promise<void>): Permit {
  const monotonic = performance.now();
  const wall = Date.now();
  return {
    assertTimely() {
      const elapsed = Math.max(performance.now() - monotonic, Date.now() - wall);
      if (elapsed > PAUSE_MS) throw lostLock(operation);
    },
    withdraw,
  };
}

export function createSharedWrites({
  link,
  localLock,
  requestTimeoutMs,
  versionLifeMs,
}: SharedWritesOptions): SharedWrites {
  const leaseMs = requestTimeoutMs + LEASE_GRACE_MS;
  const turns = new Map<string, Turn>();
  /** Writes that Redis was not told of, with the token of their turn. */
  const debts = new Map<string, string>();
  const lockKey = (restApiId: string): string => link.key('lock', restApiId);

  /** Runs what may be left undone where Redis is away. */
  async function unlessAway<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    if (!link.isUp()) return undefined;
    try {
      return await work();
    } catch (error) {
      if (error instanceof RedisFailure) return undefined;
      throw error;
    }
  }

  const owe = (restApiId: string): void =>
    void debts.set(restApiId, turns.get(restApiId)?.token ?? debts.get(restApiId) ?? '');

  /** All kinds of the API are the past; whatever else was left undone is done by the leases. */
  async function tellOf(restApiId: string, token: string): Promise<void> {
    const keys = [lockKey(restApiId), versionsKey(link, restApiId), link.key('none')];
    await link.run(SETTLE, keys, [token, '', versionLifeMs, '', '', '', ...CHANGING]);
    if (!turns.has(restApiId)) await link.run(UNLOCK, keys.slice(0, 1), [token]);
  }

  link.onReturn(async () => {
    for (const [restApiId, token] of debts) {
      // Before it is paid: a write that ends meanwhile owes anew, and this loop comes to it as well.
      debts.delete(restApiId);
      try {
        await tellOf(restApiId, token);
      } catch (error) {
        if (!debts.has(restApiId)) debts.set(restApiId, token);
        throw error;
      }
    }
  });

  async function acquire(
    restApiId: string,
    timeLeftMs: () => number,
    token: string,
  ): Promise<string | undefined> {
    for (;;) {
      if (!link.isUp()) return undefined;
      try {
        const [taken] = await link.run(LOCK, [lockKey(restApiId)], [token, leaseMs]);
        if (taken === 1) return token;
      } catch (error) {
        if (!(error instanceof RedisFailure)) throw error;
        // It may have been taken all the same: it is given back when Redis is there.
        debts.set(restApiId, token);
        return undefined;
      }
      const wait = untilRetry();
      if (wait > timeLeftMs()) throw new LockTimeout();
      await sleep(wait);
    }
  }

  const lock: WriteLock = (restApiId, deadline, work) =>
    localLock(restApiId, deadline, async () => {
      const token = await acquire(restApiId, deadline.timeLeftMs, `${link.nonce()}/${leaseMs}`);
      if (token === undefined) return work();
      const turn: Turn = { token, isAnnounced: false };
      turns.set(restApiId, turn);
      const renewal = setInterval(() => {
        void unlessAway(() => link.run(RENEW_LOCK, [lockKey(restApiId)], [turn.token, leaseMs]));
      }, leaseMs / 4).unref();
      try {
        return await work();
      } finally {
        clearInterval(renewal);
        // Nobody has said what became of it.
        if (turn.isAnnounced) await settle(restApiId, CHANGING);
        turns.delete(restApiId);
        const key = lockKey(restApiId);
        if ((await unlessAway(() => link.run(UNLOCK, [key], [turn.token]))) === undefined)
          debts.set(restApiId, turn.token);
      }
    });

  /** What a write without Redis does: it is told of later. */
  function unannounced(restApiId: string): Permit {
    owe(restApiId);
    return { assertTimely: () => undefined, withdraw: () => Promise.resolve() };
  }

  /** The lock was lost: Redis was flushed, or this process paused for longer than the lease. */
  async function regain(turn: Turn, attempt: WriteAttempt): Promise<Permit> {
    const { restApiId, operation, restsOnLock, timeLeftMs } = attempt;
    if ((await acquire(restApiId, timeLeftMs, turn.token)) === undefined) return unannounced(restApiId);
    // Others may have written since: it is read again, or nobody knows what became of it.
    if (restsOnLock) throw lostLock(operation);
    return fence(attempt);
  }

  const fence: Fence = async (attempt) => {
    const { operation, restApiId } = attempt;
    const turn = turns.get(restApiId);
    if (turn === undefined || !link.isUp()) return unannounced(restApiId);
    const { token } = turn;
    const keys = [lockKey(restApiId), versionsKey(link, restApiId)];
    const permit = createPermit(operation, async () => {
      turn.isAnnounced = false;
      if ((await unlessAway(() => link.run(WITHDRAW, keys.slice(1), [token]))) === undefined) owe(restApiId);
    });
    const wasAnnounced = turn.isAnnounced;
    turn.isAnnounced = true;
    const reply = await unlessAway(() => link.run(ANNOUNCE, keys, [token, leaseMs]));
    if (reply === undefined) return unannounced(restApiId);
    if (reply[0] === 'announced') return permit;
    turn.isAnnounced = wasAnnounced;
    if (reply[0] === 'lost') return regain(turn, attempt);
    // What another has announced may be under way still, until its lease ends.
    const wait = untilRetry();
    if (wait > attempt.timeLeftMs()) throw notSent(operation, 'another change of the API is under way still');
    await sleep(wait);
    return fence(attempt);
  };

  const settle: SharedWrites['settle'] = async (restApiId, fields, replacement) => {
    const turn = turns.get(restApiId);
    const version = link.nonce();
    const keys = [
      lockKey(restApiId),
      versionsKey(link, restApiId),
      replacement?.entryKey ?? link.key('none'),
    ];
    const entry =
      replacement === undefined ? ['', '', ''] : [replacement.known, replacement.id, replacement.data];
    const args = [turn?.token ?? '', version, versionLifeMs, ...entry, ...fields];
    const reply = await unlessAway(() => link.run(SETTLE, keys, args));
    if (turn !== undefined) turn.isAnnounced = false;
    if (reply === undefined) {
      owe(restApiId);
      return undefined;
    }
    return { version, isStored: reply[0] === 1 };
  };

  const storeAnswer: SharedWrites['storeAnswer'] = async (
    restApiId,
    { field, entryKey, id, data, lifeMs },
  ) => {
    const token = turns.get(restApiId)?.token;
    if (token === undefined) return undefined;
    const version = link.nonce();
    const keys = [lockKey(restApiId), versionsKey(link, restApiId), entryKey];
    const args = [token, field, version, versionLifeMs, id, data, lifeMs];
    const reply = await unlessAway(() => link.run(STORE_ANSWER, keys, args));
    return reply?.[0] === 1 ? version : undefined;
  };

  const tails = new Map<string, Promise<void>>();
  const inOrder: SharedWrites['inOrder'] = async (restApiId, work) => {
    const tail = (tails.get(restApiId) ?? Promise.resolve()).then(work);
    const done = tail.catch(() => undefined);
    tails.set(restApiId, done);
    try {
      await tail;
    } finally {
      if (tails.get(restApiId) === done) tails.delete(restApiId);
    }
  };

  return { lock, fence, settle, storeAnswer, inOrder };
}
