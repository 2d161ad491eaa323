import { beforeAll, describe, expect, test } from '@jest/globals';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { createTokenVerifier, type TokenOptions, type TokenVerifier } from '../../src/auth/access-token.ts';
import { closeAfterwards } from '../support/closing.ts';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { run } from '../support/run.ts';
import { silentLogger } from '../support/silence.ts';

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});

function verifierWith(options: Partial<TokenOptions>): TokenVerifier {
  const verifier = createTokenVerifier({ ...issuer.options, ...options }, silentLogger);
  closeAfterwards(verifier.close);
  return verifier;
}

const base = (): JWTPayload => ({
  iss: issuer.options.issuer,
  sub: 'ada',
  exp: Math.floor(Date.now() / 1000) + 300,
});

/** The reason of the refusal; 'accepted' if there is none. */
async function outcome(
  options: Partial<TokenOptions>,
  claims: JWTPayload,
  header?: Omit<JWTHeaderParameters, 'alg'>,
): Promise<string> {
  const token = await issuer.sign({ ...base(), ...claims }, header);
  return verifierWith(options)
    .verify(token)
    .then(
      () => 'accepted',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
}

const notForUs = (claim: string) =>
  `The bearer token is not valid for this gateway: check its claim "${claim}".`;
const notAnAccessToken = (place: string) => `The bearer token is not an access token: check its ${place}.`;

describe('accepted clients', () => {
  const clientIds = ['console', 'pipeline'];

  test.each([
    [{ client_id: 'console' }, 'accepted'],
    [{ azp: 'pipeline' }, 'accepted'],
    [{ appid: 'console' }, 'accepted'],
    [{ cid: 'console' }, 'accepted'],
    [{ client_id: 'console', azp: 'other' }, 'accepted'],
    [{ client_id: '', azp: 'console' }, 'accepted'],
    [{ client_id: 'other' }, notForUs('client_id')],
    [{ client_id: 'other', azp: 'console' }, notForUs('client_id')],
    [{ azp: 'other' }, notForUs('azp')],
    [{ appid: 'other' }, notForUs('appid')],
    [{ cid: 'other' }, notForUs('cid')],
    [{ client_id: ['console'] }, notForUs('client_id')],
    [{ client_id: 'CONSOLE' }, notForUs('client_id')],
    [{}, notForUs('client_id')],
  ])('a token without an audience and with %j: %s', async (claims, expected) => {
    expect(await outcome({ audience: undefined, clientIds }, claims)).toBe(expected);
  });

  test.each([
    [{ aud: 'stagegraph', azp: 'console' }, 'accepted'],
    [{ aud: ['account', 'stagegraph'], azp: 'console' }, 'accepted'],
    [{ aud: 'billing', azp: 'console' }, notForUs('aud')],
    [{ azp: 'console' }, notForUs('aud')],
    [{ aud: 'stagegraph', azp: 'other' }, notForUs('azp')],
    [{ aud: 'stagegraph' }, notForUs('client_id')],
  ])('with accepted audiences too, both must hold: %j: %s', async (claims, expected) => {
    expect(await outcome({ clientIds }, claims)).toBe(expected);
  });

  test('are not required if only audiences are configured', async () => {
    expect(await outcome({}, { aud: 'stagegraph' })).toBe('accepted');
    expect(await outcome({}, { aud: 'stagegraph', azp: 'anyone' })).toBe('accepted');
  });

  test('a token of another client gets 401 with the claim, and AWS is not called', async () => {
    const gateway = await run({ auth: { ...issuer.options, audience: undefined, clientIds } });
    const token = await issuer.sign({ ...base(), client_id: 'other', scope: 'stages:admin' });
    const { status, headers, errors } = await gateway.graphql(
      '{ restApis { nodes { name } } }',
      {},
      bearer(token),
    );
    const requests = gateway.stageApi.requests().length;
    await gateway.close();
    expect({ status, challenge: headers.get('www-authenticate'), requests }).toEqual({
      status: 401,
      challenge: 'Bearer error="invalid_token"',
      requests: 0,
    });
    expect(errors?.[0]?.message).toBe(notForUs('client_id'));
  });
});

describe('a token that is not an access token', () => {
  const forAudience = {};
  const forClients = { audience: undefined, clientIds: ['console'] };
  const claims = { aud: 'stagegraph', azp: 'console' };

  test.each([
    ['ID', 'claim "typ"', { typ: 'ID' }],
    ['refresh', 'claim "typ"', { typ: 'Refresh' }],
    ['offline', 'claim "typ"', { typ: 'Offline' }],
    ['logout', 'claim "typ"', { typ: 'Logout' }],
    ['DPoP', 'claim "typ"', { typ: 'DPoP' }],
    ['untyped', 'claim "typ"', { typ: 7 }],
    ['Cognito ID', 'claim "token_use"', { token_use: 'id' }],
    ['hashed', 'claim "at_hash"', { at_hash: 'x' }],
    ['code', 'claim "c_hash"', { c_hash: 'x' }],
    ['state', 'claim "s_hash"', { s_hash: 'x' }],
    ['nonce', 'claim "nonce"', { nonce: 'x' }],
    ['contradictory', 'claim "token_use"', { typ: 'Bearer', token_use: 'id' }],
  ])('is refused by its claims, however its recipient is checked (%s)', async (_, place, kind) => {
    for (const recipients of [forAudience, forClients])
      expect(await outcome(recipients, { ...claims, ...kind })).toBe(notAnAccessToken(place));
  });

  test.each(['logout+jwt', 'dpop+jwt', 'custom-at+jwt', 'at+jwtx', 'secevent+jwt'])(
    'is refused by the type in its header: %s',
    async (typ) => {
      expect(await outcome(forAudience, claims, { typ })).toBe(notAnAccessToken('header "typ"'));
    },
  );

  test.each([
    ['no type', {}, {}],
    ['a JWT', {}, { typ: 'JWT' }],
    ['RFC 9068', {}, { typ: 'at+jwt' }],
    ['RFC 9068, in full', {}, { typ: 'application/AT+JWT' }],
    ['Keycloak', { typ: 'Bearer' }, { typ: 'JWT' }],
    ['Keycloak before 25, with a nonce', { typ: 'Bearer', nonce: 'x' }, { typ: 'JWT' }],
    ['Cognito', { token_use: 'access' }, {}],
  ])('is not confused with an access token (%s)', async (_, kind, header) => {
    for (const recipients of [forAudience, forClients])
      expect(await outcome(recipients, { ...claims, ...kind }, header)).toBe('accepted');
  });

  test('is refused without accepted audiences if its audience is a client', async () => {
    const refused = notAnAccessToken('claim "aud"');
    expect(await outcome(forClients, { aud: 'console', azp: 'console' })).toBe(refused);
    expect(await outcome(forClients, { aud: ['api', 'console'], azp: 'console' })).toBe(refused);
    expect(await outcome(forClients, { aud: 'console' })).toBe(refused);
    expect(await outcome(forClients, { aud: 'other', azp: 'other' })).toBe(refused);
    // Of another API: scopes have to tell them apart.
    expect(await outcome(forClients, { aud: 'billing', azp: 'console' })).toBe('accepted');
    expect(await outcome(forClients, { aud: 'console', azp: 'console', typ: 'Bearer' })).toBe('accepted');
  });

  test('may have a client as its audience if that audience is accepted', async () => {
    const api = { audience: ['console'], clientIds: ['console'] };
    expect(await outcome(api, { aud: 'console', azp: 'console' })).toBe('accepted');
    // The ID token of the same client.
    expect(await outcome(api, { aud: 'console' })).toBe(notForUs('client_id'));
  });
});
