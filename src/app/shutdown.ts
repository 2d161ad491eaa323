import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './logger.ts';
import type { Readiness } from './readiness.ts';

export type OnSignal = (signal: NodeJS.Signals) => void;

/**
 * Handles SIGTERM and SIGINT from the first moment: process 1 of a container ignores signals without a handler. Until the
 * returned function sets another handler, a signal ends the process, which has started nothing yet.
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

export interface ShutdownOptions {
  readonly logger: Logger;
  readonly readiness: Readiness;
  /** From «not ready» until the server stops listening: load balancers need time to notice. */
  readonly delayMs: number;
  /** For the whole shutdown, the delay included. */
  readonly timeoutMs: number;
  /** Run one after the other; the first waits for the requests in flight. */
  readonly steps: readonly (() => unknown)[];
}

/**
 * Stops the process: not ready, delay, finish the requests in flight, close. The process then ends by itself with code 0; a
 * second signal or the timeout ends it at once with code 1.
 */
export function gracefulShutdown(options: ShutdownOptions): OnSignal {
  const { logger, readiness, delayMs, timeoutMs, steps } = options;

  async function stop(signal: NodeJS.Signals): Promise<void> {
    logger.info({ signal }, 'stopping');
    readiness.stop();
    setTimeout(() => {
      logger.error({ timeoutMs }, 'not stopped in time');
      process.exit(1);
    }, timeoutMs).unref();
    // After Ctrl+C there is no load balancer to wait for.
    if (signal === 'SIGTERM') await sleep(delayMs);
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        logger.error({ err: error }, 'shutdown step failed');
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
