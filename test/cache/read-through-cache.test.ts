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

/** A store, and an upstream whose answers are given by hand. */
function setUp(options: Partial<ReadThroughCacheOptions> = {}) {
  let spent = false;
  const store = createReadThroughCache<Value>({
    kind: 'stages',
    ttlMs: 5000,
    staleMs: 60_000,
    memory: createMemory(1_000_000),
    isLimiterExhausted: () => spent,
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
  const read = (policy = cached, key = 'api') => store.get(key, policy, load).then(({ text }) => text);
  /** Reads, and answers the load that this begins. */
  const fill = async (text: string) => {
    const answer = read();
    await jest.advanceTimersByTimeAsync(0);
    loads.at(-1)?.answer(text);
    return answer;
  };
  const later = (ms: number) => jest.advanceTimersByTimeAsync(ms);
  return { store, loads, read, fill, later, spend: (value: boolean) => (spent = value) };
}

describe('the store', () => {
  test('tells how each read was answered, and how old the answer is', async () => {
    const { store, loads, fill, later, spend } = setUp();
    const told: CacheRead[] = [];
    const observer = { ...noCacheObserver, read: (read: CacheRead) => told.push(read) };
    const read = () => store.get('api', { fresh: false, observer }, () => Promise.reject(new Error('no')));
    await fill('one');
    await later(1000);
    await read();
    await later(5000);
    spend(true);
    await read();
    await store.invalidate('api');
    const gone = store.get('api', { fresh: false, observer }, () => new Promise(() => undefined));
    const joined = store.get('api', { fresh: false, observer }, () => new Promise(() => undefined));
    await later(0);
    expect(told).toEqual([
      { kind: 'stages', outcome: 'hit', ageMs: 1000 },
      { kind: 'stages', outcome: 'stale', ageMs: 6000 },
      { kind: 'stages', outcome: 'miss' },
      { kind: 'stages', outcome: 'joined' },
    ]);
    expect([loads.length, gone, joined]).toEqual([1, expect.any(Promise), expect.any(Promise)]);
  });

  test('has at hand what a read would answer from memory, and nothing else', async () => {
    const { store, fill, later, read } = setUp();
    expect(store.getFresh('api', cached)).toBeUndefined();
    await fill('one');
    expect(store.getFresh('api', cached)).toEqual({ text: 'one' });
    expect(store.getFresh('another', cached)).toBeUndefined();
    await later(1010);
    expect(store.getFresh('api', fresh)).toBeUndefined();
    expect(store.getFresh('api', cached)).toEqual({ text: 'one' });
    expect(await read()).toBe('one');
    await later(4000);
    expect(store.getFresh('api', cached)).toBeUndefined();
  });

  test('makes identical reads under way one', async () => {
    const { read, loads, later } = setUp();
    const all = Promise.all([read(), read(), read()]);
    await later(0);
    expect(loads).toHaveLength(1);
    loads[0]?.answer('one');
    expect(await all).toEqual(['one', 'one', 'one']);
  });

  test('answers what is younger than the TTL, and asks again for what is older', async () => {
    const { read, fill, loads, later } = setUp();
    await fill('old');
    await later(4990);
    expect(await read()).toBe('old');
    expect(loads).toHaveLength(1);
    await later(20);
    expect(await fill('new')).toBe('new');
    expect(loads).toHaveLength(2);
  });

  test('with the budget spent, answers the last known value and asks in the background', async () => {
    const { read, fill, loads, later, spend } = setUp();
    await fill('old');
    await later(10_000);
    spend(true);
    expect(await read()).toBe('old');
    expect(await read()).toBe('old');
    expect(loads).toHaveLength(2);
    expect(loads[1]?.load.urgency()).toBe('refresh');
    loads[1]?.answer('new');
    await later(0);
    expect(await read()).toBe('new');
  });

  test('answers nothing that is older than TTL and staleness together', async () => {
    const { read, fill, loads, later, spend } = setUp();
    await fill('ancient');
    await later(65_010);
    spend(true);
    const answer = read();
    await later(0);
    expect(loads).toHaveLength(2);
    expect(loads[1]?.load.urgency()).toBe('read');
    loads[1]?.answer('new');
    expect(await answer).toBe('new');
  });

  test('a reader that has gone takes its load out of the queue, unless another waits for it', async () => {
    const { store, loads, later } = setUp();
    const [a, b] = [new AbortController(), new AbortController()];
    const load = (loading: Load) =>
      new Promise<Value>(
        () => void loads.push({ load: loading, answer: () => undefined, fail: () => undefined }),
      );
    void store.get('api', { fresh: false, abortSignal: () => a.signal }, load);
    void store.get('api', { fresh: false, abortSignal: () => b.signal }, load);
    await later(0);
    a.abort();
    expect(loads[0]?.load.signal.aborted).toBe(false);
    b.abort();
    expect(loads[0]?.load.signal.aborted).toBe(true);
  });

  test('what is missing is not asked for more often than once a second by fresh reads', async () => {
    const { read, loads, later } = setUp();
    const first = read(fresh).catch((error: unknown) => error);
    await later(0);
    loads[0]?.fail('NOT_FOUND');
    await first;
    await expect(read(fresh)).rejects.toMatchObject({ failure: 'NOT_FOUND' });
    expect(loads).toHaveLength(1);
  });

  test('the trouble of one thing does not make others old', async () => {
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

  test('who comes while a load is given up by others gets one of its own', async () => {
    const { store, read, loads, later } = setUp();
    const gone = new AbortController();
    const load = ({ signal }: Load) =>
      new Promise<Value>((_, reject) => {
        signal.addEventListener('abort', () => reject(new CallAborted()));
      });
    void store.get('api', { fresh: false, abortSignal: () => gone.signal }, load).catch(() => undefined);
    await later(0);
    gone.abort();
    const answer = read();
    await later(0);
    loads[0]?.answer('mine');
    expect(await answer).toBe('mine');
  });

  test('a fresh read asks again, but not more often than once a second for all', async () => {
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

  test('a fresh read does not take the answer to what was sent a second before it came', async () => {
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

  test('a fresh read joins what still waits for its turn, however long', async () => {
    const { read, loads, later } = setUp();
    const early = read();
    await later(5000);
    const late = read(fresh);
    await later(0);
    expect(loads).toHaveLength(1);
    loads[0]?.answer('new');
    expect(await Promise.all([early, late])).toEqual(['new', 'new']);
  });

  test("a write's answer is the truth at once, and a load that was under way loses", async () => {
    const { store, read, fill, loads, later } = setUp();
    await fill('before');
    await later(6000);
    const overtaken = read();
    await later(0);
    await store.mutate('api', () => ({ text: 'written' }));
    loads[1]?.answer('before');
    await overtaken;
    await later(10);
    const after = read();
    await later(0);
    loads.at(-1)?.answer('written and read');
    expect(await after).toBe('written and read');
    expect(loads).toHaveLength(3);
  });

  test('what was forgotten is asked for again, and a load that was under way is not stored', async () => {
    const { store, read, fill, loads, later } = setUp();
    await fill('before');
    await store.invalidate('api');
    const under = read();
    await later(0);
    await store.invalidate('api');
    loads[1]?.answer('past');
    expect(await under).toBe('past');
    expect(await fill('present')).toBe('present');
    expect(loads).toHaveLength(3);
  });

  test('is as young as the write that has replaced what it holds, whatever that was', async () => {
    const { store, fill, later, read, loads } = setUp();
    await store.set('api', { text: 'first' });
    expect(await read()).toBe('first');
    await later(6000);
    await fill('old');
    await later(6000);
    await store.set('api', { text: 'written' });
    await later(4000);
    expect(await read()).toBe('written');
    expect(loads).toHaveLength(1);
  });

  test('lets a load under way lose against a write that replaces what it holds', async () => {
    const { store, loads, later, read } = setUp();
    const early = read();
    await later(0);
    await store.set('api', { text: 'written' });
    loads[0]?.answer('read before');
    await early;
    expect(await read()).toBe('written');
  });

  test.each(['NOT_FOUND', 'ACCESS_DENIED'] as const)('remembers %s for a moment', async (failure) => {
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
    'answers the last known value where AWS cannot be asked: %s',
    async (failure) => {
      const { read, fill, loads, later } = setUp();
      await fill('known');
      await later(6000);
      const answer = read();
      await later(0);
      loads[1]?.fail(failure);
      expect(await answer).toBe('known');
      // And does not let the next reader wait for the same trouble.
      expect(await read()).toBe('known');
    },
  );

  test('waits a second at the most for a newer value where it has an older one', async () => {
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

  test('stores nothing with a TTL of 0, and still makes reads under way one', async () => {
    const { read, fill, loads, later } = setUp({ ttlMs: 0, staleMs: 0 });
    await fill('one');
    const both = Promise.all([read(), read()]);
    await later(0);
    loads[1]?.answer('two');
    expect(await both).toEqual(['two', 'two']);
    expect(loads).toHaveLength(2);
  });

  test('remembers no more refusals than its bytes', async () => {
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

  test('holds no more than its bytes', async () => {
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
