import { CallAborted } from '../../errors/call-aborted.ts';
import { MAX_RETRY_AFTER_SECONDS } from '../../errors/upstream-error.ts';
import type { Deadline } from '../time/deadline.ts';
import { type CallerKey, createFairQueue, type FairQueue, type QueuedItem, type Rank } from './fair-queue.ts';
import { createOperationLimit, type OperationLimit, type Reservation } from './operation-limit.ts';
import { outOfTime, rateLimited, TOO_MANY } from './rejections.ts';
import { createLocalTokens, type Demand, type Limits, type TokenSource } from './tokens.ts';

/** Mutations are served before reads, and reads before background refreshes. */
export type Priority = 'mutation' | 'read' | 'refresh';

const ranks: Readonly<Record<Priority, Rank>> = { mutation: 0, read: 1, refresh: 2 };

/** A request to send one call. */
export interface CallRequest {
  /** The operation's name as AWS's documentation has it. */
  readonly operation: string;
  /** May rise while the call is queued: a refresh becomes a read when a reader joins it. */
  readonly priority: () => Priority;
  /** Callers take turns, however many calls each has. */
  readonly caller: CallerKey;
  /** Registers a listener for further callers that wait for the same call. */
  readonly onJoin?: ((joined: (caller: CallerKey) => void) => void) | undefined;
  readonly deadline: Deadline;
  /** Removes the call from the queue; without effect once it is granted. */
  readonly signal?: AbortSignal | undefined;
  /** A token of the operation's own limit, reserved before. */
  readonly reservation?: Reservation | undefined;
}

/** Permission to send one call. */
export interface Grant {
  /** AWS has answered the call with 429. */
  readonly throttledByAws: (retryAfterSeconds: number | undefined) => void;
}

/** The rate limiter at one moment. */
export interface RateLimiterState {
  /** Calls that could be sent now. */
  readonly tokens: number;
  /** Calls in the queue. */
  readonly waiting: Readonly<Record<Priority, number>>;
}

/** The gateway's share of the account's request rate: every attempt at a call needs a grant. */
export type RateLimiter = ReturnType<typeof createRateLimiter>;

export interface RateLimiterOptions extends Limits {
  /** A call with less time left than this is rejected: an attempt at a write would only end with an unknown outcome. */
  readonly minCallMs: number;
  /** Tokens shared with other processes, which call `changed` when there are more or fewer. */
  readonly tokens?: ((changed: () => void) => TokenSource) | undefined;
  /** How many calls of one caller may be queued at one priority. */
  readonly maxOfCaller?: number | undefined;
}

interface QueuedCall {
  readonly request: CallRequest;
  readonly since: number;
  /** It waits for the operation's own limit only. */
  readonly reservesOnly: boolean;
  reservation: Reservation | undefined;
  /** The rank of its place: its priority may have changed since. */
  rank: Rank;
  caller: CallerKey;
  place: QueuedItem;
  /** Rejects it when too little time is left. */
  timer: NodeJS.Timeout | undefined;
  readonly grant: () => void;
  readonly reject: (reason: Error) => void;
}

/** One token in so many goes to the oldest call, whatever its priority. */
export const STARVATION_GUARD = 8;
/** Without a Retry-After: AWS's bucket refills by a second's rate. */
const PAUSE_MS = 1000;
/** Longer values of Retry-After are cut. */
export const MAX_PAUSE_MS = MAX_RETRY_AFTER_SECONDS * 1000;
/** Of one caller at one priority: enough for several of the largest operations. */
const MAX_OF_CALLER = 500;
/** A refresh that is rejected is started again by a later read. */
const MAX_REFRESHES = 500;
const MAX_REFRESHES_OF_CALLER = 250;
/** How often the priorities of queued calls are read again. */
const RERANK_MS = 25;

const NO_RESERVATION: Reservation = { release: () => undefined };
const NOT_QUEUED: QueuedItem = { before: () => 0, move: () => undefined, leave: () => undefined };

const clock = (): number => performance.now();
const sizeOf = (queue: FairQueue<QueuedCall>): number => queue.sizes().reduce((sum, size) => sum + size, 0);
const rankOf = ({ priority }: CallRequest): Rank => ranks[priority()];

// One closure: tokens, queues and reservations change together, in one turn of the event loop.
// eslint-disable-next-line max-lines-per-function
export function createRateLimiter(options: RateLimiterOptions) {
  const { minCallMs, tokens: share, maxOfCaller = MAX_OF_CALLER, ...limits } = options;
  const maxOfRank = [maxOfCaller, maxOfCaller, Math.min(maxOfCaller, MAX_REFRESHES_OF_CALLER)] as const;
  const tokens = share?.(changed) ?? createLocalTokens(limits, clock());
  const { common } = tokens;
  /** Calls that wait for the common limit. */
  const queue = createFairQueue<QueuedCall>();
  const byOperation = new Map<string, OperationLimit<QueuedCall>>(
    [...tokens.byOperation].map(([operation, bucket]) => [
      operation,
      createOperationLimit(operation, bucket),
    ]),
  );
  const queues = [queue, ...[...byOperation.values()].map((limit) => limit.queue)];
  let grants = 0;
  let slowedAt = -Infinity;
  let rankedAt = -Infinity;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  /** The operation's own limit, if the call must still wait for it. */
  function ownLimitOf({ operation, reservation }: CallRequest): OperationLimit<QueuedCall> | undefined {
    const limit = byOperation.get(operation);
    return reservation !== undefined && limit?.holds(reservation) === true ? undefined : limit;
  }

  /** How long until the common limit grants a call of this rank that so many of this process are before. */
  function commonWait(rank: Rank, here: number, now: number): number {
    const before = here + tokens.ahead(rank, here, now);
    return common.msUntil(before + Math.ceil(before / (STARVATION_GUARD - 1)) + 1, now);
  }

  function waitOf(request: CallRequest, now: number): number {
    const rank = rankOf(request);
    const limit = ownLimitOf(request);
    const ownAhead = limit?.queue.ahead(rank, request.caller) ?? 0;
    const commonMs = commonWait(rank, queue.ahead(rank, request.caller), now);
    return Math.max(commonMs, limit?.msUntil(ownAhead, now) ?? 0);
  }

  const isTooLate = ({ deadline }: CallRequest, waitMs: number): boolean =>
    waitMs + minCallMs > deadline.timeLeftMs();

  function dequeue(call: QueuedCall, served: boolean): void {
    clearTimeout(call.timer);
    call.place.leave(served);
    call.place = NOT_QUEUED;
  }

  function reject(call: QueuedCall, reason: Error): void {
    dequeue(call, false);
    const { reservation, request } = call;
    // The call's caller owns a reservation made before; this one was made in the queue.
    if (reservation !== undefined && reservation !== request.reservation)
      byOperation.get(request.operation)?.end(reservation);
    call.reject(reason);
  }

  const isFull = (rank: Rank, caller: CallerKey): boolean =>
    queue.countOf(rank, caller) >= maxOfRank[rank] || (rank === 2 && queue.sizes()[2] >= MAX_REFRESHES);

  /** Moves calls whose priority has changed, as readers join and leave. */
  function rerank(now: number): void {
    if (now - rankedAt < RERANK_MS) return;
    rankedAt = now;
    for (const call of queue.items()) {
      const rank = rankOf(call.request);
      if (rank === call.rank) continue;
      if (rank === 2 && isFull(rank, call.caller)) {
        reject(call, new CallAborted());
        continue;
      }
      call.rank = rank;
      call.place.move(rank, call.caller);
    }
  }

  /** Moves the call to a further caller that waits for it, if it is served earlier there. */
  function join(call: QueuedCall, caller: CallerKey): void {
    rerank(clock());
    if (call.place === NOT_QUEUED || byOperation.has(call.request.operation)) return;
    const { rank } = call;
    if (queue.countOf(rank, caller) >= call.place.before()) return;
    call.caller = caller;
    call.place.move(rank, caller);
  }

  function rejectExpired(now: number): void {
    const check = (call: QueuedCall, waitMs: number): void => {
      const { request } = call;
      if (isTooLate(request, waitMs)) reject(call, rateLimited(request.operation, waitMs));
    };
    for (const [call, ahead] of queue.withAhead()) check(call, commonWait(call.rank, ahead, now));
    for (const limit of byOperation.values())
      for (const [call, ahead] of limit.queue.withAhead()) check(call, limit.msUntil(ahead, now));
  }

  const grantFor = (operation: string, grantedAt: number): Grant => ({
    throttledByAws(retryAfterSeconds) {
      const now = clock();
      const pauseMs = Math.min(MAX_PAUSE_MS, (retryAfterSeconds ?? 0) * 1000 || PAUSE_MS);
      const bucket = byOperation.get(operation)?.bucket;
      if (bucket !== undefined) bucket.slowDown(now, pauseMs, grantedAt);
      // Calls in flight at the same time may all be throttled: that counts once.
      else if (grantedAt > slowedAt) {
        slowedAt = now;
        common.slowDown(now, pauseMs, grantedAt);
      }
      rejectExpired(now);
      serve();
    },
  });

  /** Moves calls that an operation's limit allows to the queue of the common one. */
  function serveOperation(limit: OperationLimit<QueuedCall>, now: number): void {
    while (limit.canReserve(now)) {
      const call = limit.queue.first();
      if (call === undefined) return;
      if (call.reservesOnly) {
        dequeue(call, true);
        call.grant();
      } else {
        call.place.leave(true);
        call.reservation = limit.reserve(serve);
        call.place = queue.add(call.rank, call.caller, call);
      }
    }
  }

  function serve(): void {
    clearTimeout(timer);
    const now = clock();
    rerank(now);
    for (const limit of byOperation.values()) serveOperation(limit, now);
    while (common.available(now) >= 1) {
      const guards = grants % STARVATION_GUARD === STARVATION_GUARD - 1;
      const call = guards ? queue.oldest() : queue.first();
      if (call === undefined) break;
      dequeue(call, true);
      common.take(now);
      const limit = byOperation.get(call.request.operation);
      limit?.bucket.take(now);
      if (call.reservation !== undefined) limit?.end(call.reservation);
      grants += 1;
      call.grant();
    }
    tokens.reportDemand?.(demandAt(now));
    const next = nextEventIn(now);
    if (next < Infinity) timer = setTimeout(serve, Math.max(5, next));
  }

  /** The tokens of all processes have changed. */
  function changed(): void {
    if (closed) return;
    rejectExpired(clock());
    serve();
  }

  function demandAt(now: number): Demand {
    const since = Math.min(now, ...queues.map((each) => each.oldest()?.since ?? now));
    const ofOperation = new Map(
      [...byOperation.values()].map((limit) => [limit.operation, limit.reserved() + sizeOf(limit.queue)]),
    );
    return { waiting: queue.sizes(), since, byOperation: ofOperation };
  }

  function nextEventIn(now: number): number {
    const events = [...byOperation.values()].map((limit) =>
      sizeOf(limit.queue) > 0 ? limit.msUntil(0, now) : Infinity,
    );
    return Math.min(sizeOf(queue) > 0 ? common.msUntil(1, now) : Infinity, ...events);
  }

  /** Throws for a call that would be rejected later. */
  function admit(request: CallRequest, now: number): void {
    rerank(now);
    const rank = rankOf(request);
    const { operation } = request;
    const waitMs = waitOf(request, now);
    if (isFull(rank, request.caller)) {
      if (rank === ranks.refresh) throw new CallAborted();
      throw rateLimited(operation, waitMs, TOO_MANY);
    }
    if (isTooLate(request, waitMs)) throw waitMs > 0 ? rateLimited(operation, waitMs) : outOfTime(operation);
  }

  /** Queues a call. Resolves with the result of `granted`, which is called at the moment of the grant. */
  async function wait<Granted>(
    request: CallRequest,
    reservesOnly: boolean,
    granted: () => Granted,
  ): Promise<Granted> {
    const { signal, caller, reservation, deadline, operation } = request;
    if (closed || signal?.aborted === true) throw new CallAborted();
    admit(request, clock());
    return new Promise((resolve, fail) => {
      const abort = (): void => reject(call, new CallAborted());
      const settle = (): void => signal?.removeEventListener('abort', abort);
      const call: QueuedCall = {
        ...{ request, reservesOnly, reservation, caller, rank: rankOf(request), since: clock() },
        place: NOT_QUEUED,
        timer: undefined,
        grant() {
          settle();
          resolve(granted());
        },
        reject(reason) {
          settle();
          fail(reason);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      const leftMs = deadline.timeLeftMs() - minCallMs;
      const expire = (): void => reject(call, rateLimited(operation, waitOf(request, clock())));
      if (leftMs < Infinity) call.timer = setTimeout(expire, leftMs + 1);
      request.onJoin?.((joined) => join(call, joined));
      call.place = (ownLimitOf(request)?.queue ?? queue).add(call.rank, call.caller, call);
      serve();
    });
  }

  return {
    /**
     * Resolves when the call may be sent. Rejects with OVER_BUDGET as soon as the wait is known to be too long for a
     * response before the deadline; with OUT_OF_TIME if that is so without a wait; with CallAborted on its signal.
     */
    acquire: (request: CallRequest) => wait(request, false, () => grantFor(request.operation, clock())),
    /** Reserves a token of the operation's own limit; the call needs a grant as well. Rejects as `acquire` does. */
    reserve: (request: CallRequest) =>
      wait(request, true, () => byOperation.get(request.operation)?.reserve(serve) ?? NO_RESERVATION),
    state(): RateLimiterState {
      const waiting = { mutation: 0, read: 0, refresh: 0 };
      for (const each of queues) for (const { request } of each.items()) waiting[request.priority()] += 1;
      return { tokens: tokens.left(clock()), waiting };
    },
    /** How long the last of so many calls of a new caller would wait now. */
    waitMs(priority: Priority = 'read', calls = 1): number {
      const rank = ranks[priority];
      return commonWait(rank, queue.ahead(rank, {}) + calls - 1, clock());
    },
    /** Whether a call would have to wait. */
    isExhausted: () => tokens.isExhausted(clock()) || sizeOf(queue) > 0,
    /** Aborts all calls in the queue, and all that come later. */
    close(): void {
      closed = true;
      clearTimeout(timer);
      tokens.close();
      for (const each of queues) for (const call of each.items()) reject(call, new CallAborted());
    },
  };
}
