import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CallAborted } from '../../../src/errors/call-aborted.ts';
import type { UpstreamError } from '../../../src/errors/upstream-error.ts';
import {
  type CallRequest,
  type RateLimiter,
  createRateLimiter,
  type Priority,
} from '../../../src/upstream/limiter/rate-limiter.ts';
import { createLocalTokens } from '../../../src/upstream/limiter/tokens.ts';
import { deadlineIn, NO_DEADLINE } from '../../../src/upstream/time/deadline.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

let served: string[];
beforeEach(() => {
  served = [];
});

const limits = { rate: 5, burst: 1, operationLimits: {}, minCallMs: 0 };

/** Requests a grant, and records the outcome under `name`. */
function ask(
  limiter: RateLimiter,
  name: string,
  priority: Priority,
  more: Partial<CallRequest> = {},
): Promise<void> {
  const common = {
    operation: 'GetStages',
    priority: () => priority,
    caller: {},
    deadline: deadlineIn(25_000),
  };
  return limiter.acquire({ ...common, ...more }).then(
    () => void served.push(name),
    (error: unknown) => {
      const { failure, retryAfterSeconds } = error as UpstreamError;
      served.push(`${name}: ${failure}, ${String(retryAfterSeconds)} s`);
    },
  );
}

describe('the rate limiter', () => {
  test('reports its tokens and the calls in its queue', async () => {
    const limiter = createRateLimiter({ ...limits, burst: 2 });
    expect(limiter.state()).toEqual({ tokens: 2, waiting: { mutation: 0, read: 0, refresh: 0 } });
    for (const name of ['a', 'b', 'c', 'd']) void ask(limiter, name, 'read');
    void ask(limiter, 'e', 'mutation');
    await jest.advanceTimersByTimeAsync(0);
    expect(limiter.state()).toEqual({ tokens: 0, waiting: { mutation: 1, read: 2, refresh: 0 } });
    limiter.close();
  });

  test('estimates how long a read of a new caller would wait', async () => {
    const limiter = createRateLimiter({ ...limits, burst: 1 });
    expect(limiter.waitMs()).toBe(0);
    for (const name of ['a', 'b', 'c']) void ask(limiter, name, 'read');
    await jest.advanceTimersByTimeAsync(0);
    // Two wait, each of another caller, and a token comes every 200 ms.
    expect(limiter.waitMs()).toBeGreaterThanOrEqual(600);
    expect(limiter.waitMs()).toBeLessThanOrEqual(800);
    limiter.close();
  });

  test('grants the burst at once, and further calls at its rate', async () => {
    const limiter = createRateLimiter({ ...limits, burst: 3 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) void ask(limiter, name, 'read');
    await jest.advanceTimersByTimeAsync(0);
    expect(served).toEqual(['a', 'b', 'c']);
    expect(limiter.isExhausted()).toBe(true);
    await jest.advanceTimersByTimeAsync(210);
    expect(served).toEqual(['a', 'b', 'c', 'd']);
    await jest.advanceTimersByTimeAsync(200);
    expect(served).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('serves mutations before reads, and reads before refreshes', async () => {
    const limiter = createRateLimiter(limits);
    void ask(limiter, 'first', 'refresh');
    void ask(limiter, 'refresh', 'refresh');
    void ask(limiter, 'read', 'read');
    void ask(limiter, 'mutation', 'mutation');
    await jest.advanceTimersByTimeAsync(1000);
    expect(served).toEqual(['first', 'mutation', 'read', 'refresh']);
  });

  test('serves a refresh as a read once a reader joins it', async () => {
    const limiter = createRateLimiter(limits);
    let wanted: Priority = 'refresh';
    void ask(limiter, 'first', 'read');
    void ask(limiter, 'refresh', 'refresh');
    void ask(limiter, 'wanted', 'refresh', { priority: () => wanted });
    wanted = 'read';
    await jest.advanceTimersByTimeAsync(1000);
    expect(served).toEqual(['first', 'wanted', 'refresh']);
  });

  test('serves a refresh among an endless stream of mutations', async () => {
    const limiter = createRateLimiter(limits);
    void ask(limiter, 'refresh', 'refresh');
    void ask(limiter, 'other refresh', 'refresh');
    for (let i = 0; i < 60; i++) {
      void ask(limiter, 'mutation', 'mutation');
      await jest.advanceTimersByTimeAsync(200);
    }
    expect(served).toContain('other refresh');
  });

  /** Reads of so many callers, each of which sends the next one as soon as it is served. */
  function streamReads(limiter: RateLimiter, callers: number): void {
    const stream = async (caller: string): Promise<void> => {
      while (served.length < 1000) await ask(limiter, caller, 'read', { caller });
    };
    for (let i = 0; i < callers; i++) void stream(`stream ${i}`);
  }

  test('serves a call whose priority changes repeatedly among an endless stream of reads', async () => {
    const limiter = createRateLimiter({ ...limits, rate: 40 });
    streamReads(limiter, 40);
    const started = performance.now();
    const priority = (): Priority =>
      Math.floor((performance.now() - started) / 100) % 2 === 0 ? 'refresh' : 'read';
    void ask(limiter, 'flips', 'read', { priority });
    await jest.advanceTimersByTimeAsync(4000);
    expect(served.length).toBeGreaterThan(130);
    expect(served).toContain('flips');
    limiter.close();
  });

  test('serves a read that more and more callers join no later than without them', async () => {
    const limiter = createRateLimiter({ ...limits, rate: 40 });
    const callers = 40;
    streamReads(limiter, callers);
    let joined: ((caller: string) => void) | undefined;
    const onJoin: CallRequest['onJoin'] = (listener) => {
      joined = listener;
    };
    void ask(limiter, 'popular', 'read', { caller: 'popular', onJoin });
    for (let i = 0; i < 20; i++) {
      await jest.advanceTimersByTimeAsync(60);
      joined?.(`reader ${i}`);
    }
    expect(served.indexOf('popular')).toBeGreaterThan(0);
    expect(served.indexOf('popular')).toBeLessThanOrEqual(callers + 1);
    limiter.close();
  });

  test('keeps the age of a call that has waited for its own limit', async () => {
    const operationLimits = { CreateDeployment: { rate: 0.2, burst: 1 } };
    const since: number[] = [];
    const limiter = createRateLimiter({
      ...limits,
      operationLimits,
      tokens: () => ({
        ...createLocalTokens({ ...limits, operationLimits }, performance.now()),
        reportDemand: (demand) => since.push(demand.since),
      }),
    });
    const deploy = { operation: 'CreateDeployment', caller: 'deployer' };
    await ask(limiter, 'first', 'mutation', deploy);
    const asked = performance.now();
    void ask(limiter, 'deployment', 'mutation', deploy);
    await jest.advanceTimersByTimeAsync(4000);
    // The common limit is exhausted when the own one allows the call.
    for (let i = 0; i < 30; i++) void ask(limiter, 'change', 'mutation', { caller: 'changer' });
    await jest.advanceTimersByTimeAsync(1100);
    expect(served).not.toContain('deployment');
    expect(since.at(-1)).toBe(asked);
    limiter.close();
  });

  test('lets callers take turns: one with a hundred reads does not delay one with a single read', async () => {
    const limiter = createRateLimiter(limits);
    const greedy = {};
    for (let i = 0; i < 100; i++) void ask(limiter, `greedy ${i}`, 'read', { caller: greedy });
    void ask(limiter, 'modest', 'read');
    await jest.advanceTimersByTimeAsync(410);
    expect(served).toContain('modest');
    expect(served.length).toBeLessThanOrEqual(3);
  });

  test('serves a call of two callers at the earlier of their turns', async () => {
    const limiter = createRateLimiter(limits);
    let joined: ((caller: string) => void) | undefined;
    for (let i = 0; i < 100; i++) {
      const onJoin: CallRequest['onJoin'] = (listener) => {
        if (i === 99) joined = listener;
      };
      void ask(limiter, `greedy ${i}`, 'read', { caller: 'greedy', onJoin });
    }
    joined?.('modest');
    await jest.advanceTimersByTimeAsync(410);
    expect(served).toContain('greedy 99');
    expect(served.length).toBeLessThanOrEqual(3);
  });

  test('neither delays nor rejects reads for calls that have lost their readers', async () => {
    const limiter = createRateLimiter(limits);
    let wanted: Priority = 'read';
    for (let i = 0; i < 100; i++) {
      void ask(limiter, 'left alone', 'read', { caller: 'dashboard', priority: () => wanted });
    }
    await jest.advanceTimersByTimeAsync(100);
    wanted = 'refresh';
    await jest.advanceTimersByTimeAsync(50);
    void ask(limiter, 'new', 'read', { caller: 'dashboard', deadline: deadlineIn(1000) });
    await jest.advanceTimersByTimeAsync(300);
    expect(served).toContain('new');
  });

  test('bounds the queued calls of one caller, and rejects further ones with a time to retry', async () => {
    const limiter = createRateLimiter({ ...limits, maxOfCaller: 3 });
    for (let i = 0; i < 4; i++) void ask(limiter, 'waits', 'read', { caller: 'greedy' });
    await ask(limiter, 'refused', 'read', { caller: 'greedy' });
    expect(served.at(-1)).toMatch(/^refused: OVER_BUDGET, \d(\.\d)? s$/);
    void ask(limiter, 'modest', 'read', { caller: 'modest' });
    void ask(limiter, 'change', 'mutation', { caller: 'greedy' });
    await jest.advanceTimersByTimeAsync(1100);
    expect(served.slice(2)).toEqual(['change', 'waits', 'modest', 'waits', 'waits']);
  });

  test('bounds the queued refreshes, and aborts further ones', async () => {
    const limiter = createRateLimiter(limits);
    for (let i = 0; i < 5000; i++) {
      const caller = `caller ${i % 10}`;
      void ask(limiter, 'refresh', 'refresh', { caller, deadline: NO_DEADLINE });
    }
    await jest.advanceTimersByTimeAsync(0);
    expect(limiter.state().waiting.refresh).toBe(500);
    limiter.close();
  });

  test.each([
    ['of one caller', () => 'one'],
    ['of ten callers', (index: number) => `caller ${index % 10}`],
    ['of as many callers', (index: number) => `caller ${index}`],
  ])('visits each of many queued calls a few times only: %s', async (_, callerOf) => {
    const limiter = createRateLimiter({ ...limits, maxOfCaller: 10_000 });
    let looks = 0;
    const count = 3000;
    for (let i = 0; i < count; i++) {
      const priority = (): Priority => {
        looks += 1;
        return 'read';
      };
      void ask(limiter, 'x', 'read', { caller: callerOf(i), priority, deadline: NO_DEADLINE });
    }
    await jest.advanceTimersByTimeAsync(0);
    expect(limiter.state().waiting.read).toBe(count - 1);
    expect(looks).toBeLessThan(20 * count);
    limiter.close();
  });

  test('rejects a call that cannot be served in time at once, with a time to retry', async () => {
    const limiter = createRateLimiter(limits);
    for (let i = 0; i < 10; i++) void ask(limiter, 'x', 'read');
    served = [];
    await ask(limiter, 'late', 'read', { deadline: deadlineIn(1000) });
    // Ten before it at five a second, and the share of the starvation guard.
    expect(served.at(-1)).toMatch(/^late: OVER_BUDGET, 2(\.\d)? s$/);
  });

  test('applies the own limit of an operation without delaying others', async () => {
    const limiter = createRateLimiter({
      ...limits,
      rate: 100,
      burst: 100,
      operationLimits: { CreateDeployment: { rate: 0.2, burst: 1 } },
    });
    void ask(limiter, 'deployment 1', 'mutation', { operation: 'CreateDeployment' });
    void ask(limiter, 'deployment 2', 'mutation', { operation: 'CreateDeployment' });
    void ask(limiter, 'read', 'read');
    await jest.advanceTimersByTimeAsync(4900);
    expect(served).toEqual(['deployment 1', 'read']);
    await jest.advanceTimersByTimeAsync(200);
    expect(served).toEqual(['deployment 1', 'read', 'deployment 2']);
  });

  test('reserves a token of an own limit: it costs nothing of the common rate, no other call gets it, and its call does not wait', async () => {
    const limiter = createRateLimiter({
      ...limits,
      operationLimits: { CreateDeployment: { rate: 0.2, burst: 1 } },
    });
    const asker = {
      operation: 'CreateDeployment',
      priority: () => 'mutation' as const,
      caller: {},
      deadline: deadlineIn(25_000),
    };
    const reservation = await limiter.reserve(asker);
    void ask(limiter, 'another', 'mutation', { operation: 'CreateDeployment' });
    void limiter.reserve(asker).then(({ release }) => {
      served.push('turn');
      release();
    });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(limiter.isExhausted()).toBe(false);
    expect(served).toEqual([]);
    await ask(limiter, 'its own', 'mutation', { operation: 'CreateDeployment', reservation });
    expect(served).toEqual(['its own']);
    await jest.advanceTimersByTimeAsync(4900);
    expect(served).toEqual(['its own']);
    await jest.advanceTimersByTimeAsync(200);
    expect(served).toEqual(['its own', 'another']);
    await jest.advanceTimersByTimeAsync(5000);
    expect(served).toEqual(['its own', 'another', 'turn']);
  });

  test('gives a released reservation to the next call at once', async () => {
    const limiter = createRateLimiter({
      ...limits,
      operationLimits: { CreateDeployment: { rate: 0.2, burst: 1 } },
    });
    const asker = { operation: 'CreateDeployment', priority: () => 'mutation' as const, caller: {} };
    const deadline = deadlineIn(25_000);
    const reservation = await limiter.reserve({ ...asker, deadline });
    void limiter.reserve({ ...asker, deadline }).then(() => served.push('next'));
    await jest.advanceTimersByTimeAsync(100);
    expect(served).toEqual([]);
    reservation.release();
    await jest.advanceTimersByTimeAsync(0);
    expect(served).toEqual(['next']);
    const late = limiter.reserve({ ...asker, deadline: deadlineIn(4000) });
    await expect(late).rejects.toMatchObject({ failure: 'OVER_BUDGET' });
  });

  test('serves a mutation before refreshes, however long they have waited', async () => {
    const limiter = createRateLimiter(limits);
    for (let i = 0; i < 125; i++) void ask(limiter, 'refresh', 'refresh', { deadline: NO_DEADLINE });
    await jest.advanceTimersByTimeAsync(10_000);
    served = [];
    void ask(limiter, 'mutation', 'mutation');
    void ask(limiter, 'read', 'read');
    await jest.advanceTimersByTimeAsync(650);
    expect(served.slice(0, 3)).toEqual(expect.arrayContaining(['mutation', 'read']));
  });

  test('serves refreshes in their order, and rejects none', async () => {
    const limiter = createRateLimiter(limits);
    const names = Array.from({ length: 200 }, (_, index) => `refresh ${index}`);
    for (const name of names) void ask(limiter, name, 'refresh', { deadline: NO_DEADLINE });
    await jest.advanceTimersByTimeAsync(41_000);
    expect(served).toEqual(names);
  });

  const granted = async (limiter: RateLimiter) =>
    limiter.acquire({
      operation: 'GetStages',
      priority: () => 'read',
      caller: {},
      deadline: deadlineIn(25_000),
    });

  test('pauses for the time of Retry-After, and continues more slowly', async () => {
    const limiter = createRateLimiter({ ...limits, burst: 10 });
    (await granted(limiter)).throttledByAws(3);
    void ask(limiter, 'a', 'mutation');
    await jest.advanceTimersByTimeAsync(2990);
    expect(served).toEqual([]);
    await jest.advanceTimersByTimeAsync(500);
    expect(served).toEqual(['a']);
  });

  test('slows down once for calls that are throttled at the same time', async () => {
    const limiter = createRateLimiter({ ...limits, rate: 10, burst: 10 });
    const receipts = [await granted(limiter), await granted(limiter), await granted(limiter)];
    for (const receipt of receipts) receipt.throttledByAws(undefined);
    void ask(limiter, 'a', 'read');
    void ask(limiter, 'b', 'read');
    // A second's pause, then 5 a second.
    await jest.advanceTimersByTimeAsync(1450);
    expect(served).toEqual(['a', 'b']);
  });

  test('a refusal of AWS tells those at once who can no longer be served in time', async () => {
    const limiter = createRateLimiter({ ...limits, burst: 2 });
    const receipt = await granted(limiter);
    void ask(limiter, 'first', 'mutation');
    void ask(limiter, 'late', 'mutation', { deadline: deadlineIn(2000) });
    await jest.advanceTimersByTimeAsync(0);
    receipt.throttledByAws(30);
    await jest.advanceTimersByTimeAsync(0);
    expect(served).toEqual(['first', expect.stringMatching(/^late: OVER_BUDGET, 30\.\d s$/)]);
  });

  test('does not spend on a call that has no time left to be answered', async () => {
    const limiter = createRateLimiter({ ...limits, burst: 10, minCallMs: 500 });
    await ask(limiter, 'too late', 'mutation', { deadline: deadlineIn(400) });
    expect(served).toEqual([expect.stringMatching(/^too late: OUT_OF_TIME/)]);
    await ask(limiter, 'in time', 'mutation', { deadline: deadlineIn(600) });
    expect(served).toContain('in time');
  });

  test('refuses everybody once it is closed', async () => {
    const limiter = createRateLimiter(limits);
    void ask(limiter, 'first', 'read');
    const waiting = granted(limiter).catch((error: unknown) => error);
    limiter.close();
    expect(await waiting).toBeInstanceOf(CallAborted);
    await expect(granted(limiter)).rejects.toBeInstanceOf(CallAborted);
  });

  test('who gives up leaves the queue, and costs nothing', async () => {
    const limiter = createRateLimiter(limits);
    const controller = new AbortController();
    void ask(limiter, 'first', 'read');
    void ask(limiter, 'gone', 'read', { signal: controller.signal });
    void ask(limiter, 'next', 'read');
    controller.abort();
    await jest.advanceTimersByTimeAsync(210);
    expect(served.filter((name) => !name.startsWith('gone'))).toEqual(['first', 'next']);
  });
});
