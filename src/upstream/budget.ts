import type { Deadline } from './retry.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';
import { UpstreamError } from './upstream-error.ts';

/** Who waits for whom: a person's change, a read that somebody waits for, a refresh that nobody waits for. */
export type Priority = 'mutation' | 'read' | 'refresh';

const ranks: Readonly<Record<Priority, number>> = { mutation: 0, read: 1, refresh: 2 };

/** A call that wants to be made. */
export interface Ask {
  /** The operation's name as AWS's documentation has it. */
  readonly operation: string;
  /** May rise while it waits: a refresh that somebody has come to wait for is a read. */
  readonly priority: () => Priority;
  /** Calls of one caller take turns with those of others. */
  readonly caller: object;
  readonly deadline: Deadline;
  /** Gives up the place in the queue. */
  readonly signal?: AbortSignal | undefined;
}

/** The gateway's share of the account's request rate: every attempt at a call is paid from it. */
export interface Budget {
  /**
   * Resolves when the call may be made. Rejects with OVER_BUDGET at once where its turn would come after its
   * deadline.
   */
  pay(ask: Ask): Promise<void>;
  /** Whether a call would have to wait. */
  isSpent(): boolean;
  /** AWS has answered 429. */
  slowDown(retryAfterSeconds: number | undefined): void;
}

export interface BudgetOptions {
  /** Calls per second in the long run, and at once. */
  readonly rate: number;
  readonly burst: number;
  /** Operations with a limit of their own beside the common one (stage-api.md, section 9). */
  readonly ownLimits: Readonly<Record<string, { readonly rate: number; readonly burst: number }>>;
}

interface Waiter {
  readonly ask: Ask;
  readonly since: number;
  readonly grant: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** After each such wait a call counts for one rank more, so that nobody waits for ever. */
const PROMOTED_AFTER_MS = 2000;
/** Without a Retry-After: AWS's bucket refills by a second's rate. */
const PAUSE_MS = 1000;

/** A call that is not made, because it could not be made in time. */
export const overBudget = (operation: string, waitMs: number): UpstreamError =>
  new UpstreamError({
    failure: 'OVER_BUDGET',
    operation,
    awsMessage: "not sent: its turn in the gateway's budget would come after its deadline",
    requestId: undefined,
    retryAfterSeconds: Math.max(0.1, Math.ceil(waitMs / 100) / 10),
    cause: undefined,
  });

export function createBudget({ rate, burst, ownLimits }: BudgetOptions): Budget {
  const clock = (): number => performance.now();
  const common = createTokenBucket(rate, burst, clock());
  const own = new Map<string, TokenBucket>(
    Object.entries(ownLimits).map(([operation, limit]) => [
      operation,
      createTokenBucket(limit.rate, limit.burst, clock()),
    ]),
  );
  const waiting = new Set<Waiter>();
  const lastGrant = new WeakMap<object, number>();
  let grants = 0;
  let timer: NodeJS.Timeout | undefined;

  const rankOf = ({ ask, since }: Waiter, now: number): number =>
    ranks[ask.priority()] - Math.floor((now - since) / PROMOTED_AFTER_MS);

  const mayGo = ({ ask }: Waiter, now: number): boolean => (own.get(ask.operation)?.available(now) ?? 1) >= 1;

  /** The best rank; among equals the caller whose last turn is longest ago; among its calls the oldest. */
  function next(now: number): Waiter | undefined {
    let best: Waiter | undefined;
    for (const waiter of waiting) {
      if (!mayGo(waiter, now)) continue;
      if (best === undefined || compare(waiter, best, now) < 0) best = waiter;
    }
    return best;
  }

  const compare = (a: Waiter, b: Waiter, now: number): number =>
    rankOf(a, now) - rankOf(b, now) ||
    (lastGrant.get(a.ask.caller) ?? 0) - (lastGrant.get(b.ask.caller) ?? 0) ||
    a.since - b.since;

  /** How long a call will wait: those before it, and its own limit. */
  function waitOf(ask: Ask, now: number): number {
    const rank = ranks[ask.priority()];
    const before = [...waiting].filter((waiter) => rankOf(waiter, now) <= rank);
    const alike = before.filter((waiter) => waiter.ask.operation === ask.operation);
    return Math.max(
      common.msUntil(before.length + 1, now),
      own.get(ask.operation)?.msUntil(alike.length + 1, now) ?? 0,
    );
  }

  function serve(): void {
    clearTimeout(timer);
    const now = clock();
    for (const waiter of waiting) {
      if (waiter.ask.deadline.timeLeftMs() > 0) continue;
      waiting.delete(waiter);
      waiter.refuse(overBudget(waiter.ask.operation, waitOf(waiter.ask, now)));
    }
    while (common.available(now) >= 1) {
      const waiter = next(now);
      if (waiter === undefined) break;
      waiting.delete(waiter);
      common.take(now);
      own.get(waiter.ask.operation)?.take(now);
      lastGrant.set(waiter.ask.caller, ++grants);
      waiter.grant();
    }
    if (waiting.size > 0) timer = setTimeout(serve, Math.max(5, nextTokenIn(now)));
  }

  const nextTokenIn = (now: number): number => {
    const ownWaits = [...waiting].map(({ ask }) => own.get(ask.operation)?.msUntil(1, now) ?? 0);
    return Math.max(common.msUntil(1, now), Math.min(...ownWaits));
  };

  return {
    pay: (ask) =>
      new Promise<void>((resolve, reject) => {
        const now = clock();
        const waitMs = waitOf(ask, now);
        if (waitMs > ask.deadline.timeLeftMs()) {
          reject(overBudget(ask.operation, waitMs));
          return;
        }
        const leave = (): void => {
          waiting.delete(waiter);
          reject(overBudget(ask.operation, 0));
        };
        const settle = (): void => ask.signal?.removeEventListener('abort', leave);
        const waiter: Waiter = {
          ask,
          since: now,
          grant: () => {
            settle();
            resolve();
          },
          refuse: (reason) => {
            settle();
            reject(reason instanceof Error ? reason : new Error(String(reason)));
          },
        };
        ask.signal?.addEventListener('abort', leave, { once: true });
        waiting.add(waiter);
        serve();
      }),
    isSpent: () => waiting.size > 0 || common.available(clock()) < 1,
    slowDown(retryAfterSeconds) {
      common.slowDown(clock(), (retryAfterSeconds ?? 0) * 1000 || PAUSE_MS);
    },
  };
}
