import { expect, test } from '@jest/globals';
import { boundedNames, OTHER } from '../../../src/observability/metrics/bounded-names.ts';

test('no name takes a value that stands for something else: its eviction would remove that', () => {
  const evicted: string[] = [];
  let time = 0;
  const nameOf = boundedNames({
    maxNames: 1,
    maxLength: 10,
    reserved: ['none'],
    idleMs: 5,
    now: () => time,
    onEvict: (name) => evicted.push(name),
  });
  expect(['none', OTHER, 'a name that is too long'].map(nameOf)).toEqual([OTHER, OTHER, OTHER]);
  expect([nameOf('web'), nameOf('ios')]).toEqual(['web', OTHER]);
  time = 10;
  expect(nameOf('ios')).toBe('ios');
  expect(evicted).toEqual(['web']);
});
