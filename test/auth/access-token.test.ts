import { createHmac } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { type Answer, type Running, run } from '../support/run.ts';

const QUERY = '{ stage(restApiId: "petstore01", stageName: "dev") { stageName } }';
const READ = 'stages:read';

/** The parts that all refusals have. */
const refusal = ({ status, headers, data, errors }: Answer) => ({
  status,
  challenge: headers.get('www-authenticate'),
  data,
  code: errors?.[0]?.extensions.code,
  message: errors?.[0]?.message,
});

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a bearer token', () => {
  let issuer: Issuer;
  let gateway: Running;
  beforeAll(async () => {
    issuer = await startIssuer();
    // A fixed clock: a busy machine may be seconds late.
    const began = Date.now();
    gateway = await run({ auth: issuer.options, now: () => began });
  });

  const ask = (headers: Record<string, string>) => gateway.graphql(QUERY, {}, headers);
  const now = () => Math.floor(Date.now() / 1000);

  test('of the issuer, for this gateway, with the scope, is accepted', async () => {
    const { status, data, errors } = await ask(bearer(await issuer.token(READ)));
    expect({ status, data, errors }).toEqual({
      status: 200,
      data: { stage: { stageName: 'dev' } },
      errors: undefined,
    });
  });

  test('is required before anything is read', async () => {
    expect(refusal(await ask({}))).toEqual({
      status: 401,
      challenge: 'Bearer',
      data: undefined,
      code: 'UNAUTHENTICATED',
      message: 'A bearer token is required. Send the header "authorization: Bearer <token>".',
    });
  });

  test.each(['Basic YTpi', 'Bearer', 'bearer-token'])('cannot be "%s"', async (authorization) => {
    expect(refusal(await ask({ authorization }))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      challenge: 'Bearer',
      message: expect.stringMatching(/^A bearer token is required/),
    });
  });

  test.each(['a b', 'ä', 'x'.repeat(5000)])('is refused if it is not a JWT: "%s"', async (token) => {
    expect(refusal(await ask(bearer(token)))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      challenge: 'Bearer error="invalid_token"',
      message: 'The bearer token is not a valid JWT.',
    });
  });

  test('without a signature (alg: none) is refused', async () => {
    const claims = {
      iss: issuer.options.issuer,
      aud: 'stagegraph',
      sub: 'eve',
      exp: now() + 60,
      scope: 'stages:admin',
    };
    const token = `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(claims)}.`;
    expect(refusal(await ask(bearer(token)))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('signed with the public key as a symmetric one (HS256) is refused', async () => {
    const keys = await (await fetch(issuer.options.jwksUrl)).text();
    const head = `${base64url({ alg: 'HS256', kid: 'key-1' })}.${base64url({ iss: issuer.options.issuer, aud: 'stagegraph', exp: now() + 60, scope: READ })}`;
    const token = `${head}.${createHmac('sha256', keys).update(head).digest('base64url')}`;
    expect(refusal(await ask(bearer(token)))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      message: 'The signature algorithm of the bearer token is not accepted.',
    });
  });

  test('of another issuer with the same key id has an invalid signature', async () => {
    const other = await startIssuer();
    const answer = await ask(bearer(await other.token(READ)));
    await other.close();
    expect(refusal(answer)).toMatchObject({
      status: 401,
      message: 'The signature of the bearer token is not valid.',
    });
  });

  test('that was changed has an invalid signature', async () => {
    const good = await issuer.token(READ);
    expect((await ask(bearer(good))).status).toBe(200);
    const [head = '', , signature = ''] = good.split('.');
    const claims = base64url({
      iss: issuer.options.issuer,
      aud: 'stagegraph',
      exp: now() + 60,
      scope: 'stages:admin',
    });
    expect(refusal(await ask(bearer(`${head}.${claims}.${signature}`)))).toMatchObject({
      status: 401,
      challenge: 'Bearer error="invalid_token"',
      message: 'The signature of the bearer token is not valid.',
    });
  });

  test.each([
    ['expired', { exp: Math.floor(Date.now() / 1000) - 60 }, 'The bearer token has expired.'],
    [
      'for another audience',
      { aud: 'billing' },
      'The bearer token is not valid for this gateway: check its claim "aud".',
    ],
    [
      'of another issuer',
      { iss: 'https://evil' },
      'The bearer token is not valid for this gateway: check its claim "iss".',
    ],
    [
      'not valid yet',
      { nbf: Math.floor(Date.now() / 1000) + 600 },
      'The bearer token is not valid for this gateway: check its claim "nbf".',
    ],
    [
      'without expiry',
      { exp: undefined },
      'The bearer token is not valid for this gateway: check its claim "exp".',
    ],
  ])('%s is refused with the reason', async (_, claims, message) => {
    const token = await issuer.token(READ, claims as JWTPayload);
    expect(refusal(await ask(bearer(token)))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      message,
    });
  });

  test('may have expired within the clock skew', async () => {
    const { status } = await ask(bearer(await issuer.token(READ, { exp: now() - 2 })));
    expect(status).toBe(200);
  });

  test('is checked for expiry in every request, also if its verification is cached', async () => {
    let later = 0;
    // A manual clock at a whole second, as `exp` is in seconds.
    const began = now();
    const aging = await run({ auth: issuer.options, now: () => began * 1000 + later });
    const token = await issuer.token(READ, { exp: began + 200 });
    const statusOf = async () => (await aging.graphql(QUERY, {}, bearer(token))).status;
    expect(await statusOf()).toBe(200);
    later = 204_000;
    expect(await statusOf()).toBe(200);
    later = 206_000;
    expect(await statusOf()).toBe(401);
    await aging.close();
  });

  test('may have its scopes in another claim, as a list', async () => {
    const entra = await run({ auth: { ...issuer.options, scopeClaim: 'scp' } });
    const allowed = await entra.graphql(QUERY, {}, bearer(await issuer.token('', { scp: [READ, 'openid'] })));
    const elsewhere = await entra.graphql(QUERY, {}, bearer(await issuer.token(READ)));
    await entra.close();
    expect(allowed.errors).toBeUndefined();
    expect(elsewhere.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('is required for GET and for requests of a router too', async () => {
    const byGet = await fetch(`${gateway.url}?query=${encodeURIComponent('{ __typename }')}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    const ofRouter = await gateway.graphql('{ _service { sdl } }');
    expect([byGet.status, ofRouter.status]).toEqual([401, 401]);
  });
});

describe("the issuer's keys", () => {
  let issuer: Issuer;
  let gateway: Running;
  let later = 0;
  beforeEach(async () => {
    issuer = await startIssuer();
    later = 0;
    // A manual clock.
    const began = Date.now();
    gateway = await run({ auth: issuer.options, now: () => began + later });
  });

  const ask = async (token: string) => gateway.graphql(QUERY, {}, bearer(token));
  const readiness = async () => {
    const response = await fetch(new URL('/readyz', gateway.url));
    const { problems } = (await response.json()) as { problems?: string[] };
    return { status: response.status, problems };
  };

  test('are fetched once for many tokens', async () => {
    for (const sub of ['ada', 'bob', 'cy']) await ask(await issuer.token(READ, { sub }));
    expect(issuer.fetches()).toBe(1);
  });

  test('are not fetched again for each unknown key id', async () => {
    await ask(await issuer.token(READ));
    const otherIssuer = await startIssuer();
    for (let number = 2; number < 12; number++) {
      // ES256 keys are created quickly: after ten seconds jose may fetch again.
      await otherIssuer.rotate('ES256');
      expect((await ask(await otherIssuer.token(READ))).status).toBe(401);
    }
    await otherIssuer.close();
    expect(issuer.fetches()).toBe(1);
  });

  test('are chosen by the key id, of any accepted algorithm', async () => {
    await issuer.rotate('ES256');
    expect((await ask(await issuer.token(READ))).status).toBe(200);
  });

  test.each([
    ['an error', { status: 500, body: 'oops' }],
    ['no keys', { status: 200, body: '<html>' }],
    ['something else', { status: 200, body: '{"keys":1}' }],
  ])('that cannot be fetched (%s) give 503 until they can', async (_, answer) => {
    issuer.answerKeysWith(answer);
    const token = await issuer.token(READ);
    const refused = await ask(token);
    expect(refused).toMatchObject({ status: 503 });
    expect(refused.headers.get('retry-after')).toBe('5');
    // The error is not about AWS.
    expect(refused.errors?.[0]).toMatchObject({
      message: expect.stringContaining('Authentication is unavailable'),
      extensions: { code: 'UNAUTHENTICATED', retryAfterSeconds: 5 },
    });
    expect(gateway.stageApi.requests()).toEqual([]);
    expect(await readiness()).toEqual({ status: 503, problems: ['keys'] });
    issuer.answerKeysWith(undefined);
    expect((await ask(token)).status).toBe(503);
    later = 1100;
    expect((await ask(token)).status).toBe(200);
  });

  test('are fetched by the readiness probe, before the first request', async () => {
    expect(await readiness()).toEqual({ status: 200, problems: undefined });
    expect((await ask(await issuer.token(READ))).status).toBe(200);
    expect(issuer.fetches()).toBe(1);
    // The cached keys are used.
    issuer.answerKeysWith({ status: 500, body: '' });
    expect(await readiness()).toEqual({ status: 200, problems: undefined });
    expect(issuer.fetches()).toBe(1);
  });

  test('that have expired and cannot be fetched make the process not ready', async () => {
    expect((await ask(await issuer.token(READ))).status).toBe(200);
    issuer.answerKeysWith({ status: 500, body: '' });
    const soon = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 2 * 3_600_000);
    const answered = await readiness();
    const refused = await ask(await issuer.token(READ, { sub: 'bob' }));
    soon.mockRestore();
    expect(answered).toEqual({ status: 503, problems: ['keys'] });
    expect(refused).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  test('at an unreachable address give 503 too', async () => {
    await issuer.close();
    expect(await ask(await issuer.token(READ))).toMatchObject({ status: 503 });
  });

  test('that cannot be fetched are not fetched again for each unknown key id', async () => {
    await ask(await issuer.token(READ));
    issuer.answerKeysWith({ status: 500, body: '' });
    const otherIssuer = await startIssuer();
    await otherIssuer.rotate();
    // After the cooldown jose fetches again for unknown key ids.
    const soon = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 20_000);
    const statuses = [];
    for (let number = 0; number < 10; number++) {
      statuses.push((await ask(await otherIssuer.token(READ, { sub: `unknown ${number}` }))).status);
    }
    soon.mockRestore();
    await otherIssuer.close();
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 503));
    expect(issuer.fetches()).toBe(2);
  });

  test('that are cached stay in use while their address cannot be reached', async () => {
    await ask(await issuer.token(READ));
    issuer.answerKeysWith({ status: 500, body: '' });
    expect((await ask(await issuer.token(READ, { sub: 'bob' }))).status).toBe(200);
  });
});
