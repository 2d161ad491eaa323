import { withinMs } from '../upstream/time/time-limit.ts';
import type { Logger } from './logger.ts';

/** What the gateway needs in order to work, by name. No check may call the control plane. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

export interface Readiness {
  /** The names of the failed checks; empty: ready for requests. */
  problems(): Promise<readonly string[]>;
  /** The process is stopping: load balancers must send no more requests. */
  stop(): void;
  isStopping(): boolean;
}

/** A check that takes longer has failed. */
const CHECK_TIMEOUT_MS = 2000;
/** Checks run at most this often, however many probes arrive. */
const CHECK_INTERVAL_MS = 1000;

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

export function createReadiness(checks: ReadinessChecks, logger: Logger): Readiness {
  let stopping = false;
  let last: { readonly since: number; readonly problems: Promise<readonly string[]> } | undefined;

  async function runChecks(): Promise<readonly string[]> {
    const all = Object.entries(checks).map(([name, check]) => failureOf(name, check, logger));
    return (await Promise.all(all)).flat();
  }

  return {
    problems() {
      if (stopping) return Promise.resolve(['stopping']);
      const now = performance.now();
      if (last === undefined || now - last.since > CHECK_INTERVAL_MS) {
        last = { since: now, problems: runChecks() };
      }
      return last.problems;
    },
    stop() {
      stopping = true;
    },
    isStopping: () => stopping,
  };
}
