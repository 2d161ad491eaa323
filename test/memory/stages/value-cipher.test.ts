import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createValueCipher } from '../../../src/memory/stages/index.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];

type Opened = readonly [text: string, context: string];

/** Another first letter of what follows the key's name: always another byte, unlike the last letter, whose bits fill up. */
const altered = (sealed: string): string =>
  sealed.replace(/(?<=\.)./, (letter) => (letter === 'A' ? 'B' : 'A'));

const sealed = (keys: readonly Buffer[], text = 'secret'): string => {
  const encrypted = createValueCipher(keys).encrypt(text, 'stage');
  if (encrypted === null) throw new Error('not encrypted');
  return encrypted;
};

test('what is encrypted does not show the text, and differs each time', () => {
  expect(sealed([first])).not.toContain('secret');
  expect(sealed([first])).not.toBe(sealed([first]));
});

test('all keys decrypt', () => {
  const cipher = createValueCipher([second, first]);
  expect(cipher.decrypt(sealed([first]), 'stage')).toBe('secret');
  expect(cipher.decrypt(sealed([second], 'größer \u{1f600}'), 'stage')).toBe('größer \u{1f600}');
});

test('the first key encrypts', () => {
  expect(createValueCipher([second]).decrypt(sealed([second, first]), 'stage')).toBe('secret');
  expect(createValueCipher([first]).decrypt(sealed([second, first]), 'stage')).toBeUndefined();
});

test('without a key nothing is encrypted and nothing decrypted', () => {
  const none = createValueCipher([]);
  expect(none.encrypt('secret', 'stage')).toBeNull();
  expect(none.decrypt(sealed([first]), 'stage')).toBeUndefined();
});

test.each<[string, (text: string) => Opened]>([
  ['for another context', (text) => [text, 'other stage']],
  ['cut off', (text) => [text.slice(0, -4), 'stage']],
  ['without its content', (text) => [text.split('.')[0] ?? '', 'stage']],
  ['empty', () => ['', 'stage']],
  ['changed', (text) => [altered(text), 'stage']],
])('what is %s is not known', (_, change) => {
  expect(createValueCipher([first]).decrypt(...change(sealed([first])))).toBeUndefined();
});

test('what the first key has not encrypted is outdated', () => {
  const cipher = createValueCipher([second, first]);
  expect([null, sealed([first]), sealed([second])].map(cipher.isOutdated)).toEqual([true, true, false]);
  expect(createValueCipher([]).isOutdated(null)).toBe(false);
});
