import { withinMs } from '../upstream/time/time-limit.ts';
import type { Logger } from './logger.ts';

/** What the gateway needs in order to work, by name. No check may call the control plane. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

export interface Readiness {
  /** The names of the failed checks; empty: ready for requests. */
  problems(): Promise<readonly string[]>;
  /** How many targets cannot be called. The gateway is ready all the same: the others can. */
  failingTargets(): Promise<number>;
  /** The process is stopping: load balancers must send no more requests. */
  stop(): void;
  isStopping(): boolean;
}

/** A check that takes longer has failed. */
const CHECK_TIMEOUT_MS = 2000;
/** Checks run at most this often, however many probes arrive. */
const CHECK_INTERVAL_MS = 1000;
/** Credentials of a target may be a call to STS. */
const TARGETS_INTERVAL_MS = 30_000;

async function failureOf(name: string, check: () => Promise<unknown>, logger: Logger): Promise<string[]> {
  try {
    await withinMs(CHECK_TIMEOUT_MS, check(), () => {
      throw new Error(`no result within ${CHECK_TIMEOUT_MS} ms`);
    });
    return [];
  } catch (error) {
    logger.warn({ check: name, err: error }, 'not ready');
    return [name];
  }
}

/** Runs a check at most once in an interval, and gives its last result meanwhile. */
function throttled<Result>(intervalMs: number, check: () => Promise<Result>): () => Promise<Result> {
  let last: { readonly since: number; readonly result: Promise<Result> } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.since > intervalMs) last = { since: now, result: check() };
    return last.result;
  };
}

export function createReadiness(
  checks: ReadinessChecks,
  logger: Logger,
  failingTargets: () => Promise<number> = () => Promise.resolve(0),
): Readiness {
  let stopping = false;
  const runChecks = throttled(CHECK_INTERVAL_MS, async (): Promise<readonly string[]> => {
    const all = Object.entries(checks).map(([name, check]) => failureOf(name, check, logger));
    return (await Promise.all(all)).flat();
  });
  const countFailing = throttled(TARGETS_INTERVAL_MS, () =>
    withinMs(CHECK_TIMEOUT_MS, failingTargets(), () => 0),
  );

  return {
    problems() {
      return stopping ? Promise.resolve(['stopping']) : runChecks();
    },
    failingTargets: countFailing,
    stop() {
      stopping = true;
    },
    isStopping: () => stopping,
  };
}
