import { withinMs } from '../upstream/time/time-limit.ts';
import type { Logger } from './logger.ts';

/** What the gateway needs in order to work, by name. No check may call the control plane. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

export interface Readiness {
  /** The names of the failed checks; empty: ready for requests. */
  problems(): Promise<readonly string[]>;
  /** The names of what does not work, without which the gateway is ready all the same. */
  degraded(): Promise<readonly string[]>;
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

type OnFailure = (check: string, error: unknown) => void;

async function failureOf(
  name: string,
  check: () => Promise<unknown>,
  onFailure: OnFailure,
): Promise<string[]> {
  try {
    await withinMs(CHECK_TIMEOUT_MS, check(), () => {
      throw new Error(`no result within ${CHECK_TIMEOUT_MS} ms`);
    });
    return [];
  } catch (error) {
    onFailure(name, error);
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

/** `optional`: what the gateway can do without. A failure is not logged here. */
export function createReadiness(
  checks: ReadinessChecks,
  logger: Logger,
  failingTargets: () => Promise<number> = () => Promise.resolve(0),
  optional: ReadinessChecks = {},
): Readiness {
  let stopping = false;
  const runner = (of: ReadinessChecks, onFailure: OnFailure) =>
    throttled(CHECK_INTERVAL_MS, async (): Promise<readonly string[]> => {
      const all = Object.entries(of).map(([name, check]) => failureOf(name, check, onFailure));
      return (await Promise.all(all)).flat();
    });
  const runChecks = runner(checks, (check, err) => logger.warn({ check, err }, 'not ready'));
  const runOptional = runner(optional, () => undefined);
  const countFailing = throttled(TARGETS_INTERVAL_MS, () =>
    withinMs(CHECK_TIMEOUT_MS, failingTargets(), () => 0),
  );

  return {
    problems() {
      return stopping ? Promise.resolve(['stopping']) : runChecks();
    },
    degraded: runOptional,
    failingTargets: countFailing,
    stop() {
      stopping = true;
    },
    isStopping: () => stopping,
  };
}
