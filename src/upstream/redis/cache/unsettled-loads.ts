import type { Load, Loader } from '../../../cache/cache.ts';

/** A load that no later reader joins. */
const unsharedLoad: Omit<Load, 'signal'> = { urgency: () => 'read', sent: () => undefined };

interface Running<Value> {
  readonly current: Promise<Value>;
  next?: Promise<Value>;
}

/** Loads while a write is in flight: each begins after the read that waits for it, and is not stored. */
export function createUnsettledLoads<Value>(): (key: string, load: Loader<Value>) => Promise<Value> {
  const loads = new Map<string, Running<Value>>();
  return (key, load) => {
    const begin = (): Promise<Value> => {
      const current = load({ ...unsharedLoad, signal: new AbortController().signal });
      const running: Running<Value> = { current };
      loads.set(key, running);
      const end = () => {
        if (loads.get(key) === running) loads.delete(key);
      };
      current.then(end, end);
      return current;
    };
    const running = loads.get(key);
    if (running === undefined) return begin();
    running.next ??= running.current.then(begin, begin);
    return running.next;
  };
}
