import { describe, expect, test } from '@jest/globals';
import { findTarget, type TargetReference } from '../../src/fleet/find-target.ts';
import type { Target } from '../../src/fleet/target.ts';

const target = (account: string, region: string, alias?: string, home = false): Target => ({
  ...{ account, region, alias, home, label: `${alias ?? account} in ${region}` },
  partition: 'aws',
  dnsSuffix: 'amazonaws.com',
});

const home = target('111111111111', 'eu-central-1', 'prod', true);
const homeUs = target('111111111111', 'us-east-1', 'prod');
const one = target('222222222222', 'ap-south-1');
const two = ['eu-west-1', 'eu-west-2'].map((region) => target('333333333333', region, 'dev'));
const all = [home, homeUs, one, ...two];

describe('the target that an operation names', () => {
  test.each<[string, TargetReference, Target | undefined]>([
    ['nothing: home', {}, home],
    ['an account that has the Region of home', { account: '111111111111' }, home],
    ['an alias', { account: 'prod' }, home],
    ['an account with one Region', { account: '222222222222' }, one],
    ['a Region: that of the home account', { region: 'us-east-1' }, homeUs],
    ['both', { account: 'dev', region: 'eu-west-2' }, two[1]],
  ])('is by %s', (_, reference, expected) => {
    expect(findTarget(reference, home, all)).toBe(expected);
  });

  test.each<[string, TargetReference, string, RegExp]>([
    ['an unknown account', { account: 'nope' }, 'account', /^account "nope" .*: prod, 222222222222, dev\.$/],
    ['an unknown account and Region', { account: 'nope', region: 'x' }, 'account', /^account "nope"/],
    [
      'an unknown Region',
      { account: 'dev', region: 'us-east-1' },
      'region',
      /^region "us-east-1" .*dev; .*: eu-west-1, eu-west-2\.$/,
    ],
    ['a Region that home does not have', { region: 'ap-south-1' }, 'region', /account prod;/],
    [
      'an account with several Regions',
      { account: 'dev' },
      'region',
      /^region is required: the account dev has several: eu-west-1, eu-west-2\.$/,
    ],
    ['a long text', { account: 'x'.repeat(1000) }, 'account', /^account "x{60}…"/],
  ])('is none by %s', (_, reference, field, message) => {
    expect(findTarget(reference, home, all)).toEqual({ field, message: expect.stringMatching(message) });
  });

  test('is not looked for among those that the caller may not read', () => {
    expect(findTarget({ account: 'dev', region: 'eu-west-1' }, home, [home])).toEqual({
      field: 'account',
      message: 'account "dev" is not known to this gateway; its accounts are: prod.',
    });
  });

  test('is refused with at most twenty names', () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      target(String(100_000_000_000 + index), 'us-east-1'),
    );
    expect(findTarget({ account: 'x' }, home, many)).toMatchObject({
      message: expect.stringMatching(/: (\d{12}, ){19}\d{12} and 20 more\.$/),
    });
  });
});
