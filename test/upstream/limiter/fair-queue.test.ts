import { describe, expect, test } from '@jest/globals';
import { createFairQueue, type QueuedItem } from '../../../src/upstream/limiter/fair-queue.ts';

interface Call {
  readonly name: string;
  readonly since: number;
}

describe('the fair queue', () => {
  test('an item that moves to another rank and back is still the oldest', () => {
    const queue = createFairQueue<Call>();
    const first: Call = { name: 'first', since: 1 };
    const place = queue.add(2, 'a', first);
    queue.add(1, 'b', { name: 'second', since: 2 });
    place.move(1, 'a');
    expect(queue.oldest()).toBe(first);
    place.move(2, 'a');
    expect(queue.oldest()).toBe(first);
    expect(queue.sizes()).toEqual([0, 1, 1]);
    expect(queue.items().map(({ name }) => name)).toEqual(['first', 'second']);
  });

  test('an item that moves goes before the later ones of its caller, and behind the earlier ones', () => {
    const queue = createFairQueue<Call>();
    queue.add(1, 'a', { name: 'earlier', since: 1 });
    const moved = queue.add(2, 'b', { name: 'moved', since: 2 });
    queue.add(1, 'a', { name: 'later', since: 3 });
    moved.move(1, 'a');
    expect(queue.withAhead()).toEqual([
      [{ name: 'earlier', since: 1 }, 0],
      [{ name: 'moved', since: 2 }, 1],
      [{ name: 'later', since: 3 }, 2],
    ]);
  });

  test('an item that comes from another queue keeps its age', () => {
    const queue = createFairQueue<Call>();
    queue.add(0, 'a', { name: 'second', since: 2 });
    queue.add(0, 'a', { name: 'third', since: 3 });
    queue.add(0, 'a', { name: 'first', since: 1 });
    expect(queue.oldest()?.name).toBe('first');
    expect(queue.first()?.name).toBe('first');
  });

  test.each([
    ['of one caller', () => 'one'],
    ['of as many callers', (index: number) => `caller ${index}`],
  ])('adds and moves many items without visiting all others: %s', (_, callerOf) => {
    let looks = 0;
    const count = 3000;
    const queue = createFairQueue<{ readonly since: number }>();
    const places: QueuedItem[] = [];
    for (let i = 0; i < count; i++) {
      const item = {
        get since() {
          looks += 1;
          return i;
        },
      };
      places.push(queue.add(1, callerOf(i), item));
    }
    places.forEach((place, index) => {
      place.move(2, callerOf(index));
    });
    expect(queue.sizes()).toEqual([0, 0, count]);
    expect(looks).toBeLessThan(20 * count);
  });
});
