import { serialize } from 'node:v8';
import { expect, test } from '@jest/globals';
import { jsonOfName } from '../../../src/graphql/compiled/json-text.ts';

/** What V8's format begins a string of one byte a character with. */
const ONE_BYTE = '"'.charCodeAt(0);
const kindOf = (text: string): number | undefined => serialize(text)[2];

test('the JSON of a name takes one byte a character, also where the name takes two', () => {
  // A part of a text keeps the width of the whole.
  const name = '\u2192restApiId'.slice(1);
  expect(kindOf(JSON.stringify(name))).not.toBe(ONE_BYTE);

  expect(jsonOfName(name)).toBe('"restApiId"');
  expect(kindOf(jsonOfName(name))).toBe(ONE_BYTE);
});
