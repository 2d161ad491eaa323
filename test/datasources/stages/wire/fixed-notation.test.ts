import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fixedNotation } from '../../../../src/datasources/stages/wire/fixed-notation.ts';

describe('a number in fixed notation', () => {
  test.each([
    [0, '0.0'],
    [-0, '0.0'],
    [-1, '-1.0'],
    [100, '100.0'],
    [0.5, '0.5'],
    [33.3333, '33.3333'],
    [1e-7, '0.0000001'],
    [1.5e-10, '0.00000000015'],
    [1e21, '1000000000000000000000.0'],
    [1.25e22, '12500000000000000000000.0'],
    [123456789.125, '123456789.125'],
  ])('%d is written %s', (number, text) => {
    expect(fixedNotation(number)).toBe(text);
  });

  test('parses to the same number, without an exponent and with a fraction', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const text = fixedNotation(number);
        expect(text).toMatch(/^-?\d+\.\d+$/);
        // AWS knows no negative zero.
        expect(Number(text)).toBe(number === 0 ? 0 : number);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
