import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { problemsOf } from '../support/config-problems.ts';

const issuer = { AUTH_JWKS_URL: 'https://id.example.com/keys', AUTH_ISSUER: 'https://id.example.com' };
const clients = { ...issuer, AUTH_CLIENT_IDS: 'console, pipeline,' };

describe('the recipients of tokens', () => {
  test('are audiences, clients, or both', () => {
    expect(readConfig(clients).auth).toMatchObject({
      audience: undefined,
      clientIds: ['console', 'pipeline'],
    });
    expect(readConfig({ ...issuer, AUTH_AUDIENCE: 'stagegraph' }).auth).toMatchObject({
      audience: ['stagegraph'],
      clientIds: undefined,
    });
    expect(readConfig({ ...clients, AUTH_AUDIENCE: 'stagegraph' }).auth).toMatchObject({
      audience: ['stagegraph'],
      clientIds: ['console', 'pipeline'],
    });
  });

  test.each([
    [issuer, ['AUTH_AUDIENCE or AUTH_CLIENT_IDS must be set together with AUTH_JWKS_URL.']],
    [
      { ...issuer, AUTH_CLIENT_IDS: '' },
      ['AUTH_AUDIENCE or AUTH_CLIENT_IDS must be set together with AUTH_JWKS_URL.'],
    ],
    [{ ...issuer, AUTH_CLIENT_IDS: ' , ' }, ['AUTH_CLIENT_IDS is set but contains no client id.']],
    [
      { ...issuer, AUTH_AUDIENCE: 'stagegraph', AUTH_CLIENT_IDS: ',' },
      ['AUTH_CLIENT_IDS is set but contains no client id.'],
    ],
    [
      { AUTH_CLIENT_IDS: 'a', AUTH_SCOPE_PREFIX: 'a/', AUTH_SCOPE_MAP: 'a=b=stages:read' },
      [
        'AUTH_CLIENT_IDS has no effect without AUTH_JWKS_URL.',
        'AUTH_SCOPE_PREFIX has no effect without AUTH_JWKS_URL.',
        'AUTH_SCOPE_MAP has no effect without AUTH_JWKS_URL.',
      ],
    ],
  ])('%j is refused', (env, problems) => {
    expect(problemsOf(env)).toEqual(problems);
  });

  test('a start against AWS is told of both', () => {
    expect(problemsOf({ STAGE_API: 'aws' }).join()).toContain(
      'AUTH_ISSUER and one of AUTH_AUDIENCE and AUTH_CLIENT_IDS',
    );
    expect(readConfig({ ...clients, STAGE_API: 'aws' }).stageApi.kind).toBe('aws');
  });
});

describe('the prefix of scopes', () => {
  test('is nothing by default', () => {
    expect(readConfig(clients).auth?.scopePrefix).toBe('');
  });

  test.each(['stagegraph/', 'https://stagegraph.example.com/', 'api:', 'a.b-c_'])('may be %s', (prefix) => {
    expect(readConfig({ ...clients, AUTH_SCOPE_PREFIX: prefix }).auth?.scopePrefix).toBe(prefix);
  });

  test.each(['stagegraph', 'stagegraph/stages', 'a b/', 'a/ ', 'ä/'])('may not be "%s"', (prefix) => {
    expect(problemsOf({ ...clients, AUTH_SCOPE_PREFIX: prefix })).toEqual([
      `AUTH_SCOPE_PREFIX: must be printable ASCII characters, the last of them a separator, such as stagegraph/ (it is ${JSON.stringify(prefix)}).`,
    ]);
  });
});

describe('the map of scopes', () => {
  const mapOf = (text: string) => readConfig({ ...clients, AUTH_SCOPE_MAP: text }).auth?.scopeMap;

  test('is empty by default', () => {
    expect(readConfig(clients).auth?.scopeMap).toEqual([]);
  });

  test.each([
    ['groups=admins=stages:admin', 'groups', 'admins', ['stages:admin']],
    ['cognito:groups=admins=stages:admin', 'cognito:groups', 'admins', ['stages:admin']],
    ['https://id.example.com/roles=a=stages:read', 'https://id.example.com/roles', 'a', ['stages:read']],
    ['realm_access.roles=a=stages:read', 'realm_access.roles', 'a', ['stages:read']],
    ['roles=stages:read=stages:read', 'roles', 'stages:read', ['stages:read']],
    ['groups=/team/a b=stages:read', 'groups', '/team/a b', ['stages:read']],
    ['groups=CN=a%2COU=b=stages:read', 'groups', 'CN=a,OU=b', ['stages:read']],
    ['groups=100%25=stages:read', 'groups', '100%', ['stages:read']],
    ['a%3Db=c=stages:read', 'a=b', 'c', ['stages:read']],
    [
      ' groups = admins = stages:admin  stages:variables ',
      'groups',
      'admins',
      ['stages:admin', 'stages:variables'],
    ],
  ])('has an entry for %s', (text, claim, value, scopes) => {
    expect(mapOf(text)).toEqual([{ claim, value, scopes }]);
  });

  test('has several entries, also for one value', () => {
    expect(mapOf('a=b=stages:read, a=b=stages:variables ,,c=d=stages:write,')).toEqual([
      { claim: 'a', value: 'b', scopes: ['stages:read'] },
      { claim: 'a', value: 'b', scopes: ['stages:variables'] },
      { claim: 'c', value: 'd', scopes: ['stages:write'] },
    ]);
  });

  const form = 'which is not of the form claim=value=scope';
  const all = 'the scopes are stages:read, stages:write, stages:admin, stages:variables';
  test.each([
    [
      'groups:admins',
      [
        'must be entries of the form claim=value=scope, such as groups=admins=stages:admin, separated by commas',
      ],
    ],
    [
      ',',
      [
        'must be entries of the form claim=value=scope, such as groups=admins=stages:admin, separated by commas',
      ],
    ],
    ['groups:admins=stages:admin', [`contains "groups:admins=stages:admin", ${form}`]],
    ['=admins=stages:admin', [`contains "=admins=stages:admin", ${form}`]],
    ['groups==stages:admin', [`contains "groups==stages:admin", ${form}`]],
    ['groups=admins=', [`contains "groups=admins=", ${form}`]],
    [
      'groups=admins=stages:reed',
      [`contains "groups=admins=stages:reed", but "stages:reed" is not a scope; ${all}`],
    ],
    [
      'groups=admins=stages:read stages:all',
      [`contains "groups=admins=stages:read stages:all", but "stages:all" is not a scope; ${all}`],
    ],
    [
      'groups=100%=stages:read',
      [
        'contains "groups=100%=stages:read", in which a percent sign encodes no character: write %25 for a percent sign',
      ],
    ],
    [
      'a=b,c=d=stages:read,e=f=x',
      [`contains "a=b", ${form}`, `contains "e=f=x", but "x" is not a scope; ${all}`],
    ],
  ])('%s is refused with each mistake', (text, problems) => {
    expect(problemsOf({ ...clients, AUTH_SCOPE_MAP: text })).toEqual(
      problems.map((problem) => `AUTH_SCOPE_MAP: ${problem} (it is ${JSON.stringify(text)}).`),
    );
  });

  test('with a mistake is reported beside other mistakes', () => {
    expect(problemsOf({ ...issuer, AUTH_SCOPE_MAP: 'a=b', PORT: 'x' })).toEqual([
      expect.stringMatching(/^PORT: /),
      expect.stringMatching(/^AUTH_SCOPE_MAP: /),
      expect.stringMatching(/^AUTH_AUDIENCE or AUTH_CLIENT_IDS must be set/),
    ]);
  });
});
