import { describe, expect, test } from '@jest/globals';
import { accountOf } from '../../../src/upstream/calls/account-of.ts';

describe('the account of credentials', () => {
  test.each([
    ['ASIAQNZGKIQY56JQ7WML', '029608264753'],
    ['ASIAY34FZKBOKMUTVV7A', '609629065308'],
  ])('is in %s, a key that changes from process to process: %s', (accessKeyId, account) => {
    expect(accountOf({ accessKeyId })).toBe(account);
  });

  test('is what the SDK knows, before what the key contains', () => {
    expect(accountOf({ accessKeyId: 'ASIAQNZGKIQY56JQ7WML', accountId: '123456789012' })).toBe(
      '123456789012',
    );
  });

  test.each(['AKIAIOSFODNN7EXAMPLE', 'test', ''])('is not in the older or invented key %j', (accessKeyId) => {
    expect(accountOf({ accessKeyId })).toBeUndefined();
  });
});
