import { createHmac } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { type Answer, type Running, run } from '../support/run.ts';

const QUERY = '{ stage(restApiId: "petstore01", stageName: "dev") { stageName } }';
const READ = 'stages:read';

/** What every refusal says, whatever the reason. */
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
    // For it no time passes: a busy machine takes seconds for what is done in a moment.
    const began = Date.now();
    gateway = await run({ auth: issuer.options, now: () => began });
  });

  const ask = (headers: Record<string, string>) => gateway.graphql(QUERY, {}, headers);
  const now = () => Math.floor(Date.now() / 1000);

  test('of the issuer, for this gateway, with the scope, gets an answer', async () => {
    const { status, data, errors } = await ask(bearer(await issuer.token(READ)));
    expect({ status, data, errors }).toEqual({
      status: 200,
      data: { stage: { stageName: 'dev' } },
      errors: undefined,
    });
  });

  test('that is missing is asked for, before anything is read', async () => {
    expect(refusal(await ask({}))).toEqual({
      status: 401,
      challenge: 'Bearer',
      data: undefined,
      code: 'UNAUTHENTICATED',
      message: 'A bearer token is required. Send the header "authorization: Bearer <token>".',
    });
  });

  test.each(['Basic YTpi', 'Bearer', 'bearer-token'])('is not "%s"', async (authorization) => {
    expect(refusal(await ask({ authorization }))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      challenge: 'Bearer',
      message: expect.stringMatching(/^A bearer token is required/),
    });
  });

  test.each(['a b', 'ä', 'x'.repeat(5000)])('is no JWT where it is "%s"', async (token) => {
    expect(refusal(await ask(bearer(token)))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      challenge: 'Bearer error="invalid_token"',
      message: 'The bearer token is not a valid JWT.',
    });
  });

  test('may say that it was signed by nobody (alg: none): it was', async () => {
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

  test('signed with the published key as if it were a secret (HS256) is refused', async () => {
    const keys = await (await fetch(issuer.options.jwksUrl)).text();
    const head = `${base64url({ alg: 'HS256', kid: 'key-1' })}.${base64url({ iss: issuer.options.issuer, aud: 'stagegraph', exp: now() + 60, scope: READ })}`;
    const token = `${head}.${createHmac('sha256', keys).update(head).digest('base64url')}`;
    expect(refusal(await ask(bearer(token)))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      message: 'The signature algorithm of the bearer token is not accepted.',
    });
  });

  test('of another issuer with a key of the same name has the wrong signature', async () => {
    const other = await startIssuer();
    const answer = await ask(bearer(await other.token(READ)));
    await other.close();
    expect(refusal(answer)).toMatchObject({
      status: 401,
      message: 'The signature of the bearer token is not valid.',
    });
  });

  test('that has been tampered with has the wrong signature', async () => {
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
      'meant for others',
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
      'valid for ever',
      { exp: undefined },
      'The bearer token is not valid for this gateway: check its claim "exp".',
    ],
  ])('that is %s is refused, and says why', async (_, claims, message) => {
    const token = await issuer.token(READ, claims as JWTPayload);
    expect(refusal(await ask(bearer(token)))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      message,
    });
  });

  test('may be a little past its time: clocks differ', async () => {
    const { status } = await ask(bearer(await issuer.token(READ, { exp: now() - 2 })));
    expect(status).toBe(200);
  });

  test('that is good once is not good for ever: its end is looked at every time', async () => {
    let later = 0;
    // At a whole second, as `exp` is one, and where no time passes but what is said here.
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

  test('may hold its scopes in another claim, as a list', async () => {
    const entra = await run({ auth: { ...issuer.options, scopeClaim: 'scp' } });
    const allowed = await entra.graphql(QUERY, {}, bearer(await issuer.token('', { scp: [READ, 'openid'] })));
    const elsewhere = await entra.graphql(QUERY, {}, bearer(await issuer.token(READ)));
    await entra.close();
    expect(allowed.errors).toBeUndefined();
    expect(elsewhere.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('is asked for by GET and for what a router asks, too', async () => {
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
    // No time passes but what a test says.
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

  test('that nobody publishes do not make the gateway fetch again and again', async () => {
    await ask(await issuer.token(READ));
    const strangers = await startIssuer();
    for (let number = 2; number < 12; number++) {
      // Quickly made: after ten seconds jose may ask again.
      await strangers.rotate('ES256');
      expect((await ask(await strangers.token(READ))).status).toBe(401);
    }
    await strangers.close();
    expect(issuer.fetches()).toBe(1);
  });

  test('are chosen by the name in the token, of whatever accepted kind', async () => {
    await issuer.rotate('ES256');
    expect((await ask(await issuer.token(READ))).status).toBe(200);
  });

  test.each([
    ['an error', { status: 500, body: 'oops' }],
    ['no keys', { status: 200, body: '<html>' }],
    ['something else', { status: 200, body: '{"keys":1}' }],
  ])('that cannot be had (%s) shut the door: 503, and it opens when they can', async (_, answer) => {
    issuer.answerKeysWith(answer);
    const token = await issuer.token(READ);
    const refused = await ask(token);
    expect(refused).toMatchObject({ status: 503 });
    expect(refused.headers.get('retry-after')).toBe('5');
    // Not AWS is away.
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

  test('are fetched by the readiness probe, so that requests come when they can be checked', async () => {
    expect(await readiness()).toEqual({ status: 200, problems: undefined });
    expect((await ask(await issuer.token(READ))).status).toBe(200);
    expect(issuer.fetches()).toBe(1);
    // The fetched keys are used.
    issuer.answerKeysWith({ status: 500, body: '' });
    expect(await readiness()).toEqual({ status: 200, problems: undefined });
    expect(issuer.fetches()).toBe(1);
  });

  test('that are too old, and cannot be fetched anew, are a reason not to be ready', async () => {
    expect((await ask(await issuer.token(READ))).status).toBe(200);
    issuer.answerKeysWith({ status: 500, body: '' });
    const soon = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 2 * 3_600_000);
    const answered = await readiness();
    const refused = await ask(await issuer.token(READ, { sub: 'bob' }));
    soon.mockRestore();
    expect(answered).toEqual({ status: 503, problems: ['keys'] });
    expect(refused).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  test('at an address where nobody answers shut the door too', async () => {
    await issuer.close();
    expect(await ask(await issuer.token(READ))).toMatchObject({ status: 503 });
  });

  test('that cannot be had are not asked for by every stranger anew', async () => {
    await ask(await issuer.token(READ));
    issuer.answerKeysWith({ status: 500, body: '' });
    const strangers = await startIssuer();
    await strangers.rotate();
    // jose asks again for unknown keys so long after its last success.
    const soon = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 20_000);
    const statuses = [];
    for (let number = 0; number < 10; number++) {
      statuses.push((await ask(await strangers.token(READ, { sub: `stranger ${number}` }))).status);
    }
    soon.mockRestore();
    await strangers.close();
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 503));
    expect(issuer.fetches()).toBe(2);
  });

  test('at hand go on while their address cannot be reached', async () => {
    await ask(await issuer.token(READ));
    issuer.answerKeysWith({ status: 500, body: '' });
    expect((await ask(await issuer.token(READ, { sub: 'bob' }))).status).toBe(200);
  });
});
