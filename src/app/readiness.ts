import type { Logger } from './logger.ts';

/** What must work for the gateway to be of use, by name. None may cost a call to the control plane. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

export interface Readiness {
  /** What keeps requests from being sent here; empty: nothing does. */
  problems(): Promise<readonly string[]>;
  /** The process is about to end: no more requests, please. */
  stop(): void;
  isStopping(): boolean;
}

/** A check that takes longer has failed. */
const PATIENCE_MS = 2000;
/** However many ask, so often the checks are made. */
const HOLDS_MS = 1000;

async function failureOf(name: string, check: () => Promise<unknown>, logger: Logger): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    await Promise.race([check(), late]);
    return [];
  } catch (error) {
    logger.warn({ check: name, err: error }, 'not ready');
    return [name];
  } finally {
    clearTimeout(timer);
  }
}

/** Whether requests should be sent here. */
export function createReadiness(checks: ReadinessChecks, logger: Logger): Readiness {
  let stopping = false;
  let last: { readonly since: number; readonly problems: Promise<readonly string[]> } | undefined;

  async function ask(): Promise<readonly string[]> {
    const all = Object.entries(checks).map(([name, check]) => failureOf(name, check, logger));
    return (await Promise.all(all)).flat();
  }

  return {
    problems() {
      if (stopping) return Promise.resolve(['stopping']);
      const now = performance.now();
      if (last === undefined || now - last.since > HOLDS_MS) last = { since: now, problems: ask() };
      return last.problems;
    },
    stop() {
      stopping = true;
    },
    isStopping: () => stopping,
  };
}
