import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createTokenBucket } from '../../../src/upstream/limiter/token-bucket.ts';

describe('a token bucket', () => {
  test('gives its burst at once, and then its rate', () => {
    const bucket = createTokenBucket(5, 20, 0);
    for (let i = 0; i < 20; i++) bucket.take(0);
    expect(bucket.available(0)).toBe(0);
    expect(bucket.msUntil(1, 0)).toBe(200);
    expect(bucket.available(200)).toBe(1);
    expect(bucket.available(1000)).toBe(5);
    expect(bucket.available(1_000_000)).toBe(20);
  });

  test('never gives more than burst + rate × time, whoever takes whenever', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 200 }), (gaps) => {
        const bucket = createTokenBucket(5, 20, 0);
        let now = 0;
        let taken = 0;
        for (const gap of gaps) {
          now += gap;
          while (bucket.available(now) >= 1) {
            bucket.take(now);
            taken += 1;
          }
          expect(taken).toBeLessThanOrEqual(20 + (5 * now) / 1000 + 1e-6);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test('is empty and silent for the pause after a refusal, then flows at half its rate and recovers', () => {
    const bucket = createTokenBucket(10, 40, 0);
    bucket.slowDown(0, 2000, 0);
    expect(bucket.available(1999)).toBe(0);
    expect(bucket.msUntil(1, 0)).toBe(2200);
    expect(bucket.available(2190)).toBe(0);
    expect(bucket.available(2210)).toBe(1);
    bucket.take(2210);
    // 5 a second, plus half a call a second more each second.
    expect(bucket.msUntil(1, 2210)).toBeGreaterThan(150);
    expect(bucket.available(60_000)).toBe(40);
    for (let i = 0; i < 40; i++) bucket.take(60_000);
    expect(bucket.msUntil(1, 60_000)).toBeCloseTo(100, 0);
  });

  test('keeps a tenth of its rate however often AWS refuses', () => {
    const bucket = createTokenBucket(10, 40, 0);
    for (let i = 0; i < 50; i++) bucket.slowDown(0, 0, 0);
    expect(bucket.msUntil(1, 0)).toBe(1000);
  });
});
