import { createLocalTokens, type Limits, type TokenSource } from '../../limiter/tokens.ts';
import type { BucketState } from '../cache/lookups.ts';
import { listOf } from '../connection/commands.ts';
import { type BucketView, createBucketView, estimate } from './shared-bucket.ts';

/** What this process knows of the tokens of all processes; Redis was asked a moment ago. */
export interface TokenState {
  readonly limits: Limits;
  readonly common: BucketView;
  /** By operation with a limit of its own. */
  readonly byOperation: ReadonlyMap<string, BucketView>;
  /** This process's share while Redis is unavailable, and the tokens that it began with. */
  fallback: { readonly source: TokenSource; readonly initial: number } | undefined;
  /** How many processes there are, this one included. */
  processes: number;
  /** Calls in the queues of the other processes, by priority. */
  remoteDemands: readonly (readonly number[])[];
  remoteDemandsUntil: number;
  /** Calls in the queues of all processes. */
  queued: number;
  queuedUntil: number;
}

/** Tokens are left for processes that have reported demand within this time. */
export const DEMAND_MS = 1500;

export const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

export function createTokenState(limits: Limits, now: number): TokenState {
  const byOperation = Object.entries(limits.operationLimits).map(
    ([operation, limit]): [string, BucketView] => [
      operation,
      createBucketView(`bucket-${operation}`, limit, now),
    ],
  );
  return {
    limits,
    common: createBucketView('bucket', limits, now),
    byOperation: new Map(byOperation),
    fallback: undefined,
    processes: 1,
    remoteDemands: [],
    remoteDemandsUntil: -Infinity,
    queued: 0,
    queuedUntil: -Infinity,
  };
}

/** From now on this process has its share of the limits, as they were last known. */
export function useFallback(state: TokenState, now: number): void {
  if (state.fallback !== undefined) return;
  const share = (value: number): number => value / state.processes;
  const { rate, burst, operationLimits } = state.limits;
  const shareOfBurst = Math.max(1, Math.floor(share(burst)));
  const initial = Math.min(Math.floor(share(estimate(state.common, now))), shareOfBurst);
  const operationShares = Object.fromEntries(
    Object.entries(operationLimits).map(([operation, limit]) => [
      operation,
      { rate: share(limit.rate), burst: Math.max(1, share(limit.burst)) },
    ]),
  );
  const limits = { rate: share(rate), burst: shareOfBurst, operationLimits: operationShares };
  state.fallback = { source: createLocalTokens(limits, now, initial), initial };
}

/** Tokens spent locally while Redis was unavailable: they must still be deducted there. */
export function deficit({ fallback }: TokenState, now: number): number {
  if (fallback === undefined) return 0;
  return Math.max(0, fallback.initial - Math.max(0, fallback.source.common.available(now)));
}

/** Applies the reply of TAKE. Gives the number of tokens granted by the common limit. */
export function applyReply(state: TokenState, reply: readonly unknown[], now: number): number {
  const [head, ofOperations, ofOthers] = reply;
  const { common, limits } = state;
  const [granted = 0, left = 0, rate = limits.rate, pauseMs = 0, alive = 1] = listOf(head).map(Number);
  common.granted += granted;
  Object.assign(common, { tokens: left, rate, refillsFrom: now + pauseMs });
  state.processes = Math.max(1, alive);
  [...state.byOperation.values()].forEach((view, index) => {
    const [ownGranted = 0, tokens = 0, ownPauseMs = 0] = listOf(listOf(ofOperations)[index]).map(Number);
    view.granted += ownGranted;
    Object.assign(view, { tokens, rate: view.limit.rate, refillsFrom: now + ownPauseMs });
  });
  state.remoteDemands = listOf(ofOthers).map((each) => String(each).split(' ').map(Number));
  state.remoteDemandsUntil = now + DEMAND_MS;
  state.queued = sumOf(state.remoteDemands.flat());
  state.queuedUntil = state.remoteDemandsUntil;
  return granted;
}

/** Applies what a lookup of the cache has read of the common bucket. */
export function applyBucketState(state: TokenState, bucket: BucketState, now: number): void {
  const { tokens, rate, sinceMs, queued } = bucket;
  Object.assign(state.common, { tokens, rate, refillsFrom: now - sinceMs });
  state.queued = queued;
  state.queuedUntil = now + DEMAND_MS;
}

/** How many calls of other processes are served before a call of this priority with `before` calls of its own process ahead. */
export function remoteCallsAhead(state: TokenState, rank: number, before: number, now: number): number {
  if (state.fallback !== undefined || now > state.remoteDemandsUntil) return 0;
  return state.remoteDemands.reduce(
    (sum, counts) => sum + sumOf(counts.slice(0, rank)) + Math.min(counts[rank] ?? 0, before + 1),
    0,
  );
}

export function isExhausted({ fallback, common, queued, queuedUntil }: TokenState, now: number): boolean {
  if (fallback !== undefined) return fallback.source.isExhausted(now);
  return estimate(common, now) < 1 || (now < queuedUntil && queued > 0);
}
