import { expect, jest, test } from '@jest/globals';
import { oncePer } from '../../src/memoize/once-per.ts';

test('a value is computed once for each object, also an empty text', () => {
  const compute = jest.fn(({ name }: { readonly name: string }) => name);
  const nameOf = oncePer(compute);
  const [one, other] = [{ name: '' }, { name: 'b' }];
  expect([one, other, one, other, { name: '' }].map(nameOf)).toEqual(['', 'b', '', 'b', '']);
  expect(compute).toHaveBeenCalledTimes(3);
});
