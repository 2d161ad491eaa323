import { describe, expect, test } from '@jest/globals';
import { createWriteLock, LockTimeout } from '../../../src/upstream/locks/write-lock.ts';
import { deadlineIn } from '../../../src/upstream/time/deadline.ts';

const never = new Promise<never>(() => undefined);

describe('the write lock', () => {
  test('runs one writer of an API at a time, in the order of the calls; writers of other APIs do not wait', async () => {
    const lock = createWriteLock();
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} ends`);
    };
    const deadline = deadlineIn(5000);
    await Promise.all([
      lock('a', deadline, work('a1')),
      lock('a', deadline, work('a2')),
      lock('b', deadline, work('b1')),
    ]);
    expect(events.filter((event) => event.startsWith('a'))).toEqual([
      'a1 begins',
      'a1 ends',
      'a2 begins',
      'a2 ends',
    ]);
    expect(events.indexOf('b1 begins')).toBeLessThan(events.indexOf('a1 ends'));
  });

  test('is released by a writer that fails', async () => {
    const lock = createWriteLock();
    const failing = lock('a', deadlineIn(5000), () => Promise.reject(new Error('no')));
    const next = lock('a', deadlineIn(5000), () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('done');
  });

  test('rejects a writer at its deadline, and does not start its work later', async () => {
    const lock = createWriteLock();
    void lock('a', deadlineIn(5000), () => never);
    let begun = false;
    const late = lock('a', deadlineIn(20), () => {
      begun = true;
      return Promise.resolve();
    });
    await expect(late).rejects.toBeInstanceOf(LockTimeout);
    expect(begun).toBe(false);
  });

  test('is not released early by a writer that times out', async () => {
    const lock = createWriteLock();
    let end: () => void = () => undefined;
    const first = lock('a', deadlineIn(5000), () => new Promise<void>((resolve) => (end = resolve)));
    await expect(lock('a', deadlineIn(20), () => never)).rejects.toBeInstanceOf(LockTimeout);
    const events: string[] = [];
    const last = lock('a', deadlineIn(5000), () => Promise.resolve(events.push('the last begins')));
    await new Promise((resolve) => setTimeout(resolve, 20));
    events.push('the first ends');
    end();
    await Promise.all([first, last]);
    expect(events).toEqual(['the first ends', 'the last begins']);
  });
});
