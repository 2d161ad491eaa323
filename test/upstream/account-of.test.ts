import { describe, expect, test } from '@jest/globals';
import { accountOf, targetName } from '../../src/upstream/target-name.ts';

const region = { partition: 'aws', region: 'eu-central-1', dnsSuffix: 'amazonaws.com' };

describe('the name of a target', () => {
  test.each([
    ['ASIAQNZGKIQY56JQ7WML', '029608264753'],
    ['ASIAY34FZKBOKMUTVV7A', '609629065308'],
  ])('the account of %s, a key that changes from process to process, is %s', (accessKeyId, account) => {
    expect(accountOf({ accessKeyId })).toBe(account);
  });

  test('what the SDK knows goes before what the key says', () => {
    expect(accountOf({ accessKeyId: 'ASIAQNZGKIQY56JQ7WML', accountId: '123456789012' })).toBe(
      '123456789012',
    );
  });

  test('keys that do not say their account are their own, and are not to be read from it', () => {
    const [one, two] = ['AKIAIOSFODNN7EXAMPLE', 'test'].map((accessKeyId) => accountOf({ accessKeyId }));
    expect(one).toMatch(/^key-[\w-]{16}$/);
    expect(one).not.toContain('AKIA');
    expect(two).not.toBe(one);
  });

  test('accounts, Regions and endpoints are apart', () => {
    const [one, two] = ['111111111111', '222222222222'].map((accountId) => ({
      accessKeyId: 'any',
      accountId,
    }));
    const scopes = [
      targetName(region, undefined, one ?? { accessKeyId: '' }),
      targetName(region, undefined, two ?? { accessKeyId: '' }),
      targetName({ ...region, region: 'eu-west-1' }, undefined, one ?? { accessKeyId: '' }),
      targetName(region, 'http://127.0.0.1:4001', one ?? { accessKeyId: '' }),
    ];
    expect(scopes[0]).toBe('aws/eu-central-1/111111111111');
    expect(new Set(scopes).size).toBe(4);
  });
});
