import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './logger.ts';
import type { Readiness } from './readiness.ts';

export interface StopOptions {
  readonly logger: Logger;
  readonly readiness: Readiness;
  /** Between «not ready» and the end of listening: who balances the load must hear of it. */
  readonly delayMs: number;
  /** For everything, the delay included. */
  readonly timeoutMs: number;
  /** What is to be closed, one after the other; the first waits for the requests that run. */
  readonly steps: readonly (() => unknown)[];
}

/**
 * Ends the process on SIGTERM and SIGINT: not ready, wait, finish what runs, close. It ends by itself, with code 0, when
 * nothing is left to do; a second signal, or the end of the time, ends it at once with code 1.
 */
export function stopOnSignals({ logger, readiness, delayMs, timeoutMs, steps }: StopOptions): void {
  async function stop(signal: NodeJS.Signals): Promise<void> {
    logger.info({ signal }, 'stopping');
    readiness.stop();
    setTimeout(() => {
      logger.error({ timeoutMs }, 'not stopped in time');
      process.exit(1);
    }, timeoutMs).unref();
    // Who presses Ctrl+C sends no more requests.
    if (signal === 'SIGTERM') await sleep(delayMs);
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        logger.error({ err: error }, 'could not stop cleanly');
        process.exitCode = 1;
      }
    }
    logger.info({}, 'stopped');
  }

  const onSignal = (signal: NodeJS.Signals): void => {
    if (readiness.isStopping()) {
      logger.error({ signal }, 'stopped at once');
      process.exit(1);
    }
    void stop(signal);
  };
  // Node ends it with code 1 and says so on standard error; the log shall say it too.
  process.on('uncaughtExceptionMonitor', (error) => logger.error({ err: error }, 'crashed'));
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
