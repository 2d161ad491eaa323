import { describe, expect, test } from '@jest/globals';
import { createTokenVerifier, type TokenVerifier } from '../../src/auth/access-token.ts';
import { claimAt } from '../../src/auth/token-claims.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { silentLogger } from '../support/silence.ts';

describe('a claim', () => {
  const claims = {
    groups: ['a'],
    'cognito:groups': ['b'],
    'https://id.example.com/roles': ['c'],
    realm_access: { roles: ['d'] },
    resource_access: { 'stage.graph': { roles: ['e'] }, stage: { graph: { roles: ['f'] } } },
    'a.b': { c: 'g' },
    a: { b: { c: 'h', d: 'i' }, 'b.e': 'j' },
    empty: null,
  };

  test.each([
    ['groups', ['a']],
    ['cognito:groups', ['b']],
    ['https://id.example.com/roles', ['c']],
    ['realm_access.roles', ['d']],
    ['resource_access.stage.graph.roles', ['f']],
    // The name as it is written has precedence over a path.
    ['a.b', { c: 'g' }],
    ['a.b.c', 'h'],
    ['a.b.d', 'i'],
    ['a.b.e', 'j'],
    ['empty', null],
    ['empty.x', undefined],
    ['none', undefined],
    ['realm_access.none', undefined],
    ['groups.none.x', undefined],
    ['', undefined],
    ['.', undefined],
  ])('is found by its name or path: %s', (path, expected) => {
    expect(claimAt(claims, path)).toEqual(expected);
  });

  test('of a client whose id contains dots is found by its path', () => {
    const { resource_access: access } = claims;
    const only = { resource_access: { 'stage.graph': access['stage.graph'] } };
    expect(claimAt(only, 'resource_access.stage.graph.roles')).toEqual(['e']);
  });

  test.each(['constructor', 'toString', '__proto__', 'realm_access.constructor', 'groups.constructor.name'])(
    'is not taken from what every object has: %s',
    (path) => {
      expect(claimAt(claims, path)).toBeUndefined();
    },
  );
});

describe('a verified token', () => {
  let issuer: Issuer;
  let verifier: TokenVerifier;
  const open = async () => {
    issuer = await startIssuer();
    verifier = createTokenVerifier(issuer.options, silentLogger);
  };
  const close = async () => {
    verifier.close();
    await issuer.close();
  };

  test.each([
    [{ client_id: 'console', azp: 'other' }, 'ada', 'console'],
    [{ azp: 'console' }, 'ada', 'console'],
    [{ appid: 'console' }, 'ada', 'console'],
    [{ cid: 'console' }, 'ada', 'console'],
    [{}, 'ada', null],
    [{ sub: '', client_id: 'pipeline' }, 'pipeline', 'pipeline'],
    [{ sub: '', azp: 'pipeline' }, 'pipeline', 'pipeline'],
    [{ sub: '', cid: 'pipeline' }, null, 'pipeline'],
    [{ sub: 5, client_id: 5 }, null, null],
  ])('with %j has the subject %s and the client %s', async (claims, subject, client) => {
    await open();
    // A claim of the wrong type is what this is about.
    const token = await issuer.token('stages:read', claims as Record<string, unknown>);
    const verified = await verifier.verify(token);
    await close();
    expect(verified).toMatchObject({ subject, client });
  });

  test('has all its claims, and is the same object for all requests', async () => {
    await open();
    const token = await issuer.token('stages:read', { groups: ['a'], tenant: { id: 7 } });
    const first = await verifier.verify(token);
    const second = await verifier.verify(token);
    const other = await verifier.verify(await issuer.token('stages:read', { groups: ['b'] }));
    await close();
    expect(first.claims).toMatchObject({
      iss: issuer.options.issuer,
      aud: 'stagegraph',
      sub: 'ada',
      scope: 'stages:read',
      groups: ['a'],
      tenant: { id: 7 },
    });
    expect(second).toBe(first);
    expect(other.claims.groups).toEqual(['b']);
  });
});
