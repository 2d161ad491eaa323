import { describe, expect, test } from '@jest/globals';
import { createFairQueue, type Place } from '../../../src/upstream/limiter/fair-queue.ts';

interface Call {
  readonly name: string;
  readonly since: number;
}

describe('turns', () => {
  test('an item that moves to another rank and back is still the oldest', () => {
    const turns = createFairQueue<Call>();
    const first: Call = { name: 'first', since: 1 };
    const place = turns.add(2, 'a', first);
    turns.add(1, 'b', { name: 'second', since: 2 });
    place.move(1, 'a');
    expect(turns.oldest()).toBe(first);
    place.move(2, 'a');
    expect(turns.oldest()).toBe(first);
    expect(turns.sizes()).toEqual([0, 1, 1]);
    expect(turns.items().map(({ name }) => name)).toEqual(['first', 'second']);
  });

  test('an item that moves goes before the later ones of its caller, and behind the earlier ones', () => {
    const turns = createFairQueue<Call>();
    turns.add(1, 'a', { name: 'earlier', since: 1 });
    const moved = turns.add(2, 'b', { name: 'moved', since: 2 });
    turns.add(1, 'a', { name: 'later', since: 3 });
    moved.move(1, 'a');
    expect(turns.withAhead()).toEqual([
      [{ name: 'earlier', since: 1 }, 0],
      [{ name: 'moved', since: 2 }, 1],
      [{ name: 'later', since: 3 }, 2],
    ]);
  });

  test('an item that comes from another queue keeps its age', () => {
    const turns = createFairQueue<Call>();
    turns.add(0, 'a', { name: 'second', since: 2 });
    turns.add(0, 'a', { name: 'third', since: 3 });
    turns.add(0, 'a', { name: 'first', since: 1 });
    expect(turns.oldest()?.name).toBe('first');
    expect(turns.first()?.name).toBe('first');
  });

  test.each([
    ['of one caller', () => 'one'],
    ['of as many callers', (index: number) => `caller ${index}`],
  ])('many items come and move without a look at all the others: %s', (_, callerOf) => {
    let looks = 0;
    const count = 3000;
    const turns = createFairQueue<{ readonly since: number }>();
    const places: Place[] = [];
    for (let i = 0; i < count; i++) {
      const item = {
        get since() {
          looks += 1;
          return i;
        },
      };
      places.push(turns.add(1, callerOf(i), item));
    }
    places.forEach((place, index) => {
      place.move(2, callerOf(index));
    });
    expect(turns.sizes()).toEqual([0, 0, count]);
    expect(looks).toBeLessThan(20 * count);
  });
});
