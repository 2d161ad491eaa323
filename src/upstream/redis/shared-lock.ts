import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../app/logger.ts';
import { UpstreamError } from '../../errors/upstream-error.ts';
import type { Fence, Permit, WriteAttempt } from '../locks/fence.ts';
import { type HeldLock, LockNotShared, LockTimeout, type WriteLock } from '../locks/write-lock.ts';
import { RedisFailure } from './connection.ts';
import type { RedisScope } from './scope.ts';
import { CHANGING } from './scripts/script.ts';
import {
  ANNOUNCE,
  ANNOUNCED,
  LOCK,
  LOCKED,
  RENEW_LOCK,
  SETTLE,
  STORE_ANSWER,
  UNLOCK,
  WITHDRAW,
} from './scripts/writes.ts';

/** Kinds of things of an API that writes change, each with a version of its own; `fixed` are those that none does. */
export type VersionField = (typeof CHANGING)[number] | 'fixed';

/** What a write, or a read past the store, leaves in place of an entry that it knows. */
export interface Replacement {
  readonly entryKey: string;
  /** The version that held when the read began; undefined for a write. */
  readonly readUnder: string | undefined;
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
  readonly scope: RedisScope;
  readonly logger: Logger;
  /** Of one process. */
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
  /** How much longer the lease lasts than a request that goes out at the last moment. */
  readonly leaseMarginMs: number;
}

export const writeTimes: WriteTimes = { pauseMs: 1500, leaseMarginMs: 500 };

/** A lock that this process holds. */
interface LockHolder {
  readonly restApiId: string;
  /** The same one where the lock was lost and taken again: what was announced by it is its own still. */
  readonly token: string;
  /** A write was announced, and its outcome was not told yet. */
  isAnnounced: boolean;
  /** A call was made under it, and its outcome told. */
  hasWritten: boolean;
  /** Whether nothing may be sent unless other processes are kept out. */
  needsExclusive: boolean;
  /** Whether other processes were kept out until now. */
  isExclusive: boolean;
  /** It was noticed that Redis has lost the lock. */
  isLost: boolean;
}
/** Between two tries for a lock that another process holds; a random part of it is added. */
const RETRY_MS = 15;
const untilRetry = (): number => RETRY_MS * (1 + 2 * Math.random());

export const versionsKey = (scope: RedisScope, restApiId: string): string => scope.key('versions', restApiId);

const notSent = (operation: string, reason: string): UpstreamError =>
  new UpstreamError({
    failure: 'CONFLICT',
    operation,
    awsMessage: `not sent: ${reason}`,
    requestId: undefined,
    retryAfterSeconds: undefined,
    cause: undefined,
  });

/** Redis was away when the lock was asked for. */
const LOCAL_LOCK: HeldLock = {
  requireExclusive() {
    throw new LockNotShared();
  },
  isExclusive: () => false,
};

const lostLock = (operation: string): UpstreamError =>
  notSent(operation, 'the lock of the API was lost meanwhile');

/** Who has not sent what it announced until then, by either clock (one stands still with the machine), keeps it. */
function permitOf(operation: string, permitMs: number, withdraw: () => Promise<void>): Permit {
  const monotonic = performance.now();
  const wall = Date.now();
  return {
    assertTimely() {
      const elapsed = Math.max(performance.now() - monotonic, Date.now() - wall);
      if (elapsed > permitMs) throw lostLock(operation);
    },
    withdraw,
  };
}

export function createSharedWrites({
  scope,
  logger,
  localLock,
  requestTimeoutMs,
  connectionTimeoutMs,
  versionLifeMs,
  times: { pauseMs, leaseMarginMs },
}: SharedWritesOptions): SharedWrites {
  /** From the announcement of a write to its request: after a longer time it is not sent. */
  const permitMs = pauseMs + connectionTimeoutMs;
  // A request that is sent at the end of its permit must end before another process can hold the lock.
  const leaseMs = permitMs + requestTimeoutMs + leaseMarginMs;
  const holders = new Map<string, LockHolder>();
  /** Writes that Redis was not told of, with the token of their turn. */
  const pendingInvalidations = new Map<string, string>();
  const lockKey = (restApiId: string): string => scope.key('lock', restApiId);
  const keysOf = (restApiId: string): string[] => [lockKey(restApiId), versionsKey(scope, restApiId)];

  /** Runs what may be left undone where Redis is away. */
  async function ifAvailable<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    if (!scope.isUp()) return undefined;
    try {
      return await work();
    } catch (error) {
      if (error instanceof RedisFailure) return undefined;
      throw error;
    }
  }

  const invalidateLater = (restApiId: string): void =>
    void pendingInvalidations.set(
      restApiId,
      holders.get(restApiId)?.token ?? pendingInvalidations.get(restApiId) ?? '',
    );

  /** All kinds of the API are stale; whatever else was left undone is done by the leases. */
  async function invalidateNow(restApiId: string, token: string): Promise<void> {
    const keys = [...keysOf(restApiId), scope.key('none')];
    await scope.run(SETTLE, keys, [token, '', versionLifeMs, '', '', '', '', ...CHANGING]);
    if (!holders.has(restApiId)) await scope.run(UNLOCK, keys.slice(0, 1), [token]);
  }

  scope.beforeUp(async () => {
    for (const [restApiId, token] of pendingInvalidations) {
      // Before it is paid: a write that ends meanwhile owes anew, and this loop comes to it as well.
      pendingInvalidations.delete(restApiId);
      try {
        await invalidateNow(restApiId, token);
      } catch (error) {
        if (!pendingInvalidations.has(restApiId)) pendingInvalidations.set(restApiId, token);
        throw error;
      }
    }
  });

  const release = async (restApiId: string, token: string): Promise<void> => {
    if ((await ifAvailable(() => scope.run(UNLOCK, [lockKey(restApiId)], [token]))) === undefined)
      pendingInvalidations.set(restApiId, token);
  };

  /** Undefined where Redis is away. The turn begins when no write is under way, with or without its lock. */
  async function acquire(
    restApiId: string,
    timeLeftMs: () => number,
    token: string,
  ): Promise<string | undefined> {
    let answer: unknown;
    for (;;) {
      if (!scope.isUp()) {
        if (answer === LOCKED.busy) pendingInvalidations.set(restApiId, token);
        return undefined;
      }
      try {
        [answer] = await scope.run(LOCK, keysOf(restApiId), [token, leaseMs]);
      } catch (error) {
        if (!(error instanceof RedisFailure)) throw error;
        // It may have been taken all the same: it is given back when Redis is there.
        pendingInvalidations.set(restApiId, token);
        return undefined;
      }
      if (answer === LOCKED.free) return token;
      const wait = untilRetry();
      if (wait > timeLeftMs()) {
        if (answer === LOCKED.busy) await release(restApiId, token);
        throw new LockTimeout();
      }
      await sleep(wait);
    }
  }

  /** Redis has lost the lock of this turn: its key was evicted or deleted, or its lease has ended. */
  function markLost(turn: LockHolder): void {
    if (turn.isLost) return;
    turn.isLost = true;
    const { restApiId } = turn;
    logger.warn({ restApiId }, 'a write lock was lost: Redis has dropped its key, or its lease has ended');
  }

  async function renew(turn: LockHolder): Promise<void> {
    const key = lockKey(turn.restApiId);
    const reply = await ifAvailable(() => scope.run(RENEW_LOCK, [key], [turn.token, leaseMs]));
    if (reply?.[0] === 0 && holders.get(turn.restApiId) === turn) markLost(turn);
  }

  const heldLockOf = (turn: LockHolder): HeldLock => ({
    requireExclusive() {
      turn.needsExclusive = true;
    },
    isExclusive: () => turn.isExclusive,
  });

  const lock: WriteLock = (restApiId, deadline, work) =>
    localLock(restApiId, deadline, async () => {
      const token = await acquire(restApiId, deadline.timeLeftMs, `${scope.nonce()}/${leaseMs}`);
      if (token === undefined) return work(LOCAL_LOCK);
      const turn: LockHolder = {
        restApiId,
        token,
        isAnnounced: false,
        hasWritten: false,
        needsExclusive: false,
        isExclusive: true,
        isLost: false,
      };
      holders.set(restApiId, turn);
      const renewal = setInterval(() => void renew(turn), leaseMs / 4).unref();
      try {
        return await work(heldLockOf(turn));
      } finally {
        clearInterval(renewal);
        // Its outcome was not told.
        if (turn.isAnnounced) await settle(restApiId, CHANGING);
        holders.delete(restApiId);
        await release(restApiId, turn.token);
      }
    });

  /** What a write without Redis does: it is told of later. */
  function sendWithoutRedis({ restApiId, operation, restsOnLock }: WriteAttempt, hasWaited: boolean): Permit {
    const turn = holders.get(restApiId);
    // What was asked of Redis last may have been done all the same.
    invalidateLater(restApiId);
    const isOvertaken = hasWaited || turn?.isLost === true;
    // What is read from now on does not rest on that lock.
    if (turn !== undefined) turn.isLost = false;
    // Others may have written since: it is read again, or its outcome is unknown.
    if (isOvertaken && restsOnLock) throw lostLock(operation);
    if (turn?.needsExclusive === true) throw notSent(operation, 'the lock of the API is not shared');
    if (turn !== undefined) turn.isExclusive = false;
    return { assertTimely: () => undefined, withdraw: () => Promise.resolve() };
  }

  /** The lock was lost: Redis was flushed, has evicted it, or this process paused for longer than the lease. */
  async function regain(turn: LockHolder, attempt: WriteAttempt): Promise<Permit> {
    const { restApiId, operation, restsOnLock, timeLeftMs } = attempt;
    markLost(turn);
    const token = await acquire(restApiId, timeLeftMs, turn.token).catch((error: unknown) => {
      // An earlier attempt may have been carried out: `send` knows, and a lock that came too late does not say so.
      throw error instanceof LockTimeout ? lostLock(operation) : error;
    });
    if (token === undefined) return sendWithoutRedis(attempt, false);
    turn.isLost = false;
    // Others may have written since: it is read again, or its outcome is unknown.
    if (restsOnLock) throw lostLock(operation);
    if (turn.hasWritten) turn.isExclusive = false;
    return fence(attempt);
  }

  const fence: Fence = (attempt) => announce(attempt, false);

  async function announce(attempt: WriteAttempt, hasWaited: boolean): Promise<Permit> {
    const { operation, restApiId, restsOnLock } = attempt;
    const turn = holders.get(restApiId);
    if (turn === undefined || !scope.isUp()) return sendWithoutRedis(attempt, hasWaited);
    const { token } = turn;
    const keys = keysOf(restApiId);
    const permit = permitOf(operation, permitMs, async () => {
      turn.isAnnounced = false;
      if ((await ifAvailable(() => scope.run(WITHDRAW, keys.slice(1), [token]))) === undefined)
        invalidateLater(restApiId);
    });
    const wasAnnounced = turn.isAnnounced;
    turn.isAnnounced = true;
    const reply = await ifAvailable(() => scope.run(ANNOUNCE, keys, [token, leaseMs]));
    if (reply === undefined) {
      turn.isAnnounced = wasAnnounced;
      return sendWithoutRedis(attempt, hasWaited);
    }
    if (reply[0] === ANNOUNCED.announced) {
      if (!hasWaited || !restsOnLock) return permit;
      if (!wasAnnounced) await permit.withdraw();
      throw notSent(operation, 'another change of the API was under way since it was read');
    }
    turn.isAnnounced = wasAnnounced;
    if (reply[0] === ANNOUNCED.lost) return regain(turn, attempt);
    // What another has announced may be under way still, until its lease ends.
    const wait = untilRetry();
    if (wait > attempt.timeLeftMs()) throw notSent(operation, 'another change of the API is under way still');
    await sleep(wait);
    return announce(attempt, true);
  }

  const settle: SharedWrites['settle'] = async (restApiId, fields, replacement) => {
    const turn = holders.get(restApiId);
    const version = scope.nonce();
    const keys = [...keysOf(restApiId), replacement?.entryKey ?? scope.key('none')];
    const { readUnder = '', known = '', id = '', data = '' } = replacement ?? {};
    const args = [turn?.token ?? '', version, versionLifeMs, readUnder, known, id, data, ...fields];
    const reply = await ifAvailable(() => scope.run(SETTLE, keys, args));
    if (turn?.isAnnounced === true) {
      turn.isAnnounced = false;
      turn.hasWritten = true;
      if (reply?.[1] !== 1) turn.isExclusive = false;
      if (reply?.[1] === 0) markLost(turn);
    }
    if (reply === undefined) {
      invalidateLater(restApiId);
      return undefined;
    }
    return { version, isStored: reply[0] === 1 };
  };

  const storeAnswer: SharedWrites['storeAnswer'] = async (
    restApiId,
    { field, entryKey, id, data, lifeMs },
  ) => {
    const token = holders.get(restApiId)?.token;
    if (token === undefined) return undefined;
    const version = scope.nonce();
    const keys = [lockKey(restApiId), versionsKey(scope, restApiId), entryKey];
    const args = [token, field, version, versionLifeMs, id, data, lifeMs];
    const reply = await ifAvailable(() => scope.run(STORE_ANSWER, keys, args));
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
