import { MAX_RETRY_AFTER_SECONDS, UpstreamError } from '../../errors/upstream-error.ts';
import type { Deadline } from '../calls/retry.ts';
import { type CallerKey, createFairQueue, type Place, type Rank, type FairQueue } from './fair-queue.ts';
import type { TokenBucket } from './token-bucket.ts';
import { createLocalTokens, type Demand, type Limits, type TokenSource } from './tokens.ts';

/** Who waits for whom: a person's change, a read that somebody waits for, a refresh that nobody waits for. */
export type Priority = 'mutation' | 'read' | 'refresh';

const ranks: Readonly<Record<Priority, Rank>> = { mutation: 0, read: 1, refresh: 2 };

/** A call that wants to be made. */
export interface CallRequest {
  /** The operation's name as AWS's documentation has it. */
  readonly operation: string;
  /** May rise while it waits: a refresh that somebody has come to wait for is a read. */
  readonly priority: () => Priority;
  /** Calls of one caller take turns with those of others. */
  readonly caller: CallerKey;
  /** Takes who is to be told of every other caller that comes to wait for it. */
  readonly onJoin?: ((joined: (caller: CallerKey) => void) => void) | undefined;
  readonly deadline: Deadline;
  /** Gives up the place in the queue; of no effect once the call is paid. */
  readonly signal?: AbortSignal | undefined;
  /** The operation's own, waited for before. */
  readonly reservation?: Reservation | undefined;
}

/** A call that the limit of its operation lets through, and which nobody else may make until it is paid or this ends. */
export interface Reservation {
  readonly release: () => void;
}

/** A call that may be made. */
export interface Grant {
  /** AWS has answered it with 429. */
  readonly throttledByAws: (retryAfterSeconds: number | undefined) => void;
}

/** A budget at one moment. */
export interface RateLimiterState {
  /** Calls that could be made at once. */
  readonly tokens: number;
  /** Calls that wait for their turn. */
  readonly waiting: Readonly<Record<Priority, number>>;
}

/** The gateway's share of the account's request rate: every attempt at a call is paid from it. */
export interface RateLimiter {
  /**
   * Resolves when the call may be made. Rejects with OVER_BUDGET where it could not be made, and answered, before its
   * deadline: at once if that shows at once, else as soon as it does. Rejects with OUT_OF_TIME where it could be made at
   * once, and is too late all the same.
   */
  acquire(ask: CallRequest): Promise<Grant>;
  /** Resolves when the operation's own limit lets a call through, which is to be paid yet. Rejects as `pay` does. */
  turn(ask: CallRequest): Promise<Reservation>;
  /** What is left of it, and who waits. */
  state(): RateLimiterState;
  /** Whether a call would have to wait. */
  isExhausted(): boolean;
  /** Refuses all who wait, and all who come. */
  close(): void;
}

export interface RateLimiterOptions extends Limits {
  /** A call with less time left than this is not worth paying for: a write would only end in doubt. */
  readonly minCallMs: number;
  /** Where calls come from that are shared with other processes; `changed` is to be called when there are more or less. */
  readonly tokens?: ((changed: () => void) => TokenSource) | undefined;
  /** How many calls of one caller may wait at one priority. */
  readonly maxOfCaller?: number | undefined;
}

interface Waiter {
  readonly ask: CallRequest;
  readonly since: number;
  /** Whether it waits for the operation's own limit only. */
  readonly forTurn: boolean;
  /** The operation's own, where it needs one and has it. */
  turn: Reservation | undefined;
  /** Where it stands in the queue: its priority may have changed since. */
  rank: Rank;
  caller: CallerKey;
  place: Place;
  /** Ends it when it could no longer be answered in time. */
  timer: NodeJS.Timeout | undefined;
  readonly grant: () => void;
  readonly refuse: (reason: Error) => void;
}

/** One token in so many goes to who has waited longest, whatever its priority: nobody waits for ever. */
export const STARVATION_GUARD = 8;
/** Without a Retry-After: AWS's bucket refills by a second's rate. */
const PAUSE_MS = 1000;
/** A proxy that asks for an hour shall not have it. */
export const MAX_PAUSE_MS = MAX_RETRY_AFTER_SECONDS * 1000;
/** Of one caller at one priority: several operations of the largest kind. */
const MAX_OF_CALLER = 500;
/** Nobody waits for them: who is turned away is refreshed after a later read. */
const MAX_REFRESHES = 500;
const MAX_REFRESHES_OF_CALLER = 250;
/** So often priorities are looked at anew: they change without a word. */
const RERANK_MS = 25;

const TOO_LATE = "its turn in the gateway's budget would come too late for its deadline";
const TOO_MANY = "too many calls of the same caller wait in the gateway's queue";

/** A call that is not made, because it could not be made in time, or its caller asks for too much at once. */
export const rateLimited = (operation: string, waitMs: number, reason = TOO_LATE): UpstreamError =>
  new UpstreamError({
    failure: 'OVER_BUDGET',
    operation,
    awsMessage: `not sent: ${reason}`,
    requestId: undefined,
    retryAfterSeconds: Math.max(0.1, Math.ceil(waitMs / 100) / 10),
    cause: undefined,
  });

/** A call that is not made, because what went before has left no time for its answer. */
export const outOfTime = (operation: string): UpstreamError =>
  new UpstreamError({
    failure: 'OUT_OF_TIME',
    operation,
    awsMessage: 'not sent: too little time is left for an answer',
    requestId: undefined,
    retryAfterSeconds: undefined,
    cause: undefined,
  });
const NOWHERE: Place = { before: () => 0, move: () => undefined, leave: () => undefined };

const sizeOf = (queue: FairQueue<Waiter>): number => queue.sizes().reduce((sum, size) => sum + size, 0);

/** Nobody waits for the call any more. */
export class CallAborted extends Error {
  override readonly name = 'GivenUp';
}

export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { minCallMs, tokens: share, maxOfCaller = MAX_OF_CALLER, ...limits } = options;
  const maxOfRank = [maxOfCaller, maxOfCaller, Math.min(maxOfCaller, MAX_REFRESHES_OF_CALLER)] as const;
  const clock = (): number => performance.now();
  const tokens = share?.(changed) ?? createLocalTokens(limits, clock());
  const { common } = tokens;
  /** Calls that wait for the common limit, and those that wait for their operation's own one before. */
  const waiting = createFairQueue<Waiter>();
  const own = new Map(
    [...tokens.own].map(([operation, bucket]) => [operation, { bucket, waiting: createFairQueue<Waiter>() }]),
  );
  const queues = [waiting, ...[...own.values()].map((each) => each.waiting)];
  /** Turns that were given and are neither paid nor ended, with their operations. */
  const held = new Map<Reservation, string>();
  let grants = 0;
  let slowedAt = -Infinity;
  let rankedAt = -Infinity;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const rankOf = ({ priority }: CallRequest): Rank => ranks[priority()];
  const heldOf = (operation: string): number =>
    [...held.values()].filter((each) => each === operation).length;
  const ownOf = ({ operation, reservation }: CallRequest) =>
    reservation !== undefined && held.has(reservation) ? undefined : own.get(operation);
  const hasTurn = (operation: string, bucket: TokenBucket, now: number): boolean =>
    bucket.available(now) > heldOf(operation);

  /** How long until the common limit lets a call through which so many of this process go before. */
  function commonWait(rank: Rank, here: number, now: number): number {
    const before = here + tokens.ahead(rank, here, now);
    return common.msUntil(before + Math.ceil(before / (STARVATION_GUARD - 1)) + 1, now);
  }

  function waitOf(ask: CallRequest, now: number): number {
    const rank = rankOf(ask);
    const ofOperation = ownOf(ask);
    const ownAhead = ofOperation?.waiting.ahead(rank, ask.caller) ?? 0;
    return Math.max(
      commonWait(rank, waiting.ahead(rank, ask.caller), now),
      ofOperation?.bucket.msUntil(ownAhead + heldOf(ask.operation) + 1, now) ?? 0,
    );
  }

  const isTooLate = (ask: CallRequest, waitMs: number): boolean =>
    waitMs + minCallMs > ask.deadline.timeLeftMs();

  function enqueueWaiter(queue: FairQueue<Waiter>, waiter: Waiter): void {
    waiter.place = queue.add(waiter.rank, waiter.caller, waiter);
  }

  function leave(waiter: Waiter, served: boolean): void {
    clearTimeout(waiter.timer);
    waiter.place.leave(served);
    waiter.place = NOWHERE;
  }

  function drop(waiter: Waiter, reason: Error): void {
    leave(waiter, false);
    // One that it was not given but has taken on its way to the common limit.
    if (waiter.turn !== undefined && waiter.turn !== waiter.ask.reservation) held.delete(waiter.turn);
    waiter.refuse(reason);
  }

  const isFull = (rank: Rank, caller: CallerKey): boolean =>
    waiting.countOf(rank, caller) >= maxOfRank[rank] || (rank === 2 && waiting.sizes()[2] >= MAX_REFRESHES);

  /** Calls change their priorities while they wait, as readers come and go. */
  function rerank(now: number): void {
    if (now - rankedAt < RERANK_MS) return;
    rankedAt = now;
    for (const waiter of waiting.items()) {
      const rank = rankOf(waiter.ask);
      if (rank === waiter.rank) continue;
      if (rank === 2 && isFull(rank, waiter.caller)) {
        drop(waiter, new CallAborted());
        continue;
      }
      waiter.rank = rank;
      waiter.place.move(rank, waiter.caller);
    }
  }

  /** Another caller waits for it, too: it moves to that caller's calls if fewer of them go before it. */
  function join(waiter: Waiter, caller: CallerKey): void {
    rerank(clock());
    if (waiter.place === NOWHERE || own.has(waiter.ask.operation)) return;
    const { rank } = waiter;
    if (waiting.countOf(rank, caller) >= waiter.place.before()) return;
    waiter.caller = caller;
    waiter.place.move(rank, caller);
  }

  function rejectExpired(now: number): void {
    const judge = (waiter: Waiter, waitMs: number): void => {
      if (isTooLate(waiter.ask, waitMs)) drop(waiter, rateLimited(waiter.ask.operation, waitMs));
    };
    for (const [waiter, ahead] of waiting.withAhead()) judge(waiter, commonWait(waiter.rank, ahead, now));
    for (const [operation, { bucket, waiting: ofOperation }] of own) {
      const before = heldOf(operation);
      for (const [waiter, ahead] of ofOperation.withAhead()) {
        judge(waiter, bucket.msUntil(ahead + before + 1, now));
      }
    }
  }

  const grantFor = (operation: string, grantedAt: number): Grant => ({
    throttledByAws(retryAfterSeconds) {
      const now = clock();
      const pauseMs = Math.min(MAX_PAUSE_MS, (retryAfterSeconds ?? 0) * 1000 || PAUSE_MS);
      const bucket = own.get(operation)?.bucket;
      if (bucket !== undefined) bucket.slowDown(now, pauseMs, grantedAt);
      // Calls under way together are refused together: that is one event.
      else if (grantedAt > slowedAt) {
        slowedAt = now;
        common.slowDown(now, pauseMs, grantedAt);
      }
      rejectExpired(now);
      serve();
    },
  });

  function serve(): void {
    clearTimeout(timer);
    const now = clock();
    rerank(now);
    for (const [operation, { bucket, waiting: ofOperation }] of own) {
      while (hasTurn(operation, bucket, now)) {
        const waiter = ofOperation.first();
        if (waiter === undefined) break;
        if (waiter.forTurn) {
          leave(waiter, true);
          waiter.grant();
        } else {
          waiter.place.leave(true);
          waiter.turn = reserve(operation);
          enqueueWaiter(waiting, waiter);
        }
      }
    }
    while (common.available(now) >= 1) {
      const waiter = grants % STARVATION_GUARD === STARVATION_GUARD - 1 ? waiting.oldest() : waiting.first();
      if (waiter === undefined) break;
      leave(waiter, true);
      common.take(now);
      own.get(waiter.ask.operation)?.bucket.take(now);
      if (waiter.turn !== undefined) held.delete(waiter.turn);
      grants += 1;
      waiter.grant();
    }
    tokens.reportDemand?.(demandAt(now));
    const next = nextEventIn(now);
    if (next < Infinity) timer = setTimeout(serve, Math.max(5, next));
  }

  /** What is known of the calls of all processes has changed. */
  function changed(): void {
    if (closed) return;
    rejectExpired(clock());
    serve();
  }

  /** Who waits for what; a call whose operation has no turn yet waits for that only. */
  function demandAt(now: number): Demand {
    const since = Math.min(now, ...queues.map((queue) => queue.oldest()?.since ?? now));
    const ofOperation = new Map(
      [...own].map(([operation, queue]) => [operation, heldOf(operation) + sizeOf(queue.waiting)]),
    );
    return { waiting: waiting.sizes(), since, own: ofOperation };
  }

  function nextEventIn(now: number): number {
    const events = [...own].map(([operation, queue]) =>
      sizeOf(queue.waiting) > 0 ? queue.bucket.msUntil(heldOf(operation) + 1, now) : Infinity,
    );
    return Math.min(sizeOf(waiting) > 0 ? common.msUntil(1, now) : Infinity, ...events);
  }

  function reserve(operation: string): Reservation {
    const turn: Reservation = {
      release() {
        if (held.delete(turn)) serve();
      },
    };
    held.set(turn, operation);
    return turn;
  }

  /** Refuses a call that need not wait to be refused. */
  function admit(ask: CallRequest, now: number): void {
    rerank(now);
    const rank = rankOf(ask);
    const waitMs = waitOf(ask, now);
    if (isFull(rank, ask.caller)) {
      if (rank === ranks.refresh) throw new CallAborted();
      throw rateLimited(ask.operation, waitMs, TOO_MANY);
    }
    if (isTooLate(ask, waitMs))
      throw waitMs > 0 ? rateLimited(ask.operation, waitMs) : outOfTime(ask.operation);
  }

  /** Waits in line, and gives what `granted` makes in the moment of the grant. */
  async function enqueue<Granted>(
    ask: CallRequest,
    forTurn: boolean,
    granted: () => Granted,
  ): Promise<Granted> {
    if (closed || ask.signal?.aborted === true) throw new CallAborted();
    admit(ask, clock());
    return new Promise((resolve, reject) => {
      const giveUp = (): void => drop(waiter, new CallAborted());
      const settle = (): void => ask.signal?.removeEventListener('abort', giveUp);
      const waiter: Waiter = {
        ask,
        forTurn,
        turn: ask.reservation,
        rank: rankOf(ask),
        caller: ask.caller,
        place: NOWHERE,
        timer: undefined,
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
      const leftMs = ask.deadline.timeLeftMs() - minCallMs;
      if (leftMs < Infinity) {
        waiter.timer = setTimeout(() => {
          drop(waiter, rateLimited(ask.operation, waitOf(ask, clock())));
        }, leftMs + 1);
      }
      ask.onJoin?.((caller) => {
        join(waiter, caller);
      });
      enqueueWaiter(ownOf(ask)?.waiting ?? waiting, waiter);
      serve();
    });
  }

  return {
    acquire: (ask) => enqueue(ask, false, () => grantFor(ask.operation, clock())),
    turn: (ask) => enqueue(ask, true, () => reserve(ask.operation)),
    state() {
      const count = { mutation: 0, read: 0, refresh: 0 };
      for (const queue of queues) for (const { ask } of queue.items()) count[ask.priority()] += 1;
      return { tokens: tokens.left(clock()), waiting: count };
    },
    isExhausted: () => tokens.isExhausted(clock()) || sizeOf(waiting) > 0,
    close() {
      closed = true;
      clearTimeout(timer);
      tokens.close();
      for (const queue of queues) for (const waiter of queue.items()) drop(waiter, new CallAborted());
    },
  };
}
