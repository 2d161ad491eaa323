import { useEffect, useRef } from 'react';

const SHORTEST_MS = 30_000;
const LONGEST_MS = 300_000;

/**
 * Loads again while the page is visible. `observedAt` that stays the same means that the gateway's cache has answered: then
 * it waits twice as long, so that it never asks more often than the cache is renewed.
 */
export function useRefresh(load: () => Promise<unknown>, observedAt: string | undefined, pause = false): void {
  const latest = useRef({ load, observedAt });
  latest.current = { load, observedAt };
  useEffect(() => {
    if (pause) return undefined;
    let delay = SHORTEST_MS;
    let due = Date.now() + delay;
    let busy = false;
    const check = async (): Promise<void> => {
      if (busy || document.hidden || Date.now() < due) return;
      busy = true;
      const before = latest.current.observedAt;
      // What fails is shown where it is loaded.
      await latest.current.load().catch(() => undefined);
      delay = latest.current.observedAt === before ? Math.min(delay * 2, LONGEST_MS) : SHORTEST_MS;
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
  }, [pause]);
}
