import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './logger.ts';
import type { Readiness } from './readiness.ts';

/** What is done on a signal. */
export type OnSignal = (signal: NodeJS.Signals) => void;

/**
 * Takes over SIGTERM and SIGINT, before anything else is done: process 1 of a container does not hear of signals that it
 * has not asked for. Until what is returned is told better, either ends the process, which has begun nothing yet.
 */
export function catchSignals(): (handler: OnSignal) => void {
  let handle: OnSignal = () => process.exit(0);
  const onSignal: OnSignal = (signal) => handle(signal);
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return (handler) => {
    handle = handler;
  };
}

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
 * Ends the process: not ready, wait, finish what runs, close. It ends by itself, with code 0, when nothing is left to do; a
 * second signal, or the end of the time, ends it at once with code 1.
 */
export function stopInOrder({ logger, readiness, delayMs, timeoutMs, steps }: StopOptions): OnSignal {
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

  return (signal) => {
    if (readiness.isStopping()) {
      logger.error({ signal }, 'stopped at once');
      process.exit(1);
    }
    void stop(signal);
  };
}
