import { setImmediate } from 'node:timers/promises';
import { type Expression, sql } from 'kysely';
import type { CrawlTime } from '../../src/memory/crawl/index.ts';

const START = Date.UTC(2026, 0, 1);

/** Time that passes only when a test says so, from one sleeper to the next. */
export function createVirtualTime() {
  let elapsed = 0;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();

  /** The time of one process. */
  const ofProcess = () => {
    let isDead = false;
    const time: CrawlTime = {
      now: () => START + elapsed,
      monotonic: () => elapsed,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          const sleeper = {
            at: elapsed + Math.max(0, ms),
            wake: () => {
              sleepers.delete(sleeper);
              signal.removeEventListener('abort', sleeper.wake);
              if (!isDead) resolve();
            },
          };
          sleepers.add(sleeper);
          signal.addEventListener('abort', sleeper.wake);
          if (signal.aborted) sleeper.wake();
        }),
    };
    /** Nothing of the process goes on, as after SIGKILL. */
    const kill = () => (isDead = true);
    return { time, kill };
  };

  return {
    ofProcess,
    elapsed: () => elapsed,
    /** The clock of the database, as SQL. */
    databaseTime: {
      expressionType: undefined,
      toOperationNode: () => sql.lit(START + elapsed).toOperationNode(),
    } satisfies Expression<number>,
    async advance(ms: number): Promise<void> {
      const end = elapsed + ms;
      for (;;) {
        // All that needs no time has happened.
        await setImmediate();
        const [next] = [...sleepers].sort((a, b) => a.at - b.at);
        if (next === undefined || next.at > end) break;
        elapsed = Math.max(elapsed, next.at);
        next.wake();
      }
      elapsed = end;
    },
  };
}
