import { CallAborted } from '../errors/call-aborted.ts';
import type { CallerKey } from '../upstream/limiter/fair-queue.ts';
import type { Loader, ReadPolicy } from './cache.ts';

/** A load in flight. */
export interface InFlightLoad<Value> {
  readonly promise: Promise<Value>;
  readonly controller: AbortController;
  /** When its last attempt was sent; undefined while it is queued. */
  sentAt: number | undefined;
  readers: number;
  joined: (caller: CallerKey) => void;
}

interface Settled<Value> {
  readonly stored: (key: string, value: Value) => void;
  readonly failed: (key: string, error: unknown) => void;
}

/**
 * Loads in flight, by key: identical reads share one. `freshMs`: how old a flight may be for fresh reads. `settled` receives
 * the results that are to be stored.
 */
// One closure: a flight's slot, readers and signal change together.
// eslint-disable-next-line max-lines-per-function
export function createSingleFlight<Value>(freshMs: number, settled: Settled<Value>) {
  /** In slots that are emptied: V8 keeps the old storage of a grown map, and what it refers to, until a full collection. */
  const slots = new Map<string, { flight: InFlightLoad<Value> | undefined }>();

  function begin(key: string, load: Loader<Value>, hasStale: boolean): InFlightLoad<Value> {
    const controller = new AbortController();
    const flight: InFlightLoad<Value> = {
      controller,
      sentAt: undefined,
      readers: 0,
      joined: () => undefined,
      promise: Promise.resolve().then(() =>
        load({
          urgency: () => (flight.readers > 0 ? 'read' : 'refresh'),
          hasStale,
          signal: controller.signal,
          sent() {
            flight.sentAt = performance.now();
          },
          onJoin(joined) {
            flight.joined = joined;
          },
        }),
      ),
    };
    const slot: { flight: InFlightLoad<Value> | undefined } = { flight };
    slots.set(key, slot);
    /** Whether the result is stored: after a detach it may be stale. */
    const end = (): boolean => {
      slot.flight = undefined;
      return slots.get(key) === slot && slots.delete(key);
    };
    flight.promise.then(
      (value) => {
        if (end()) settled.stored(key, value);
      },
      (error: unknown) => {
        if (end()) settled.failed(key, error);
      },
    );
    return flight;
  }

  /** The load in flight; undefined for a fresh read if it was sent too long ago. */
  function current(key: string, fresh: boolean): InFlightLoad<Value> | undefined {
    const flight = slots.get(key)?.flight;
    const isOld = flight?.sentAt !== undefined && performance.now() - flight.sentAt >= freshMs;
    return fresh && isOld ? undefined : flight;
  }

  /** Joins the load in flight, or begins one. It is aborted when its last reader leaves. */
  function join(key: string, load: Loader<Value>, policy: ReadPolicy, hasStale: boolean) {
    const { fresh, abortSignal, callerKey } = policy;
    const known = current(key, fresh);
    const flight = known ?? begin(key, load, hasStale);
    flight.readers += 1;
    if (callerKey !== undefined) known?.joined(callerKey());
    const signal = abortSignal?.();
    let hasLeft = false;
    const leave = (): void => {
      signal?.removeEventListener('abort', abort);
      if (hasLeft) return;
      hasLeft = true;
      flight.readers -= 1;
    };
    const abort = (): void => {
      leave();
      // Removes a queued call only: the response of one that was sent is stored for later readers.
      if (flight.readers === 0) flight.controller.abort();
    };
    signal?.addEventListener('abort', abort, { once: true });
    const result: Promise<Value> = flight.promise.catch((error: unknown) => {
      // Its last reader has aborted it while this one joined.
      if (error instanceof CallAborted && signal?.aborted !== true && !hasLeft)
        return wait(key, load, policy);
      throw error;
    });
    return { result, leave };
  }

  /** Joins, and waits for the result. */
  async function wait(key: string, load: Loader<Value>, policy: ReadPolicy): Promise<Value> {
    const { result, leave } = join(key, load, policy, false);
    try {
      return await result;
    } finally {
      leave();
    }
  }

  return {
    current,
    /** Begins a background load. */
    refresh(key: string, load: Loader<Value>): void {
      if (!slots.has(key)) begin(key, load, true);
    },
    join,
    wait,
    /** The result of the load in flight is not stored: a write has come between. */
    detach: (key: string) => void slots.delete(key),
    detachPrefix(prefix: string): void {
      for (const key of [...slots.keys()]) if (key.startsWith(prefix)) slots.delete(key);
    },
  };
}
