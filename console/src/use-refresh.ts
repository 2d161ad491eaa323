import { useEffect, useRef } from 'react';

const SHORTEST_MS = 30_000;
const LONGEST_MS = 300_000;
/** While the gateway goes through its targets for the first time. */
const INCOMPLETE_MS = 3000;

export interface RefreshOptions {
  readonly load: () => Promise<unknown>;
  /** When AWS was asked about what is shown. */
  readonly observedAt: string | undefined;
  readonly isPaused?: boolean;
  readonly isIncomplete?: boolean;
}

/**
 * Loads again while the page is visible. `observedAt` that stays the same means that the gateway's cache has answered: then
 * it waits twice as long, so that it never asks more often than the cache is renewed.
 */
export function useRefresh({ isPaused = false, isIncomplete = false, ...of }: RefreshOptions): void {
  const latest = useRef(of);
  latest.current = of;
  useEffect(() => {
    if (isPaused) return undefined;
    const shortest = isIncomplete ? INCOMPLETE_MS : SHORTEST_MS;
    let delay = shortest;
    let due = Date.now() + delay;
    let busy = false;
    const check = async (): Promise<void> => {
      if (busy || document.hidden || Date.now() < due) return;
      busy = true;
      const before = latest.current.observedAt;
      // What fails is shown where it is loaded.
      await latest.current.load().catch(() => undefined);
      delay = latest.current.observedAt === before ? Math.min(delay * 2, LONGEST_MS) : shortest;
      due = Date.now() + delay;
      busy = false;
    };
    const timer = setInterval(() => void check(), 1000);
    const onVisible = () => void check();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [isPaused, isIncomplete]);
}
