import { describe, expect, test } from '@jest/globals';
import { claimSets } from '../../../src/auth/policies/claims.ts';

const sets = (claims: Record<string, unknown>): Record<string, readonly string[]> =>
  Object.fromEntries(claimSets(claims));

describe('the claims of a token, as policies see them', () => {
  test.each([
    ['a string is a set of one', { sub: 'ada' }, { sub: ['ada'] }],
    ['a string with spaces is one value', { name: 'Ada L' }, { name: ['Ada L'] }],
    ['a list is the set of its items', { groups: ['a', 'b'] }, { groups: ['a', 'b'] }],
    ['an empty list is an empty set', { groups: [] }, { groups: [] }],
    [
      'numbers and booleans are text',
      { exp: 12, level: 1.5, admin: false },
      { exp: ['12'], level: ['1.5'], admin: ['false'] },
    ],
    [
      'so are those of a list',
      { mixed: ['a', 1, true, null, { b: 2 }, [3]] },
      { mixed: ['a', '1', 'true', 'null', '{"b":2}', '[3]'] },
    ],
    ['null is no claim', { sub: null, realm: { a: null } }, {}],
    ['an empty object is no claim', { realm: {} }, {}],
    [
      'a nested claim has its path as its name',
      { realm_access: { roles: ['a', 'b'], deep: { er: 1 } } },
      { 'realm_access.roles': ['a', 'b'], 'realm_access.deep.er': ['1'] },
    ],
    [
      'scope is split at spaces',
      { scope: 'stages:read  stages:write ' },
      { scope: ['stages:read', 'stages:write'] },
    ],
    ['scp is too', { scp: 'a b' }, { scp: ['a', 'b'] }],
    ['a list of scopes is taken as it is', { scp: ['a b', 'c'] }, { scp: ['a b', 'c'] }],
    ['an empty scope is an empty set', { scope: '' }, { scope: [] }],
    ['a nested scope is not split', { realm: { scope: 'a b' } }, { 'realm.scope': ['a b'] }],
  ])('%s', (_, claims, expected) => {
    expect(sets(claims)).toEqual(expected);
  });

  test.each([
    [{ 'a.b': 'exact', a: { b: 'nested', c: 'x' } }],
    [{ a: { b: 'nested', c: 'x' }, 'a.b': 'exact' }],
  ])('a claim of the exact name wins over a nested one: %j', (claims) => {
    expect(sets(claims)).toEqual({ 'a.b': ['exact'], 'a.c': ['x'] });
  });

  test('a claim of the exact name hides all that is nested there', () => {
    expect(sets({ a: { b: { c: 'nested' } }, 'a.b': { d: 'exact' } })).toEqual({ 'a.b.d': ['exact'] });
  });

  test('names of JavaScript are names like others', () => {
    const claims = JSON.parse(
      '{"__proto__": ["x"], "constructor": "y", "a": {"__proto__": {"b": "z"}}}',
    ) as Record<string, unknown>;
    expect([...claimSets(claims)]).toEqual([
      ['__proto__', ['x']],
      ['constructor', ['y']],
      ['a.__proto__.b', ['z']],
    ]);
  });
});
