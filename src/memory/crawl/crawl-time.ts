import { setTimeout } from 'node:timers/promises';
import { CallAborted } from '../../errors/call-aborted.ts';
import type { CrawlTime } from './crawl-options.ts';

export const realTime: CrawlTime = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  // It does not keep the process alive.
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined),
};

/** It took longer than it may. */
export class TimeLimitExceeded extends Error {
  override readonly name = 'TimeLimitExceeded';
}

/** Waits for work that may hang, up to a limit, and until the signal is aborted. */
export async function withinLimit<Result>(
  { sleep }: CrawlTime,
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const limit = sleep(limitMs, controller.signal).then((): never => {
    throw signal.aborted ? new CallAborted() : new TimeLimitExceeded();
  });
  try {
    return await Promise.race([work(controller.signal), limit]);
  } finally {
    signal.removeEventListener('abort', abort);
    abort();
    limit.catch(() => undefined);
  }
}

/** Spaces what is done: at most so many starts a second. Resolves when the next may start. */
export function createPace({ monotonic, sleep }: CrawlTime, ratePerSecond: number) {
  let next = -Infinity;
  return async (signal: AbortSignal): Promise<void> => {
    const start = Math.max(monotonic(), next);
    next = start + 1000 / ratePerSecond;
    await sleep(start - monotonic(), signal);
  };
}
