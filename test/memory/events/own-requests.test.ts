import { expect, test } from '@jest/globals';
import { createOwnRequests } from '../../../src/memory/events/own-requests.ts';

const target = { account: '111122223333', region: 'eu-central-1' };
const key = Buffer.alloc(32, 1);
const at = new Date(1_000_000_000_000);
const requests = (of = key) =>
  createOwnRequests(
    () => of,
    () => at.getTime(),
  );
const id = requests().newId(target);

test('the id of a call is known to every process with the key of the database', () => {
  expect(requests().isOwn(id, target, at)).toBe(true);
  expect(requests().isOwn(requests().newId(target), target, at)).toBe(true);
  expect(requests(Buffer.alloc(32, 2)).isOwn(id, target, at)).toBe(false);
});

test.each([
  ['another account', id, { ...target, account: '444455556666' }, at],
  ['another Region', id, { ...target, region: 'us-east-1' }, at],
  ['another time', id, target, new Date(at.getTime() + 16 * 60_000)],
  ['a moment long before', id, target, new Date(at.getTime() - 16 * 60_000)],
  ['other random bytes', id.replace(/[.](.)/, (_, first) => (first === 'x' ? '.y' : '.x')), target, at],
  ['a later time in it', id.replace(/^./, 'z'), target, at],
  ['nothing', '', target, at],
])('it is not own for %s', (_, of, where, when) => {
  expect(requests().isOwn(of, where, when)).toBe(false);
});

test('the id fits in a header, and each call has its own', () => {
  expect(id).toMatch(/^[\w.-]{40,50}$/);
  expect(requests().newId(target)).not.toBe(id);
});
