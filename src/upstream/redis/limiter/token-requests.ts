import type { Demand } from '../../limiter/tokens.ts';
import { type Argument, RedisFailure } from '../connection/commands.ts';
import type { RedisScope } from '../scope.ts';
import { TAKE } from '../scripts/token-bucket.ts';
import { estimate, msUntil, takeSurplus } from './shared-bucket.ts';
import { applyReply, deficit, DEMAND_MS, sumOf, type TokenState, useFallback } from './token-state.ts';

/** A process that was silent for so long has gone. */
const ALIVE_MS = 15_000;
const HEARTBEAT_MS = 4000;
/** Between two requests while calls are queued: at most, and at least. */
const MAX_INTERVAL_MS = 250;
const MIN_INTERVAL_MS = 15;
/** At least so long after a request that has brought nothing. */
const MIN_POLL_MS = 20;

const NO_DEMAND: Demand = { waiting: [0, 0, 0], since: 0, byOperation: new Map() };

const clock = (): number => performance.now();

/** The arguments of TAKE. Tokens that are no longer needed are given back. */
function takeArguments(state: TokenState, demand: Demand, processName: string, now: number): Argument[] {
  const { common, byOperation, limits, fallback } = state;
  const back = takeSurplus(common, sumOf(demand.waiting));
  const shortfall = deficit(state, now);
  const initial = Math.max(0, fallback?.source.common.available(now) ?? estimate(common, now)) + shortfall;
  const ofOperations = [...byOperation].flatMap(([operation, view]) => {
    const needed = demand.byOperation.get(operation) ?? 0;
    const ownBack = takeSurplus(view, needed);
    const { rate, burst } = view.limit;
    return [rate, burst, Math.max(0, estimate(view, now)), Math.max(0, needed - view.granted), ownBack];
  });
  const head = [processName, limits.rate, limits.burst, initial, ALIVE_MS, DEMAND_MS];
  return [...head, ...demand.waiting, Math.max(0, now - demand.since), back - shortfall, ...ofOperations];
}

/** Asks Redis for the tokens that this process needs. */
// One closure: the demand, what of it was reported, and the timer of the next request change together.
// eslint-disable-next-line max-lines-per-function
export function createTokenRequests(scope: RedisScope, state: TokenState, changed: () => void) {
  const processName = scope.nonce();
  const byOperation = [...state.byOperation];
  let demand = NO_DEMAND;
  /** How many of the calls that Redis knows of still wait. */
  let reported = 0;
  let isRequesting = false;
  let isOutdated = false;
  let closed = false;
  let requestedAt = -Infinity;
  let dueAt = Infinity;
  let timer: NodeJS.Timeout | undefined;

  const waiting = (): number => sumOf(demand.waiting);
  const neededOf = (operation: string): number => demand.byOperation.get(operation) ?? 0;

  async function request(): Promise<void> {
    clearTimeout(timer);
    dueAt = Infinity;
    if (isRequesting || closed || !scope.isUp()) return;
    isRequesting = true;
    isOutdated = false;
    requestedAt = clock();
    reported = waiting();
    const keys = [state.common.key, 'processes', ...byOperation.map(([, { key }]) => key)];
    const args = takeArguments(state, demand, processName, requestedAt);
    try {
      reported -= applyReply(
        state,
        await scope.run(
          TAKE,
          keys.map((key) => scope.key(key)),
          args,
        ),
        clock(),
      );
    } catch (error) {
      if (!(error instanceof RedisFailure)) throw error;
      // Redis is available, but a key of another type is in the place of the bucket (WRONGTYPE).
      if (scope.isUp()) useFallback(state, clock());
      schedule(MAX_INTERVAL_MS);
      return;
    } finally {
      isRequesting = false;
    }
    state.fallback = undefined;
    changed();
  }

  /** An earlier request that is already scheduled stays. */
  function schedule(ms: number): void {
    const at = clock() + ms;
    if (closed || at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => void request(), ms).unref();
  }

  function nextDelay(now: number): number {
    if (reported !== waiting() || isOutdated) return Math.max(0, MIN_INTERVAL_MS - (now - requestedAt));
    const ofCommon = waiting() > 0 ? msUntil(state.common, 1, now) : Infinity;
    const ofOperations = byOperation.map(([operation, view]) =>
      neededOf(operation) > view.granted ? msUntil(view, 1, now) : Infinity,
    );
    return Math.min(MAX_INTERVAL_MS, Math.max(MIN_POLL_MS, Math.min(ofCommon, ...ofOperations)));
  }

  const heartbeat = setInterval(() => void request(), HEARTBEAT_MS).unref();

  return {
    /** The calls in the queue of this process have changed. */
    reportDemand: (latest: Demand): void => {
      isOutdated ||= latest.waiting.some((count, rank) => count > (demand.waiting[rank] ?? 0));
      demand = latest;
      if (isRequesting || !scope.isUp()) return;
      const needsOperationTokens = byOperation.some(
        ([operation, view]) => neededOf(operation) > view.granted,
      );
      const hasSurplus =
        state.common.granted > waiting() ||
        byOperation.some(([operation, view]) => view.granted > neededOf(operation));
      if (waiting() > 0 || reported > 0 || hasSurplus || needsOperationTokens)
        schedule(hasSurplus ? 0 : nextDelay(clock()));
    },
    requestNow: () => void request(),
    /** How long until the next request, if one is scheduled, else 0. */
    untilNext: (now: number) => (dueAt === Infinity ? 0 : dueAt - now),
    close(): void {
      closed = true;
      clearTimeout(timer);
      clearInterval(heartbeat);
    },
  };
}
