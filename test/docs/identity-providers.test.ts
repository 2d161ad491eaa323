import { beforeAll, describe, expect, test } from '@jest/globals';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { createTokenVerifier, type TokenClaims, type TokenVerifier } from '../../src/auth/access-token.ts';
import { readConfig } from '../../src/config/config.ts';
import { closeAfterwards } from '../support/closing.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { blockAfter, providerSection, providerSettings } from '../support/provider-settings.ts';
import { silentLogger } from '../support/silence.ts';

/** A section of the page: the settings, and the claims of its tokens. */
interface Section {
  readonly settings: Readonly<Record<string, string>>;
  readonly person: JWTPayload;
  readonly program: JWTPayload;
  readonly idToken: JWTPayload;
}

function sectionOf(heading: string): Section {
  const text = providerSection(heading);
  const claims = (words: string) => JSON.parse(blockAfter(text, words, 'json')) as JWTPayload;
  return {
    settings: providerSettings(heading),
    person: claims('Access token of a person'),
    program: claims('Access token of a program'),
    idToken: claims('ID token, which is refused'),
  };
}

interface Provider {
  readonly heading: string;
  readonly clientClaim: string;
  /** The headers of its tokens. */
  readonly header: Omit<JWTHeaderParameters, 'alg'>;
  readonly scopesOfPerson: readonly string[];
  readonly scopesOfProgram: readonly string[];
  /** Where the refusal of the ID token points. */
  readonly idTokenRefusedBy: string;
}

const providers: readonly Provider[] = [
  {
    heading: 'Amazon Cognito',
    clientClaim: 'client_id',
    header: {},
    scopesOfPerson: ['stages:read', 'stages:admin', 'stages:variables'],
    scopesOfProgram: ['stages:write'],
    idTokenRefusedBy: 'claim "token_use"',
  },
  {
    heading: 'Microsoft Entra ID',
    clientClaim: 'azp',
    header: { typ: 'JWT' },
    scopesOfPerson: ['stages:read', 'stages:variables'],
    scopesOfProgram: ['stages:write'],
    idTokenRefusedBy: 'claim "aud"',
  },
  {
    heading: 'Okta',
    clientClaim: 'cid',
    header: {},
    scopesOfPerson: ['openid', 'stages:read', 'stages:admin', 'stages:variables'],
    scopesOfProgram: ['stages:write'],
    idTokenRefusedBy: 'claim "aud"',
  },
  {
    heading: 'Keycloak',
    clientClaim: 'azp',
    header: { typ: 'JWT' },
    scopesOfPerson: ['openid', 'profile', 'stages:write', 'stages:admin', 'stages:variables', 'stages:read'],
    scopesOfProgram: ['stages:read', 'stages:write'],
    idTokenRefusedBy: 'claim "aud"',
  },
  {
    heading: 'Auth0',
    clientClaim: 'azp',
    header: { typ: 'JWT' },
    scopesOfPerson: ['openid', 'profile', 'stages:read', 'stages:admin', 'stages:variables'],
    scopesOfProgram: ['stages:write'],
    idTokenRefusedBy: 'claim "aud"',
  },
];

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});

/** The verifier of a gateway with these settings, except for the address of the keys. */
function verifierOf(settings: Section['settings']): TokenVerifier {
  const { auth } = readConfig({ ...settings, AUTH_JWKS_URL: issuer.options.jwksUrl.href, STAGE_API: 'aws' });
  if (auth === undefined) throw new Error('the settings require no tokens');
  const verifier = createTokenVerifier(auth, silentLogger);
  closeAfterwards(verifier.close);
  return verifier;
}

const verify = async (
  settings: Section['settings'],
  claims: JWTPayload,
  header: Provider['header'],
): Promise<TokenClaims> => {
  const now = Math.floor(Date.now() / 1000);
  const token = await issuer.sign({ iat: now, exp: now + 300, ...claims }, header);
  return verifierOf(settings).verify(token);
};

const NOT_FOR_US = 'The bearer token is not valid for this gateway: check its';

describe.each(providers)('the settings for $heading', (provider) => {
  const { heading, clientClaim, header, scopesOfPerson, scopesOfProgram, idTokenRefusedBy } = provider;
  const { settings, person, program, idToken } = sectionOf(heading);

  test('start a gateway as they are, with keys of the issuer', () => {
    const { auth } = readConfig({ ...settings, STAGE_API: 'aws' });
    expect(auth?.jwksUrl.protocol).toBe('https:');
    expect(auth?.jwksUrl.host).toBe(new URL(auth?.issuer ?? '').host);
    expect(auth?.clientIds).toEqual([person[clientClaim], program[clientClaim]]);
    expect([person.iss, program.iss, idToken.iss]).toEqual(Array.from({ length: 3 }, () => auth?.issuer));
  });

  test.each([
    ['a person', person, scopesOfPerson],
    ['a program', program, scopesOfProgram],
  ])('accept the access token of %s, with its scopes', async (_, claims, scopes) => {
    const verified = await verify(settings, claims, header);
    expect([...verified.scopes]).toEqual(scopes);
    expect(verified).toMatchObject({ subject: claims.sub, client: claims[clientClaim], claims });
  });

  test('refuse the ID token', async () => {
    await expect(verify(settings, idToken, header)).rejects.toThrow(`check its ${idTokenRefusedBy}.`);
  });

  test('refuse the ID token also if its audience is accepted', async () => {
    const both = { ...settings, AUTH_AUDIENCE: String(idToken.aud) };
    await expect(verify(both, idToken, header)).rejects.toThrow(
      /check its claim "(?:client_id|token_use|at_hash|typ)"/,
    );
  });

  test('refuse a token of another client', async () => {
    const other = { ...person, [clientClaim]: 'other' };
    await expect(verify(settings, other, header)).rejects.toThrow(`${NOT_FOR_US} claim "${clientClaim}".`);
  });

  test('refuse a token of another issuer', async () => {
    const other = { ...person, iss: `${person.iss ?? ''}2` };
    await expect(verify(settings, other, header)).rejects.toThrow(`${NOT_FOR_US} claim "iss".`);
  });

  test('refuse a token for another API, if the provider names APIs', async () => {
    const other = { ...settings, AUTH_AUDIENCE: 'https://other.example.com' };
    await expect(verify(other, person, header)).rejects.toThrow(`${NOT_FOR_US} claim "aud".`);
  });
});

describe('the page says correctly', () => {
  test('that scopes of other APIs of a Cognito user pool do not count', async () => {
    const { settings, program } = sectionOf('Amazon Cognito');
    const claims = { ...program, scope: 'billing/stages:admin stages:admin stagegraph/stages:read' };
    expect([...(await verify(settings, claims, {})).scopes]).toEqual(['stages:read']);
  });

  test('that a Cognito token with a resource binding needs that audience, if it is set', async () => {
    const { settings, person } = sectionOf('Amazon Cognito');
    const bound = { ...settings, AUTH_AUDIENCE: 'https://stagegraph.example.com' };
    const { client } = await verify(bound, { ...person, aud: 'https://stagegraph.example.com' }, {});
    expect(client).toBe(person.client_id);
    await expect(verify(bound, person, {})).rejects.toThrow(`${NOT_FOR_US} claim "aud".`);
  });

  test('how tokens of Entra v1.0 are accepted', async () => {
    const { settings, person } = sectionOf('Microsoft Entra ID');
    const { azp, ...others } = person;
    const iss = 'https://sts.windows.net/11111111-aaaa-4444-8888-eeeeeeeeeeee/';
    const claims = { ...others, iss, aud: 'api://stagegraph', appid: azp, ver: '1.0' };
    const ofV1 = { ...settings, AUTH_ISSUER: iss, AUTH_AUDIENCE: 'api://stagegraph' };
    expect(await verify(ofV1, claims, { typ: 'JWT' })).toMatchObject({ client: azp });
    await expect(verify(ofV1, { ...claims, appid: 'other' }, {})).rejects.toThrow(
      `${NOT_FOR_US} claim "appid".`,
    );
  });

  test('that client roles of Keycloak may have the names of scopes', async () => {
    const { settings, person } = sectionOf('Keycloak');
    const claims = {
      ...person,
      resource_access: { stagegraph: { roles: ['stages:admin'] } },
      realm_access: {},
    };
    const byRoles = { ...settings, AUTH_SCOPE_CLAIM: 'resource_access.stagegraph.roles' };
    expect([...(await verify(byRoles, claims, {})).scopes]).toEqual(['stages:admin']);
  });

  test('that both access token profiles of Auth0 are accepted', async () => {
    const { settings, person } = sectionOf('Auth0');
    const { azp, ...others } = person;
    const verified = await verify(settings, { ...others, client_id: azp }, { typ: 'at+jwt' });
    expect(verified.client).toBe(azp);
    expect([...verified.scopes]).toContain('stages:admin');
  });
});
