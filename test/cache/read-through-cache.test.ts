import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Load } from '../../src/cache/cache.ts';
import { createMemory } from '../../src/cache/memory.ts';
import { type CacheRead, noCacheObserver } from '../../src/cache/observer.ts';
import { createReadThroughCache, type ReadThroughCacheOptions } from '../../src/cache/read-through-cache.ts';
import { CallAborted } from '../../src/errors/call-aborted.ts';
import { UpstreamError, type UpstreamFailure } from '../../src/errors/upstream-error.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const cached = { fresh: false };
const fresh = { fresh: true };

interface Value {
  readonly text: string;
}

/** A cache, and an upstream whose responses the test gives. */
function setUp(options: Partial<ReadThroughCacheOptions> = {}) {
  let exhausted = false;
  const cache = createReadThroughCache<Value>({
    kind: 'stages',
    ttlMs: 5000,
    staleMs: 60_000,
    memory: createMemory(1_000_000),
    isLimiterExhausted: () => exhausted,
    ...options,
  });
  const loads: { load: Load; answer: (text: string) => void; fail: (failure: UpstreamFailure) => void }[] =
    [];
  const load = (loading: Load) =>
    new Promise<Value>((resolve, reject) => {
      loads.push({
        load: loading,
        answer: (text) => resolve({ text }),
        fail: (failure) =>
          reject(
            new UpstreamError({
              failure,
              operation: 'GetStages',
              awsMessage: '',
              requestId: undefined,
              retryAfterSeconds: undefined,
              cause: undefined,
            }),
          ),
      });
    });
  const read = (policy = cached, key = 'api') => cache.get(key, policy, load).then(({ text }) => text);
  /** Reads, and answers the load that this begins. */
  const fill = async (text: string) => {
    const answer = read();
    await jest.advanceTimersByTimeAsync(0);
    loads.at(-1)?.answer(text);
    return answer;
  };
  const later = (ms: number) => jest.advanceTimersByTimeAsync(ms);
  return { cache, loads, read, fill, later, exhaust: (value: boolean) => (exhausted = value) };
}

describe('the read-through cache', () => {
  test('reports the outcome of each read, and the age of its entry', async () => {
    const { cache, loads, fill, later, exhaust } = setUp();
    const told: CacheRead[] = [];
    const observer = { ...noCacheObserver, read: (read: CacheRead) => told.push(read) };
    const read = () => cache.get('api', { fresh: false, observer }, () => Promise.reject(new Error('no')));
    await fill('one');
    await later(1000);
    await read();
    await later(5000);
    exhaust(true);
    await read();
    await cache.invalidate('api');
    const gone = cache.get('api', { fresh: false, observer }, () => new Promise(() => undefined));
    const joined = cache.get('api', { fresh: false, observer }, () => new Promise(() => undefined));
    await later(0);
    expect(told).toEqual([
      { kind: 'stages', outcome: 'hit', ageMs: 1000 },
      { kind: 'stages', outcome: 'stale', ageMs: 6000 },
      { kind: 'stages', outcome: 'miss' },
      { kind: 'stages', outcome: 'joined' },
    ]);
    expect([loads.length, gone, joined]).toEqual([1, expect.any(Promise), expect.any(Promise)]);
  });

  test('peeks at fresh entries only, without a load', async () => {
    const { cache, fill, later, read } = setUp();
    expect(cache.getFresh('api', cached)).toBeUndefined();
    await fill('one');
    expect(cache.getFresh('api', cached)).toEqual({ text: 'one' });
    expect(cache.getFresh('another', cached)).toBeUndefined();
    await later(1010);
    expect(cache.getFresh('api', fresh)).toBeUndefined();
    expect(cache.getFresh('api', cached)).toEqual({ text: 'one' });
    expect(await read()).toBe('one');
    await later(4000);
    expect(cache.getFresh('api', cached)).toBeUndefined();
  });

  test('coalesces identical reads in flight', async () => {
    const { read, loads, later } = setUp();
    const all = Promise.all([read(), read(), read()]);
    await later(0);
    expect(loads).toHaveLength(1);
    loads[0]?.answer('one');
    expect(await all).toEqual(['one', 'one', 'one']);
  });

  test('serves entries that are younger than the TTL, and loads older ones again', async () => {
    const { read, fill, loads, later } = setUp();
    await fill('old');
    await later(4990);
    expect(await read()).toBe('old');
    expect(loads).toHaveLength(1);
    await later(20);
    expect(await fill('new')).toBe('new');
    expect(loads).toHaveLength(2);
  });

  test('serves a stale entry while the limiter is exhausted, and revalidates it in the background', async () => {
    const { read, fill, loads, later, exhaust } = setUp();
    await fill('old');
    await later(10_000);
    exhaust(true);
    expect(await read()).toBe('old');
    expect(await read()).toBe('old');
    expect(loads).toHaveLength(2);
    expect(loads[1]?.load.urgency()).toBe('refresh');
    loads[1]?.answer('new');
    await later(0);
    expect(await read()).toBe('new');
  });

  test('serves no entry that is older than TTL and stale time together', async () => {
    const { read, fill, loads, later, exhaust } = setUp();
    await fill('ancient');
    await later(65_010);
    exhaust(true);
    const answer = read();
    await later(0);
    expect(loads).toHaveLength(2);
    expect(loads[1]?.load.urgency()).toBe('read');
    loads[1]?.answer('new');
    expect(await answer).toBe('new');
  });

  test('aborts a queued load when its last reader has gone', async () => {
    const { cache, loads, later } = setUp();
    const [a, b] = [new AbortController(), new AbortController()];
    const load = (loading: Load) =>
      new Promise<Value>(
        () => void loads.push({ load: loading, answer: () => undefined, fail: () => undefined }),
      );
    void cache.get('api', { fresh: false, abortSignal: () => a.signal }, load);
    void cache.get('api', { fresh: false, abortSignal: () => b.signal }, load);
    await later(0);
    a.abort();
    expect(loads[0]?.load.signal.aborted).toBe(false);
    b.abort();
    expect(loads[0]?.load.signal.aborted).toBe(true);
  });

  test('serves negative entries to fresh reads for a second', async () => {
    const { read, loads, later } = setUp();
    const first = read(fresh).catch((error: unknown) => error);
    await later(0);
    loads[0]?.fail('NOT_FOUND');
    await first;
    await expect(read(fresh)).rejects.toMatchObject({ failure: 'NOT_FOUND' });
    expect(loads).toHaveLength(1);
  });

  test('serves stale entries after a failed load of the same key only', async () => {
    const { read, loads, later } = setUp();
    for (const key of ['sick', 'sound']) {
      const answer = read(cached, key);
      await later(0);
      loads.at(-1)?.answer(key);
      await answer;
    }
    await later(6000);
    const sick = read(cached, 'sick');
    await later(0);
    loads.at(-1)?.fail('BROKEN');
    await sick;
    const sound = read(cached, 'sound');
    await later(0);
    loads.at(-1)?.answer('new');
    expect(await sound).toBe('new');
  });

  test('begins another load for a reader that joins while the last one aborts', async () => {
    const { cache, read, loads, later } = setUp();
    const gone = new AbortController();
    const load = ({ signal }: Load) =>
      new Promise<Value>((_, reject) => {
        signal.addEventListener('abort', () => reject(new CallAborted()));
      });
    void cache.get('api', { fresh: false, abortSignal: () => gone.signal }, load).catch(() => undefined);
    await later(0);
    gone.abort();
    const answer = read();
    await later(0);
    loads[0]?.answer('mine');
    expect(await answer).toBe('mine');
  });

  test('loads again for a fresh read, at most once a second', async () => {
    const { read, fill, loads, later } = setUp();
    await fill('old');
    expect(await read(fresh)).toBe('old');
    await later(1010);
    const answers = Promise.all([read(fresh), read(fresh)]);
    await later(0);
    loads[1]?.answer('new');
    expect(await answers).toEqual(['new', 'new']);
    expect(loads).toHaveLength(2);
  });

  test('does not let a fresh read join a load that was sent more than a second ago', async () => {
    const { read, loads, later } = setUp();
    const early = read();
    await later(0);
    loads[0]?.load.sent();
    await later(1010);
    const late = read(fresh);
    const joined = read(fresh);
    await later(0);
    expect(loads).toHaveLength(2);
    loads[1]?.answer('new');
    loads[0]?.answer('old');
    expect(await Promise.all([early, late, joined])).toEqual(['old', 'new', 'new']);
    expect(await read()).toBe('new');
  });

  test('lets a fresh read join a queued load, however old it is', async () => {
    const { read, loads, later } = setUp();
    const early = read();
    await later(5000);
    const late = read(fresh);
    await later(0);
    expect(loads).toHaveLength(1);
    loads[0]?.answer('new');
    expect(await Promise.all([early, late])).toEqual(['new', 'new']);
  });

  test('serves the result of a write at once, and does not store a load that was in flight', async () => {
    const { cache, read, fill, loads, later } = setUp();
    await fill('before');
    await later(6000);
    const overtaken = read();
    await later(0);
    await cache.mutate('api', () => ({ text: 'written' }));
    loads[1]?.answer('before');
    await overtaken;
    await later(10);
    const after = read();
    await later(0);
    loads.at(-1)?.answer('written and read');
    expect(await after).toBe('written and read');
    expect(loads).toHaveLength(3);
  });

  test('loads invalidated keys again, and does not store a load that was in flight', async () => {
    const { cache, read, fill, loads, later } = setUp();
    await fill('before');
    await cache.invalidate('api');
    const under = read();
    await later(0);
    await cache.invalidate('api');
    loads[1]?.answer('past');
    expect(await under).toBe('past');
    expect(await fill('present')).toBe('present');
    expect(loads).toHaveLength(3);
  });

  test('gives an entry that a write has set the age of that write', async () => {
    const { cache, fill, later, read, loads } = setUp();
    await cache.set('api', { text: 'first' });
    expect(await read()).toBe('first');
    await later(6000);
    await fill('old');
    await later(6000);
    await cache.set('api', { text: 'written' });
    await later(4000);
    expect(await read()).toBe('written');
    expect(loads).toHaveLength(1);
  });

  test('does not store a load in flight over an entry that a write has set', async () => {
    const { cache, loads, later, read } = setUp();
    const early = read();
    await later(0);
    await cache.set('api', { text: 'written' });
    loads[0]?.answer('read before');
    await early;
    expect(await read()).toBe('written');
  });

  test.each(['NOT_FOUND', 'ACCESS_DENIED'] as const)('keeps %s as a negative entry', async (failure) => {
    const { read, loads, later } = setUp();
    const first = read().catch((error: unknown) => error);
    await later(0);
    loads[0]?.fail(failure);
    expect(await first).toMatchObject({ failure });
    await expect(read()).rejects.toMatchObject({ failure });
    expect(loads).toHaveLength(1);
    await later(2100);
    void read().catch(() => undefined);
    await later(0);
    expect(loads).toHaveLength(2);
  });

  test.each(['UNAVAILABLE', 'TIMEOUT', 'BROKEN', 'THROTTLED', 'OVER_BUDGET'] as const)(
    'serves a stale entry in an outage: %s',
    async (failure) => {
      const { read, fill, loads, later } = setUp();
      await fill('known');
      await later(6000);
      const answer = read();
      await later(0);
      loads[1]?.fail(failure);
      expect(await answer).toBe('known');
      // The next reader does not wait for the same failure.
      expect(await read()).toBe('known');
    },
  );

  test('waits at most a second for a load where it has a stale entry', async () => {
    const { read, fill, loads, later } = setUp();
    await fill('known');
    await later(6000);
    const answer = read();
    await later(1010);
    expect(await answer).toBe('known');
    loads[1]?.answer('new');
    await later(0);
    expect(await read()).toBe('new');
  });

  test('stores nothing with a TTL of 0, and still coalesces reads in flight', async () => {
    const { read, fill, loads, later } = setUp({ ttlMs: 0, staleMs: 0 });
    await fill('one');
    const both = Promise.all([read(), read()]);
    await later(0);
    loads[1]?.answer('two');
    expect(await both).toEqual(['two', 'two']);
    expect(loads).toHaveLength(2);
  });

  describe('of what never changes', () => {
    test('serves an entry for ever, also to fresh reads, without an age', async () => {
      const { cache, read, fill, loads, later } = setUp({ ttlMs: Infinity, staleMs: 0, isImmutable: true });
      const told: CacheRead[] = [];
      await fill('one');
      await later(30 * 86_400_000);
      expect(await read()).toBe('one');
      expect(await read(fresh)).toBe('one');
      const value = cache.getFresh('api', {
        fresh: true,
        observer: { ...noCacheObserver, read: (each) => told.push(each) },
      });
      expect(told).toEqual([{ kind: 'stages', outcome: 'hit', ageMs: 0 }]);
      expect(value && cache.ageOf('api', value)).toBe(0);
      expect(loads).toHaveLength(1);
    });

    test('loads it again after the time that it is given', async () => {
      const { read, fill, loads, later } = setUp({ ttlMs: 3_600_000, staleMs: 0, isImmutable: true });
      await fill('one');
      await later(3_599_000);
      expect(await read(fresh)).toBe('one');
      await later(2000);
      void read();
      await later(0);
      expect(loads).toHaveLength(2);
    });

    test('evicts it where the memory is needed', async () => {
      const { read, loads, later } = setUp({
        memory: createMemory(1500),
        ttlMs: Infinity,
        isImmutable: true,
      });
      for (const key of ['a', 'b', 'c', 'a']) {
        void read(cached, key);
        await later(0);
        loads.at(-1)?.answer(key.repeat(400));
        await later(0);
      }
      expect(loads).toHaveLength(4);
    });
  });

  test('bounds negative entries in bytes', async () => {
    const { read, loads, later } = setUp({ memory: createMemory(5000) });
    for (const key of ['a', 'b', 'c']) {
      const answer = read(cached, key).catch((error: unknown) => error);
      await later(0);
      loads.at(-1)?.fail('NOT_FOUND');
      await answer;
    }
    void read(cached, 'c').catch(() => undefined);
    void read(cached, 'a').catch(() => undefined);
    await later(0);
    expect(loads).toHaveLength(4);
  });

  test('bounds entries in bytes', async () => {
    const { read, loads, later } = setUp({ memory: createMemory(1500) });
    for (const key of ['a', 'b', 'c']) {
      const answer = read(cached, key);
      await later(0);
      loads.at(-1)?.answer(key.repeat(400));
      await answer;
    }
    void read(cached, 'a').catch(() => undefined);
    await later(0);
    expect(loads).toHaveLength(4);
  });
});
