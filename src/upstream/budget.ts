import type { Deadline } from './retry.ts';
import { createOwnTokens, type Demand, type Limits, type Tokens } from './tokens.ts';
import { UpstreamError } from './upstream-error.ts';

/** Who waits for whom: a person's change, a read that somebody waits for, a refresh that nobody waits for. */
export type Priority = 'mutation' | 'read' | 'refresh';

const ranks: Readonly<Record<Priority, 0 | 1 | 2>> = { mutation: 0, read: 1, refresh: 2 };

/** A call that wants to be made. */
export interface Ask {
  /** The operation's name as AWS's documentation has it. */
  readonly operation: string;
  /** May rise while it waits: a refresh that somebody has come to wait for is a read. */
  readonly priority: () => Priority;
  /** Calls of one caller take turns with those of others. */
  readonly caller: object;
  readonly deadline: Deadline;
  /** Gives up the place in the queue; of no effect once the call is paid. */
  readonly signal?: AbortSignal | undefined;
  /** The operation's own, waited for before. */
  readonly turn?: Turn | undefined;
}

/** A call that the limit of its operation lets through, and which nobody else may make until it is paid or this ends. */
export interface Turn {
  readonly end: () => void;
}

/** A call that may be made. */
export interface Receipt {
  /** AWS has answered it with 429. */
  readonly refusedByAws: (retryAfterSeconds: number | undefined) => void;
}

/** A budget at one moment. */
export interface BudgetState {
  /** Calls that could be made at once. */
  readonly tokens: number;
  /** Calls that wait for their turn. */
  readonly waiting: Readonly<Record<Priority, number>>;
}

/** The gateway's share of the account's request rate: every attempt at a call is paid from it. */
export interface Budget {
  /**
   * Resolves when the call may be made. Rejects with OVER_BUDGET where it could not be made, and answered, before its
   * deadline: at once if that shows at once, else as soon as it does.
   */
  pay(ask: Ask): Promise<Receipt>;
  /** Resolves when the operation's own limit lets a call through, which is to be paid yet. Rejects as `pay` does. */
  turn(ask: Ask): Promise<Turn>;
  /** What is left of it, and who waits. */
  state(): BudgetState;
  /** Whether a call would have to wait. */
  isSpent(): boolean;
  /** Refuses all who wait, and all who come. */
  close(): void;
}

export interface BudgetOptions extends Limits {
  /** A call with less time left than this is not worth paying for: a write would only end in doubt. */
  readonly minCallMs: number;
  /** Where calls come from that are shared with other processes; `changed` is to be called when there are more or less. */
  readonly tokens?: ((changed: () => void) => Tokens) | undefined;
}

interface Waiter {
  readonly ask: Ask;
  readonly since: number;
  /** Whether it waits for the operation's own limit only. */
  readonly forTurn: boolean;
  readonly grant: () => void;
  readonly refuse: (reason: Error) => void;
}

/** One token in so many goes to who has waited longest, whatever its priority: nobody waits for ever. */
export const RELIEF = 8;
/** Without a Retry-After: AWS's bucket refills by a second's rate. */
const PAUSE_MS = 1000;
/** A proxy that asks for an hour shall not have it. */
export const MAX_PAUSE_MS = 60_000;

/** A call that is not made, because it could not be made in time. */
export const overBudget = (operation: string, waitMs: number): UpstreamError =>
  new UpstreamError({
    failure: 'OVER_BUDGET',
    operation,
    awsMessage: "not sent: its turn in the gateway's budget would come too late for its deadline",
    requestId: undefined,
    retryAfterSeconds: Math.max(0.1, Math.ceil(waitMs / 100) / 10),
    cause: undefined,
  });

/** Nobody waits for the call any more. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

export function createBudget({ minCallMs, tokens: share, ...limits }: BudgetOptions): Budget {
  const clock = (): number => performance.now();
  const tokens = share?.(changed) ?? createOwnTokens(limits, clock());
  const { common, own } = tokens;
  /** No Set: the tables that it has outgrown hold what was in them until V8 collects everything. */
  let waiting: readonly Waiter[] = [];
  /** Turns that were given and are neither paid nor ended, with their operations. */
  const held = new Map<Turn, string>();
  const lastGrant = new WeakMap<object, number>();
  let grants = 0;
  let slowedAt = -Infinity;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const rankOf = ({ ask }: Waiter): 0 | 1 | 2 => ranks[ask.priority()];
  const turnOf = ({ ask }: Waiter): number => lastGrant.get(ask.caller) ?? 0;
  const heldOf = (operation: string): number =>
    [...held.values()].filter((each) => each === operation).length;
  const hasTurn = ({ turn }: Ask): boolean => turn !== undefined && held.has(turn);

  function mayGo({ ask }: Waiter, now: number): boolean {
    const bucket = own.get(ask.operation);
    return bucket === undefined || hasTurn(ask) || bucket.available(now) > heldOf(ask.operation);
  }

  /** By priority; among equals the caller whose last turn is longest ago; among its calls the oldest. */
  const byTurn = (a: Waiter, b: Waiter): number =>
    rankOf(a) - rankOf(b) || turnOf(a) - turnOf(b) || a.since - b.since;
  const byAge = (a: Waiter, b: Waiter): number => a.since - b.since;

  function next(now: number): Waiter | undefined {
    const order = grants % RELIEF === RELIEF - 1 ? byAge : byTurn;
    let best: Waiter | undefined;
    for (const waiter of waiting) {
      if (!waiter.forTurn && mayGo(waiter, now) && (best === undefined || order(waiter, best) < 0))
        best = waiter;
    }
    return best;
  }

  /**
   * How many calls will be served before one of this caller and rank: those of higher rank, its own, and of each other
   * caller as many as its own. Operations with a limit of their own take too little of the common one to count.
   */
  function countBefore(ask: Ask, itself: Waiter | undefined): number {
    const rank = ranks[ask.priority()];
    const perCaller = new Map<object, number>();
    let higher = 0;
    for (const waiter of waiting) {
      if (waiter === itself || own.has(waiter.ask.operation)) continue;
      if (rankOf(waiter) < rank) higher += 1;
      else if (rankOf(waiter) === rank) {
        perCaller.set(waiter.ask.caller, (perCaller.get(waiter.ask.caller) ?? 0) + 1);
      }
    }
    const mine = perCaller.get(ask.caller) ?? 0;
    perCaller.delete(ask.caller);
    const others = [...perCaller.values()].reduce((sum, count) => sum + Math.min(count, mine + 1), 0);
    const here = higher + mine + others;
    const before = here + tokens.ahead(rank, here, clock());
    return before + Math.ceil(before / (RELIEF - 1));
  }

  /** How long the operation's own limit takes, for one who comes now or waits since some time. */
  function ownWaitOf(ask: Ask, now: number, itself: Waiter | undefined): number {
    const bucket = own.get(ask.operation);
    if (bucket === undefined || hasTurn(ask)) return 0;
    const before = itself === undefined ? waiting : waiting.slice(0, waiting.indexOf(itself));
    const alike = before.filter((each) => each.ask.operation === ask.operation);
    return bucket.msUntil(alike.length + heldOf(ask.operation) + 1, now);
  }

  const waitOf = (ask: Ask, now: number, itself?: Waiter): number =>
    Math.max(common.msUntil(countBefore(ask, itself) + 1, now), ownWaitOf(ask, now, itself));

  const isTooLate = (ask: Ask, waitMs: number): boolean => waitMs + minCallMs > ask.deadline.timeLeftMs();

  function leave(waiter: Waiter): void {
    waiting = waiting.filter((each) => each !== waiter);
  }

  function drop(waiter: Waiter, reason: Error): void {
    leave(waiter);
    waiter.refuse(reason);
  }

  function dropTheLate(now: number): void {
    for (const waiter of waiting) {
      const waitMs = waitOf(waiter.ask, now, waiter);
      if (isTooLate(waiter.ask, waitMs)) drop(waiter, overBudget(waiter.ask.operation, waitMs));
    }
  }

  const receiptOf = (operation: string, grantedAt: number): Receipt => ({
    refusedByAws(retryAfterSeconds) {
      const now = clock();
      const pauseMs = Math.min(MAX_PAUSE_MS, (retryAfterSeconds ?? 0) * 1000 || PAUSE_MS);
      const bucket = own.get(operation);
      if (bucket !== undefined) bucket.slowDown(now, pauseMs, grantedAt);
      // Calls under way together are refused together: that is one event.
      else if (grantedAt > slowedAt) {
        slowedAt = now;
        common.slowDown(now, pauseMs, grantedAt);
      }
      dropTheLate(now);
      serve();
    },
  });

  function serve(): void {
    clearTimeout(timer);
    const now = clock();
    for (const waiter of waiting) {
      if (isTooLate(waiter.ask, 0))
        drop(waiter, overBudget(waiter.ask.operation, waitOf(waiter.ask, now, waiter)));
    }
    for (const waiter of waiting) {
      if (!waiter.forTurn || !mayGo(waiter, now)) continue;
      leave(waiter);
      waiter.grant();
    }
    while (common.available(now) >= 1) {
      const waiter = next(now);
      if (waiter === undefined) break;
      const { operation, turn, caller } = waiter.ask;
      leave(waiter);
      common.take(now);
      own.get(operation)?.take(now);
      if (turn !== undefined) held.delete(turn);
      lastGrant.set(caller, ++grants);
      waiter.grant();
    }
    tokens.tell?.(demandAt(now));
    if (waiting.length > 0) timer = setTimeout(serve, Math.max(5, nextEventIn(now)));
  }

  /** What is known of the calls of all processes has changed. */
  function changed(): void {
    if (closed) return;
    dropTheLate(clock());
    serve();
  }

  /** Who waits for what; a call whose operation has no turn yet waits for that only. */
  function demandAt(now: number): Demand {
    const ofRank: [number, number, number] = [0, 0, 0];
    const ofOperation = new Map([...own.keys()].map((operation) => [operation, heldOf(operation)]));
    let since = now;
    for (const waiter of waiting) {
      const { ask, forTurn } = waiter;
      since = Math.min(since, waiter.since);
      if (!forTurn && mayGo(waiter, now)) ofRank[rankOf(waiter)] += 1;
      const before = ofOperation.get(ask.operation);
      if (before !== undefined && !hasTurn(ask)) ofOperation.set(ask.operation, before + 1);
    }
    return { waiting: ofRank, since, own: ofOperation };
  }

  function nextEventIn(now: number): number {
    let event = Infinity;
    for (const { ask, forTurn } of waiting) {
      const commonWait = forTurn ? 0 : common.msUntil(1, now);
      const bucket = own.get(ask.operation);
      const ownWait = hasTurn(ask) ? 0 : (bucket?.msUntil(heldOf(ask.operation) + 1, now) ?? 0);
      event = Math.min(event, Math.max(commonWait, ownWait), ask.deadline.timeLeftMs() - minCallMs + 1);
    }
    return event;
  }

  function giveTurn(operation: string): Turn {
    const turn: Turn = {
      end() {
        if (held.delete(turn)) serve();
      },
    };
    held.set(turn, operation);
    return turn;
  }

  /** Waits in line, and gives what `granted` makes in the moment of the grant. */
  async function enqueue<Granted>(ask: Ask, forTurn: boolean, granted: () => Granted): Promise<Granted> {
    if (closed || ask.signal?.aborted === true) throw new GivenUp();
    const waitMs = waitOf(ask, clock());
    if (isTooLate(ask, waitMs)) throw overBudget(ask.operation, waitMs);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => drop(waiter, new GivenUp());
      const settle = (): void => ask.signal?.removeEventListener('abort', giveUp);
      const waiter: Waiter = {
        ask,
        forTurn,
        since: clock(),
        grant: () => {
          settle();
          resolve(granted());
        },
        refuse: (reason) => {
          settle();
          reject(reason);
        },
      };
      ask.signal?.addEventListener('abort', giveUp, { once: true });
      waiting = [...waiting, waiter];
      serve();
    });
  }

  return {
    pay: (ask) => enqueue(ask, false, () => receiptOf(ask.operation, clock())),
    turn: (ask) => enqueue(ask, true, () => giveTurn(ask.operation)),
    state() {
      const count = { mutation: 0, read: 0, refresh: 0 };
      for (const { ask } of waiting) count[ask.priority()] += 1;
      return { tokens: tokens.left(clock()), waiting: count };
    },
    isSpent: () => tokens.isSpent(clock()) || waiting.some(({ ask }) => !own.has(ask.operation)),
    close() {
      closed = true;
      clearTimeout(timer);
      tokens.close();
      for (const waiter of waiting) drop(waiter, new GivenUp());
    },
  };
}
