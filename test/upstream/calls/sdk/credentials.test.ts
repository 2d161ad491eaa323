import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createCredentialsCache } from '../../../../src/upstream/calls/sdk/credentials.ts';

interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly expiration?: Date;
}

/** The requests to the provider, which the test answers. */
let requests: ((identity: Identity) => void)[];
const request = () => new Promise<Identity>((resolve) => requests.push(resolve));
const key = (accessKeyId: string, lifeMs?: number): Identity => ({
  accessKeyId,
  secretAccessKey: 'secret',
  ...(lifeMs === undefined ? {} : { expiration: new Date(Date.now() + lifeMs) }),
});
const wait = (ms: number) => jest.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  requests = [];
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('cached credentials', () => {
  const start = () => createCredentialsCache({ request, timeoutMs: 1000 });

  test('are requested once for all readers, and cached', async () => {
    const { provide } = start();
    const both = [provide(), provide()];
    requests[0]?.(key('first'));
    expect(await Promise.all(both)).toEqual([key('first'), key('first')]);
    expect(await provide()).toEqual(key('first'));
    expect(requests).toHaveLength(1);
  });

  test('are requested again with growing delays when no answer comes, and a late answer is used', async () => {
    const { provide } = start();
    const requestedAt: number[] = [];
    for (let second = 0; second < 200; second++) {
      const before = requests.length;
      provide().catch(() => undefined);
      if (requests.length > before) requestedAt.push(second);
      await wait(1001);
    }
    expect(requestedAt.slice(0, 5)).toEqual([0, 1, 3, 7, 15]);
    const [last = 0, one = 0] = requestedAt.toReversed();
    expect(last - one).toBeLessThanOrEqual(62);
    requests[0]?.(key('late'));
    await wait(0);
    expect(await provide()).toEqual(key('late'));
  });

  test('are renewed before they expire, and not used after that', async () => {
    const { provide } = start();
    const first = provide();
    requests[0]?.(key('first', 400_000));
    await first;
    await wait(101_000);
    expect(await provide()).toMatchObject({ accessKeyId: 'first' });
    expect(requests).toHaveLength(2);
    await wait(300_000);
    const renewed = provide();
    requests.at(-1)?.(key('second'));
    expect(await renewed).toEqual(key('second'));
  });

  test('are invalidated if they were requested before that moment, newer ones are not', async () => {
    const { provide, invalidate } = start();
    const before = performance.now();
    await wait(10);
    const first = provide();
    requests[0]?.(key('first'));
    await first;
    invalidate(before);
    await provide();
    expect(requests).toHaveLength(1);
    await wait(10);
    invalidate(performance.now());
    const second = provide();
    requests[1]?.(key('second'));
    expect(await second).toEqual(key('second'));
  });

  test('that were requested before an invalidation are not used, even if they arrive after it', async () => {
    const { provide, invalidate } = start();
    provide().catch(() => undefined);
    await wait(1001);
    invalidate(performance.now());
    requests[0]?.(key('outdated'));
    await wait(0);
    const next = provide();
    requests[1]?.(key('new'));
    expect(await next).toEqual(key('new'));
    expect(requests).toHaveLength(2);
  });
});
