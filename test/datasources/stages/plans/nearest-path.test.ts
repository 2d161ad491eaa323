import { expect, test } from '@jest/globals';
import { nearestPath } from '../../../../src/datasources/stages/plans/nearest-path.ts';

const paths = ['/', '/pets', '/pets/{petId}', '/pets/{petId}/toys', '/orders/{orderId}', '/{proxy+}'];

test.each([
  ['/pets/{id}', '/pets/{petId}'],
  ['/pet/{petId}', '/pets/{petId}'],
  ['/Pets', '/pets'],
  ['/pest', '/pets'],
  ['/pets/{petId}/toy', '/pets/{petId}/toys'],
  ['/{path+}', '/{proxy+}'],
  ['/{path}', '/{proxy+}'],
  ['/completely/else', undefined],
  ['/users', undefined],
  [`/${'x'.repeat(1000)}`, undefined],
])('for %s is %s', (given, expected) => {
  expect(nearestPath(given, paths)).toBe(expected);
});

test('is none in an API without resources', () => {
  expect(nearestPath('/pets', [])).toBeUndefined();
});
