import { describe, expect, test } from '@jest/globals';
import { type ScopeRules, scopesOf } from '../../src/auth/token-scopes.ts';
import { bearer, startIssuer } from '../support/issuer.ts';
import { run } from '../support/run.ts';

const rules: ScopeRules = { scopeClaim: 'scope', scopePrefix: '', scopeMap: [] };
const scopes = (claims: Record<string, unknown>, more: Partial<ScopeRules> = {}): string[] => [
  ...scopesOf(claims, { ...rules, ...more }),
];

describe('the scopes of the scope claim', () => {
  test.each([
    [{ scope: 'stages:read  openid' }, ['stages:read', 'openid']],
    [{ scope: ['stages:read', 7, '', 'openid'] }, ['stages:read', 'openid']],
    [{ scope: 7 }, []],
    [{ scp: 'stages:read' }, []],
    [{}, []],
  ])('%j: %j', (claims, expected) => {
    expect(scopes(claims)).toEqual(expected);
  });

  test('may be in another claim, also a nested one', () => {
    expect(scopes({ scp: ['stages:read'] }, { scopeClaim: 'scp' })).toEqual(['stages:read']);
    expect(
      scopes(
        { resource_access: { stagegraph: { roles: ['stages:read'] } } },
        {
          scopeClaim: 'resource_access.stagegraph.roles',
        },
      ),
    ).toEqual(['stages:read']);
    expect(scopes({ rights: 'stages:read openid' }, { scopeClaim: 'rights' })).toEqual([
      'stages:read',
      'openid',
    ]);
  });
});

describe('with a prefix', () => {
  test.each([
    ['stagegraph/', 'stagegraph/stages:read openid', ['stages:read']],
    ['https://stagegraph.example.com/', 'https://stagegraph.example.com/stages:read', ['stages:read']],
    ['stagegraph/', 'stages:admin', []],
    ['stagegraph/', 'billing/stages:admin', []],
    ['stagegraph/', 'stagegraph/stagegraph/stages:admin', ['stagegraph/stages:admin']],
    ['stagegraph/', 'STAGEGRAPH/stages:admin', []],
  ])('%s, only scopes with it count: %s', (scopePrefix, scope, expected) => {
    expect(scopes({ scope }, { scopePrefix })).toEqual(expected);
  });
});

describe('a map from claims to scopes', () => {
  const scopeMap: ScopeRules['scopeMap'] = [
    { claim: 'cognito:groups', value: 'stage admins', scopes: ['stages:admin', 'stages:variables'] },
    { claim: 'realm_access.roles', value: 'reader', scopes: ['stages:read'] },
    { claim: 'https://id.example.com/roles', value: 'writer', scopes: ['stages:write'] },
    { claim: 'scp', value: 'Stages.Read', scopes: ['stages:read'] },
    { claim: 'groups', value: 'team', scopes: ['stages:read'] },
    { claim: 'groups', value: 'team', scopes: ['stages:variables'] },
  ];

  test.each([
    [{ 'cognito:groups': ['x', 'stage admins'] }, ['stages:admin', 'stages:variables']],
    [{ 'cognito:groups': 'stage admins' }, ['stages:admin', 'stages:variables']],
    [{ realm_access: { roles: ['reader'] } }, ['stages:read']],
    [{ 'https://id.example.com/roles': ['writer'] }, ['stages:write']],
    [{ scp: 'openid Stages.Read' }, ['stages:read']],
    [{ groups: ['team'] }, ['stages:read', 'stages:variables']],
    [{ scope: 'openid', groups: ['team'] }, ['openid', 'stages:read', 'stages:variables']],
    // Nothing but an equal value counts.
    [{ groups: ['Team', 'teams', ' team', 'a team'] }, []],
    [{ groups: 'a team' }, []],
    [{ 'cognito:groups': [['stage admins']] }, []],
    [{ realm_access: 'reader' }, []],
    [{ roles: ['reader'] }, []],
  ])('%j: %j', (claims, expected) => {
    expect(scopes(claims, { scopeMap })).toEqual(expected);
  });

  test('compares the scope claim as it is in the token, without regard to the prefix', () => {
    const more: Partial<ScopeRules> = {
      scopePrefix: 'stagegraph/',
      scopeMap: [{ claim: 'scope', value: 'billing/read', scopes: ['stages:read'] }],
    };
    expect(scopes({ scope: 'billing/read' }, more)).toEqual(['stages:read']);
    expect(scopes({ scope: 'stagegraph/billing/read' }, more)).toEqual(['billing/read']);
  });

  test('decides what a caller may do', async () => {
    const issuer = await startIssuer();
    const gateway = await run({ auth: { ...issuer.options, scopePrefix: 'stagegraph/', scopeMap } });
    const read = async (scope: string, claims: Record<string, unknown>) => {
      const headers = bearer(await issuer.token(scope, claims));
      const { errors } = await gateway.graphql('{ restApis { nodes { name } } }', {}, headers);
      return errors?.[0]?.extensions.code ?? 'OK';
    };
    expect(await read('', { groups: ['team'] })).toBe('OK');
    expect(await read('stagegraph/stages:read', {})).toBe('OK');
    expect(await read('', { groups: ['other'] })).toBe('FORBIDDEN');
    expect(await read('stages:read', {})).toBe('FORBIDDEN');
    await gateway.close();
    await issuer.close();
  });
});
