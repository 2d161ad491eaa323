import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CallAborted } from '../../../src/errors/call-aborted.ts';
import type { UpstreamError } from '../../../src/errors/upstream-error.ts';
import { deadlineIn, NO_DEADLINE } from '../../../src/upstream/calls/retry.ts';
import {
  type CallRequest,
  type RateLimiter,
  createRateLimiter,
  type Priority,
} from '../../../src/upstream/limiter/rate-limiter.ts';
import { createLocalTokens } from '../../../src/upstream/limiter/tokens.ts';

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

const limits = { rate: 5, burst: 1, ownLimits: {}, minCallMs: 0 };

/** Asks, and notes under `name` what became of it. */
function ask(
  budget: RateLimiter,
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
  return budget.acquire({ ...common, ...more }).then(
    () => void served.push(name),
    (error: unknown) => {
      const { failure, retryAfterSeconds } = error as UpstreamError;
      served.push(`${name}: ${failure}, ${String(retryAfterSeconds)} s`);
    },
  );
}

describe('the budget', () => {
  test('says what is left of it, and who waits', async () => {
    const budget = createRateLimiter({ ...limits, burst: 2 });
    expect(budget.state()).toEqual({ tokens: 2, waiting: { mutation: 0, read: 0, refresh: 0 } });
    for (const name of ['a', 'b', 'c', 'd']) void ask(budget, name, 'read');
    void ask(budget, 'e', 'mutation');
    await jest.advanceTimersByTimeAsync(0);
    expect(budget.state()).toEqual({ tokens: 0, waiting: { mutation: 1, read: 2, refresh: 0 } });
    budget.close();
  });

  test('lets the burst pass at once, and the rest at its rate', async () => {
    const budget = createRateLimiter({ ...limits, burst: 3 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) void ask(budget, name, 'read');
    await jest.advanceTimersByTimeAsync(0);
    expect(served).toEqual(['a', 'b', 'c']);
    expect(budget.isExhausted()).toBe(true);
    await jest.advanceTimersByTimeAsync(210);
    expect(served).toEqual(['a', 'b', 'c', 'd']);
    await jest.advanceTimersByTimeAsync(200);
    expect(served).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('serves changes before reads, and reads before refreshes', async () => {
    const budget = createRateLimiter(limits);
    void ask(budget, 'first', 'refresh');
    void ask(budget, 'refresh', 'refresh');
    void ask(budget, 'read', 'read');
    void ask(budget, 'mutation', 'mutation');
    await jest.advanceTimersByTimeAsync(1000);
    expect(served).toEqual(['first', 'mutation', 'read', 'refresh']);
  });

  test('a refresh that somebody comes to wait for is a read', async () => {
    const budget = createRateLimiter(limits);
    let wanted: Priority = 'refresh';
    void ask(budget, 'first', 'read');
    void ask(budget, 'refresh', 'refresh');
    void ask(budget, 'wanted', 'refresh', { priority: () => wanted });
    wanted = 'read';
    await jest.advanceTimersByTimeAsync(1000);
    expect(served).toEqual(['first', 'wanted', 'refresh']);
  });

  test('nobody waits for ever: a refresh has its turn among changes that never end', async () => {
    const budget = createRateLimiter(limits);
    void ask(budget, 'refresh', 'refresh');
    void ask(budget, 'other refresh', 'refresh');
    for (let i = 0; i < 60; i++) {
      void ask(budget, 'mutation', 'mutation');
      await jest.advanceTimersByTimeAsync(200);
    }
    expect(served).toContain('other refresh');
  });

  /** Reads of so many callers, of whom each asks again as soon as it is served. */
  function streamReads(budget: RateLimiter, callers: number): void {
    const stream = async (caller: string): Promise<void> => {
      while (served.length < 1000) await ask(budget, caller, 'read', { caller });
    };
    for (let i = 0; i < callers; i++) void stream(`stream ${i}`);
  }

  test('a call whose priority changes again and again has its turn among reads that never end', async () => {
    const budget = createRateLimiter({ ...limits, rate: 40 });
    streamReads(budget, 40);
    const started = performance.now();
    const priority = (): Priority =>
      Math.floor((performance.now() - started) / 100) % 2 === 0 ? 'refresh' : 'read';
    void ask(budget, 'flips', 'read', { priority });
    await jest.advanceTimersByTimeAsync(4000);
    expect(served.length).toBeGreaterThan(130);
    expect(served).toContain('flips');
    budget.close();
  });

  test('a read that ever more callers join goes no later than without them', async () => {
    const budget = createRateLimiter({ ...limits, rate: 40 });
    const callers = 40;
    streamReads(budget, callers);
    let joined: ((caller: string) => void) | undefined;
    const onJoin: CallRequest['onJoin'] = (listener) => {
      joined = listener;
    };
    void ask(budget, 'popular', 'read', { caller: 'popular', onJoin });
    for (let i = 0; i < 20; i++) {
      await jest.advanceTimersByTimeAsync(60);
      joined?.(`reader ${i}`);
    }
    expect(served.indexOf('popular')).toBeGreaterThan(0);
    expect(served.indexOf('popular')).toBeLessThanOrEqual(callers + 1);
    budget.close();
  });

  test('a call that its own limit lets through has waited since it was asked for', async () => {
    const ownLimits = { CreateDeployment: { rate: 0.2, burst: 1 } };
    const since: number[] = [];
    const budget = createRateLimiter({
      ...limits,
      ownLimits,
      tokens: () => ({
        ...createLocalTokens({ ...limits, ownLimits }, performance.now()),
        reportDemand: (demand) => since.push(demand.since),
      }),
    });
    const deploy = { operation: 'CreateDeployment', caller: 'deployer' };
    await ask(budget, 'first', 'mutation', deploy);
    const asked = performance.now();
    void ask(budget, 'deployment', 'mutation', deploy);
    await jest.advanceTimersByTimeAsync(4000);
    // The common limit is spent when the own one lets it through.
    for (let i = 0; i < 30; i++) void ask(budget, 'change', 'mutation', { caller: 'changer' });
    await jest.advanceTimersByTimeAsync(1100);
    expect(served).not.toContain('deployment');
    expect(since.at(-1)).toBe(asked);
    budget.close();
  });

  test('callers take turns: one with a hundred reads does not hold up one with a single read', async () => {
    const budget = createRateLimiter(limits);
    const greedy = {};
    for (let i = 0; i < 100; i++) void ask(budget, `greedy ${i}`, 'read', { caller: greedy });
    void ask(budget, 'modest', 'read');
    await jest.advanceTimersByTimeAsync(410);
    expect(served).toContain('modest');
    expect(served.length).toBeLessThanOrEqual(3);
  });

  test('a call for two callers goes when the first of them has its turn', async () => {
    const budget = createRateLimiter(limits);
    let joined: ((caller: string) => void) | undefined;
    for (let i = 0; i < 100; i++) {
      const onJoin: CallRequest['onJoin'] = (listener) => {
        if (i === 99) joined = listener;
      };
      void ask(budget, `greedy ${i}`, 'read', { caller: 'greedy', onJoin });
    }
    joined?.('modest');
    await jest.advanceTimersByTimeAsync(410);
    expect(served).toContain('greedy 99');
    expect(served.length).toBeLessThanOrEqual(3);
  });

  test('what readers have stopped to wait for holds up no read, and refuses none', async () => {
    const budget = createRateLimiter(limits);
    let wanted: Priority = 'read';
    for (let i = 0; i < 100; i++) {
      void ask(budget, 'left alone', 'read', { caller: 'dashboard', priority: () => wanted });
    }
    await jest.advanceTimersByTimeAsync(100);
    wanted = 'refresh';
    await jest.advanceTimersByTimeAsync(50);
    void ask(budget, 'new', 'read', { caller: 'dashboard', deadline: deadlineIn(1000) });
    await jest.advanceTimersByTimeAsync(300);
    expect(served).toContain('new');
  });

  test('one caller may have only so many calls waiting, and is told when to come again', async () => {
    const budget = createRateLimiter({ ...limits, maxOfCaller: 3 });
    for (let i = 0; i < 4; i++) void ask(budget, 'waits', 'read', { caller: 'greedy' });
    await ask(budget, 'refused', 'read', { caller: 'greedy' });
    expect(served.at(-1)).toMatch(/^refused: OVER_BUDGET, \d(\.\d)? s$/);
    void ask(budget, 'modest', 'read', { caller: 'modest' });
    void ask(budget, 'change', 'mutation', { caller: 'greedy' });
    await jest.advanceTimersByTimeAsync(1100);
    expect(served.slice(2)).toEqual(['change', 'waits', 'modest', 'waits', 'waits']);
  });

  test('so many refreshes wait at the most; the others are given up', async () => {
    const budget = createRateLimiter(limits);
    for (let i = 0; i < 5000; i++) {
      const caller = `caller ${i % 10}`;
      void ask(budget, 'refresh', 'refresh', { caller, deadline: NO_DEADLINE });
    }
    await jest.advanceTimersByTimeAsync(0);
    expect(budget.state().waiting.refresh).toBe(500);
    budget.close();
  });

  test.each([
    ['of one caller', () => 'one'],
    ['of ten callers', (index: number) => `caller ${index % 10}`],
    ['of as many callers', (index: number) => `caller ${index}`],
  ])('looks at each of many waiting calls a few times: %s', async (_, callerOf) => {
    const budget = createRateLimiter({ ...limits, maxOfCaller: 10_000 });
    let looks = 0;
    const count = 3000;
    for (let i = 0; i < count; i++) {
      const priority = (): Priority => {
        looks += 1;
        return 'read';
      };
      void ask(budget, 'x', 'read', { caller: callerOf(i), priority, deadline: NO_DEADLINE });
    }
    await jest.advanceTimersByTimeAsync(0);
    expect(budget.state().waiting.read).toBe(count - 1);
    expect(looks).toBeLessThan(20 * count);
    budget.close();
  });

  test('tells at once who cannot be served in time, and when to come back', async () => {
    const budget = createRateLimiter(limits);
    for (let i = 0; i < 10; i++) void ask(budget, 'x', 'read');
    served = [];
    await ask(budget, 'late', 'read', { deadline: deadlineIn(1000) });
    // Ten before it at five a second, and now and then a turn for somebody else.
    expect(served.at(-1)).toMatch(/^late: OVER_BUDGET, 2(\.\d)? s$/);
  });

  test('an operation with a limit of its own keeps it, and holds up no other', async () => {
    const budget = createRateLimiter({
      ...limits,
      rate: 100,
      burst: 100,
      ownLimits: { CreateDeployment: { rate: 0.2, burst: 1 } },
    });
    void ask(budget, 'deployment 1', 'mutation', { operation: 'CreateDeployment' });
    void ask(budget, 'deployment 2', 'mutation', { operation: 'CreateDeployment' });
    void ask(budget, 'read', 'read');
    await jest.advanceTimersByTimeAsync(4900);
    expect(served).toEqual(['deployment 1', 'read']);
    await jest.advanceTimersByTimeAsync(200);
    expect(served).toEqual(['deployment 1', 'read', 'deployment 2']);
  });

  test('a turn that was waited for takes nothing of the common rate, is nobody else’s, and is paid without a wait', async () => {
    const budget = createRateLimiter({ ...limits, ownLimits: { CreateDeployment: { rate: 0.2, burst: 1 } } });
    const asker = {
      operation: 'CreateDeployment',
      priority: () => 'mutation' as const,
      caller: {},
      deadline: deadlineIn(25_000),
    };
    const reservation = await budget.reserve(asker);
    void ask(budget, 'another', 'mutation', { operation: 'CreateDeployment' });
    void budget.reserve(asker).then(({ release }) => {
      served.push('turn');
      release();
    });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(budget.isExhausted()).toBe(false);
    expect(served).toEqual([]);
    await ask(budget, 'its own', 'mutation', { operation: 'CreateDeployment', reservation });
    expect(served).toEqual(['its own']);
    await jest.advanceTimersByTimeAsync(4900);
    expect(served).toEqual(['its own']);
    await jest.advanceTimersByTimeAsync(200);
    expect(served).toEqual(['its own', 'another']);
    await jest.advanceTimersByTimeAsync(5000);
    expect(served).toEqual(['its own', 'another', 'turn']);
  });

  test('a turn that ends unpaid is the next one’s at once', async () => {
    const budget = createRateLimiter({ ...limits, ownLimits: { CreateDeployment: { rate: 0.2, burst: 1 } } });
    const asker = { operation: 'CreateDeployment', priority: () => 'mutation' as const, caller: {} };
    const deadline = deadlineIn(25_000);
    const turn = await budget.reserve({ ...asker, deadline });
    void budget.reserve({ ...asker, deadline }).then(() => served.push('next'));
    await jest.advanceTimersByTimeAsync(100);
    expect(served).toEqual([]);
    turn.release();
    await jest.advanceTimersByTimeAsync(0);
    expect(served).toEqual(['next']);
    const late = budget.reserve({ ...asker, deadline: deadlineIn(4000) });
    await expect(late).rejects.toMatchObject({ failure: 'OVER_BUDGET' });
  });

  test('a change overtakes refreshes, however long they have waited', async () => {
    const budget = createRateLimiter(limits);
    for (let i = 0; i < 125; i++) void ask(budget, 'refresh', 'refresh', { deadline: NO_DEADLINE });
    await jest.advanceTimersByTimeAsync(10_000);
    served = [];
    void ask(budget, 'mutation', 'mutation');
    void ask(budget, 'read', 'read');
    await jest.advanceTimersByTimeAsync(650);
    expect(served.slice(0, 3)).toEqual(expect.arrayContaining(['mutation', 'read']));
  });

  test('refreshes are served in the order in which they came, and none is refused', async () => {
    const budget = createRateLimiter(limits);
    const names = Array.from({ length: 200 }, (_, index) => `refresh ${index}`);
    for (const name of names) void ask(budget, name, 'refresh', { deadline: NO_DEADLINE });
    await jest.advanceTimersByTimeAsync(41_000);
    expect(served).toEqual(names);
  });

  const granted = async (budget: RateLimiter) =>
    budget.acquire({
      operation: 'GetStages',
      priority: () => 'read',
      caller: {},
      deadline: deadlineIn(25_000),
    });

  test('stops for as long as AWS says, and goes on more slowly', async () => {
    const budget = createRateLimiter({ ...limits, burst: 10 });
    (await granted(budget)).throttledByAws(3);
    void ask(budget, 'a', 'mutation');
    await jest.advanceTimersByTimeAsync(2990);
    expect(served).toEqual([]);
    await jest.advanceTimersByTimeAsync(500);
    expect(served).toEqual(['a']);
  });

  test('calls that are refused together slow it down once', async () => {
    const budget = createRateLimiter({ ...limits, rate: 10, burst: 10 });
    const receipts = [await granted(budget), await granted(budget), await granted(budget)];
    for (const receipt of receipts) receipt.throttledByAws(undefined);
    void ask(budget, 'a', 'read');
    void ask(budget, 'b', 'read');
    // A second's pause, then 5 a second.
    await jest.advanceTimersByTimeAsync(1450);
    expect(served).toEqual(['a', 'b']);
  });

  test('a refusal of AWS tells those at once who can no longer be served in time', async () => {
    const budget = createRateLimiter({ ...limits, burst: 2 });
    const receipt = await granted(budget);
    void ask(budget, 'first', 'mutation');
    void ask(budget, 'late', 'mutation', { deadline: deadlineIn(2000) });
    await jest.advanceTimersByTimeAsync(0);
    receipt.throttledByAws(30);
    await jest.advanceTimersByTimeAsync(0);
    expect(served).toEqual(['first', expect.stringMatching(/^late: OVER_BUDGET, 30\.\d s$/)]);
  });

  test('does not spend on a call that has no time left to be answered', async () => {
    const budget = createRateLimiter({ ...limits, burst: 10, minCallMs: 500 });
    await ask(budget, 'too late', 'mutation', { deadline: deadlineIn(400) });
    expect(served).toEqual([expect.stringMatching(/^too late: OUT_OF_TIME/)]);
    await ask(budget, 'in time', 'mutation', { deadline: deadlineIn(600) });
    expect(served).toContain('in time');
  });

  test('refuses everybody once it is closed', async () => {
    const budget = createRateLimiter(limits);
    void ask(budget, 'first', 'read');
    const waiting = granted(budget).catch((error: unknown) => error);
    budget.close();
    expect(await waiting).toBeInstanceOf(CallAborted);
    await expect(granted(budget)).rejects.toBeInstanceOf(CallAborted);
  });

  test('who gives up leaves the queue, and costs nothing', async () => {
    const budget = createRateLimiter(limits);
    const controller = new AbortController();
    void ask(budget, 'first', 'read');
    void ask(budget, 'gone', 'read', { signal: controller.signal });
    void ask(budget, 'next', 'read');
    controller.abort();
    await jest.advanceTimersByTimeAsync(210);
    expect(served.filter((name) => !name.startsWith('gone'))).toEqual(['first', 'next']);
  });
});
