import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeSegment, unescapeSegment } from '../../../../src/datasources/stages/wire/json-pointer.ts';

describe('a segment of a JSON pointer', () => {
  test.each([
    ['', ''],
    ['pets', 'pets'],
    ['/pets/{petId}', '~1pets~1{petId}'],
    ['~', '~0'],
    ['~1', '~01'],
    ['a/~b', 'a~1~0b'],
    ['*+{}', '*+{}'],
  ])('%j is escaped as %j, and back', (plain, escaped) => {
    expect(escapeSegment(plain)).toBe(escaped);
    expect(unescapeSegment(escaped)).toBe(plain);
  });

  test('encodes and decodes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'a', 'é') }), (text) => {
        expect(unescapeSegment(escapeSegment(text))).toBe(text);
        expect(escapeSegment(text)).not.toContain('/');
      }),
      { seed: 1 },
    );
  });
});
