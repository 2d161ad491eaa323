import { expect, test } from '@jest/globals';
import { quote } from '../../src/untrusted/quote.ts';

test('a value in a message is quoted, escaped and shortened', () => {
  expect(quote('a"b\n')).toBe('"a\\"b\\n"');
  expect(quote('x'.repeat(61))).toBe(`"${'x'.repeat(60)}…"`);
});
