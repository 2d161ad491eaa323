import type { TokenBucket } from '../limiter/token-bucket.ts';
import { createLocalTokens, type Demand, type Limits, type TokenSource } from '../limiter/tokens.ts';
import { listOf, RedisFailure } from './connection.ts';
import type { BucketState } from './lookups.ts';
import type { RedisScope } from './scope.ts';
import { SLOW_DOWN, TAKE } from './scripts/token-bucket.ts';

/** The calls of all processes. */
export interface SharedTokens {
  readonly tokens: (changed: () => void) => TokenSource;
  /** Told what was seen of the shared budget by the way. */
  readonly observe: (look: BucketState | undefined) => void;
  /** How many processes there are, as far as this one knows. */
  readonly processes: () => number;
}

/** A process that has not been heard of for so long has gone. */
const ALIVE_MS = 15_000;
const HEARTBEAT_MS = 4000;
/** Calls are left for those who have said lately that they wait for them. */
const DEMAND_MS = 1500;
/** Who waits says so at least so often, and at most so often. */
const MAX_REPORT_INTERVAL_MS = 250;
const MIN_REPORT_INTERVAL_MS = 15;
/** How long it takes at most until calls that were left for others are looked at again. */
const MIN_POLL_MS = 20;

const NO_DEMAND: Demand = { waiting: [0, 0, 0], since: 0, own: new Map() };

/** What a bucket in Redis held when it was last heard of. */
interface Mirror {
  tokens: number;
  rate: number;
  /** From when on it flows: in the future during a pause. */
  at: number;
}

function estimate({ tokens, rate, at }: Mirror, burst: number, now: number): number {
  return Math.min(burst, tokens + (Math.max(0, now - at) / 1000) * rate);
}

function msUntil(mirror: Mirror, burst: number, count: number, now: number): number {
  const there = estimate(mirror, burst, now);
  const pause = Math.max(0, mirror.at - now);
  return there >= count ? pause : pause + ((count - there) / mirror.rate) * 1000;
}

/**
 * The budget of all processes, in Redis. Calls are taken from it when somebody waits for them, and are in `purses` from
 * the grant until the queue has given them away, in the same turn of the event loop. Everything that cannot wait for an
 * answer (is it spent? how long will it take?) is told from what Redis has said last.
 */
export function createSharedTokens(scope: RedisScope, limits: Limits): SharedTokens {
  const processName = scope.nonce();
  const clock = (): number => performance.now();
  const operations = Object.entries(limits.ownLimits);
  const mirrorOf = (limit: { readonly rate: number; readonly burst: number }): Mirror => ({
    tokens: limit.burst,
    rate: limit.rate,
    at: clock(),
  });
  const mirror = mirrorOf(limits);
  const ownMirrors = new Map(operations.map(([operation, limit]) => [operation, mirrorOf(limit)]));
  const localGrants = new Map<string, number>([
    ['', 0],
    ...operations.map(([name]): [string, number] => [name, 0]),
  ]);
  const grantedOf = (name: string): number => localGrants.get(name) ?? 0;

  let processes = 1;
  /** When Redis is asked next. */
  let dueAt = Infinity;
  const untilDue = (now: number): number => (dueAt === Infinity ? 0 : dueAt - now);
  /** Who waits in each of the other processes, until when it holds. */
  let remoteDemands: readonly (readonly number[])[] = [];
  let remoteDemandsUntil = -Infinity;
  let queued = 0;
  let queuedUntil = -Infinity;
  /** While Redis is away, with what it began with. */
  let fallback: TokenSource | undefined;
  let fallbackTokens = 0;

  /** This process's part of the budget as it was last heard of. */
  function useFallback(): void {
    if (fallback !== undefined) return;
    const now = clock();
    const part = (value: number): number => value / processes;
    const left = Math.floor(part(estimate(mirror, limits.burst, now)));
    const ownLimits = Object.fromEntries(
      operations.map(([name, { rate, burst }]) => [
        name,
        { rate: part(rate), burst: Math.max(1, part(burst)) },
      ]),
    );
    const burst = Math.max(1, Math.floor(part(limits.burst)));
    fallbackTokens = Math.min(left, burst);
    fallback = createLocalTokens({ rate: part(limits.rate), burst, ownLimits }, now, fallbackTokens);
  }

  /** How many calls were made that are still there for Redis, which was not asked for them. */
  const deficit = (now: number): number =>
    fallback === undefined ? 0 : Math.max(0, fallbackTokens - Math.max(0, fallback.common.available(now)));

  /** A bucket that is in Redis, or this process's part of it. */
  function bucketOf(name: string, key: string, common: Mirror, burst: number, rate: number): TokenBucket {
    const part = (): TokenBucket | undefined => (name === '' ? fallback?.common : fallback?.own.get(name));
    return {
      available: (now) => grantedOf(name) + Math.max(0, part()?.available(now) ?? 0),
      take(now) {
        if (grantedOf(name) > 0) localGrants.set(name, grantedOf(name) - 1);
        else part()?.take(now);
      },
      msUntil(count, now) {
        const missing = count - grantedOf(name);
        if (missing <= 0) return 0;
        return part()?.msUntil(missing, now) ?? Math.max(untilDue(now), msUntil(common, burst, missing, now));
      },
      slowDown(now, pauseMs, grantedAt) {
        part()?.slowDown(now, pauseMs, grantedAt);
        common.tokens = Math.min(0, estimate(common, burst, now));
        common.at = Math.max(common.at, now + pauseMs);
        if (!scope.isUp()) return;
        const args = [rate, burst, 0, Math.ceil(pauseMs), now - grantedAt];
        scope.run(SLOW_DOWN, [scope.key(key)], args).catch(unlessRedis);
      },
    };
  }

  function tokens(changed: () => void): TokenSource {
    let demand = NO_DEMAND;
    /** What Redis was told last. */
    let reported = 0;
    let isAsking = false;
    let isOutdated = false;
    let closed = false;
    let askedAt = -Infinity;
    let timer: NodeJS.Timeout | undefined;

    const waitingHere = (): number => demand.waiting.reduce((sum, count) => sum + count, 0);
    const surplus = (name: string, needed: number): number =>
      Math.max(0, Math.floor(grantedOf(name) - needed));

    function ownArguments(): number[] {
      return operations.flatMap(([name, { rate, burst }]) => {
        const needed = demand.own.get(name) ?? 0;
        const back = surplus(name, needed);
        localGrants.set(name, grantedOf(name) - back);
        const held = estimate(ownMirrors.get(name) ?? mirror, burst, clock());
        return [rate, burst, Math.max(0, held), Math.max(0, needed - grantedOf(name)), back];
      });
    }

    /** Takes in what a reply of TAKE says. */
    function applyReply([head, ofOwn, ofOthers]: readonly unknown[]): void {
      const now = clock();
      const [granted = 0, left = 0, rate = limits.rate, pause = 0, alive = 1] = listOf(head).map(Number);
      localGrants.set('', grantedOf('') + granted);
      reported -= granted;
      Object.assign(mirror, { tokens: left, rate, at: now + pause });
      processes = Math.max(1, alive);
      operations.forEach(([name, limit], index) => {
        const [ownGranted = 0, ownLeft = 0, ownPause = 0] = listOf(listOf(ofOwn)[index]).map(Number);
        localGrants.set(name, grantedOf(name) + ownGranted);
        Object.assign(ownMirrors.get(name) ?? {}, { tokens: ownLeft, rate: limit.rate, at: now + ownPause });
      });
      remoteDemands = listOf(ofOthers).map((each) => String(each).split(' ').map(Number));
      remoteDemandsUntil = now + DEMAND_MS;
      queued = remoteDemands.flat().reduce((sum, count) => sum + count, 0);
      queuedUntil = remoteDemandsUntil;
    }

    async function ask(): Promise<void> {
      clearTimeout(timer);
      dueAt = Infinity;
      if (isAsking || closed || !scope.isUp()) return;
      isAsking = true;
      isOutdated = false;
      askedAt = clock();
      const back = surplus('', waitingHere());
      localGrants.set('', grantedOf('') - back);
      const shortfall = deficit(askedAt);
      const oldestMs = Math.max(0, askedAt - demand.since);
      const initial = fallback?.common.available(askedAt) ?? estimate(mirror, limits.burst, askedAt);
      const { rate, burst } = limits;
      reported = waitingHere();
      const keys = ['bucket', 'processes', ...operations.map(([name]) => `bucket-${name}`)].map((key) =>
        scope.key(key),
      );
      const head = [processName, rate, burst, Math.max(0, initial) + shortfall, ALIVE_MS, DEMAND_MS];
      const args = [...head, ...demand.waiting, oldestMs, back - shortfall, ...ownArguments()];
      try {
        applyReply(await scope.run(TAKE, keys, args));
      } catch (error) {
        unlessRedis(error);
        // Redis is there, and a stranger's key in the place of the budget.
        if (scope.isUp()) useFallback();
        schedule(MAX_REPORT_INTERVAL_MS);
        return;
      } finally {
        isAsking = false;
      }
      fallback = undefined;
      changed();
    }

    /** Never later than it was scheduled before. */
    function schedule(ms: number): void {
      const at = clock() + ms;
      if (closed || at >= dueAt) return;
      clearTimeout(timer);
      dueAt = at;
      timer = setTimeout(() => void ask(), ms).unref();
    }

    function nextWait(now: number): number {
      if (reported !== waitingHere() || isOutdated)
        return Math.max(0, MIN_REPORT_INTERVAL_MS - (now - askedAt));
      const common = waitingHere() > 0 ? msUntil(mirror, limits.burst, 1, now) : Infinity;
      const own = operations.map(([name, { burst }]) => {
        const needed = (demand.own.get(name) ?? 0) - grantedOf(name);
        return needed > 0 ? msUntil(ownMirrors.get(name) ?? mirror, burst, 1, now) : Infinity;
      });
      return Math.min(MAX_REPORT_INTERVAL_MS, Math.max(MIN_POLL_MS, Math.min(common, ...own)));
    }

    const heartbeat = setInterval(() => void ask(), HEARTBEAT_MS).unref();
    scope.onChange((isUp) => {
      if (closed) return;
      if (isUp) void ask();
      else {
        useFallback();
        changed();
      }
    });
    if (!scope.isUp()) useFallback();

    return {
      common: bucketOf('', 'bucket', mirror, limits.burst, limits.rate),
      own: new Map(
        operations.map(([name, { rate, burst }]) => [
          name,
          bucketOf(name, `bucket-${name}`, ownMirrors.get(name) ?? mirror, burst, rate),
        ]),
      ),
      ahead(rank, before, now) {
        if (fallback !== undefined || now > remoteDemandsUntil) return 0;
        return remoteDemands.reduce((sum, counts) => {
          const higher = counts.slice(0, rank).reduce((total, count) => total + count, 0);
          return sum + higher + Math.min(counts[rank] ?? 0, before + 1);
        }, 0);
      },
      left: (now) => fallback?.left(now) ?? Math.max(0, Math.floor(estimate(mirror, limits.burst, now))),
      isExhausted(now) {
        if (fallback !== undefined) return fallback.isExhausted(now);
        return estimate(mirror, limits.burst, now) < 1 || (now < queuedUntil && queued > 0);
      },
      reportDemand(latest) {
        const isNew = latest.waiting.some((count, rank) => count > (demand.waiting[rank] ?? 0));
        const wantsOwn = operations.some(([name]) => (latest.own.get(name) ?? 0) > grantedOf(name));
        const isLeft = [...localGrants].some(([name, count]) => {
          const needed =
            name === '' ? latest.waiting.reduce((sum, each) => sum + each, 0) : latest.own.get(name);
          return count > (needed ?? 0);
        });
        demand = latest;
        isOutdated ||= isNew;
        if (isAsking || !scope.isUp()) return;
        if (waitingHere() > 0 || reported > 0 || isLeft || wantsOwn) schedule(isLeft ? 0 : nextWait(clock()));
      },
      close() {
        closed = true;
        clearTimeout(timer);
        clearInterval(heartbeat);
      },
    };
  }

  return {
    tokens,
    observe(look) {
      if (look === undefined) return;
      const now = clock();
      Object.assign(mirror, { tokens: look.tokens, rate: look.rate, at: now - look.sinceMs });
      queued = look.queued;
      queuedUntil = now + DEMAND_MS;
    },
    processes: () => processes,
  };
}

function unlessRedis(error: unknown): void {
  if (!(error instanceof RedisFailure)) throw error;
}
