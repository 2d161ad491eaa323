import { describe, expect, test } from '@jest/globals';
import { bearer, startIssuer } from '../../support/issuer.ts';
import { type Gateway, run } from '../../support/run.ts';

const statuses = async (gateway: Gateway, count: number, headers: Record<string, string> = {}) => {
  const found: number[] = [];
  for (let number = 0; number < count; number++) {
    found.push((await gateway.graphql('{ __typename }', {}, headers)).status);
  }
  return found;
};

describe('requests per minute', () => {
  test('of one address above the limit are refused with the time to wait', async () => {
    const gateway = await run({ rateLimit: 2 });
    expect(await statuses(gateway, 2)).toEqual([200, 200]);
    const { status, headers, data, errors } = await gateway.graphql('{ __typename }');
    expect({ status, data }).toEqual({ status: 429, data: undefined });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect([...headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(
          /^Rate limit exceeded: the limit is 2 requests a minute\. Retry in \d+ s\.$/,
        ),
        extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) },
      },
    ]);
    await gateway.close();
  });

  test("are counted by the token's subject; without a valid token by address", async () => {
    const issuer = await startIssuer();
    const gateway = await run({ rateLimit: 2, auth: issuer.options });
    const ada = bearer(await issuer.token('stages:read', { sub: 'ada' }));
    const bob = bearer(await issuer.token('stages:read', { sub: 'bob' }));
    expect(await statuses(gateway, 3, ada)).toEqual([200, 200, 429]);
    expect(await statuses(gateway, 1, bob)).toEqual([200]);
    expect(await statuses(gateway, 3, bearer('guess'))).toEqual([401, 401, 429]);
    await gateway.close();
    await issuer.close();
  });

  test('are counted by client only if a router with a secret names it', async () => {
    // Routers get statuses of responses of this type.
    const ofRouter = { 'router-authorization': 'secret', accept: 'application/graphql-response+json' };
    const named = (name: string) => ({ ...ofRouter, 'apollographql-client-name': name });
    const trusting = await run({ rateLimit: 1, routerSecrets: ['secret'] });
    expect(await statuses(trusting, 2, named('web'))).toEqual([200, 429]);
    expect(await statuses(trusting, 1, named('ios'))).toEqual([200]);
    // A router that passes on its clients' headers does not name them by this one.
    const claimed = (name: string) => ({ ...ofRouter, 'graphql-client-name': name });
    expect(await statuses(trusting, 1, claimed('a'))).toEqual([200]);
    expect(await statuses(trusting, 1, claimed('b'))).toEqual([429]);
    await trusting.close();
    const open = await run({ rateLimit: 1 });
    expect(await statuses(open, 1, named('web'))).toEqual([200]);
    expect(await statuses(open, 1, named('ios'))).toEqual([429]);
    await open.close();
  });

  test('are counted by the address that a trusted proxy reports', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const behind = await run({ rateLimit: 1, trustProxy: 'loopback' });
    expect(await statuses(behind, 1, from('192.0.2.1'))).toEqual([200]);
    expect(await statuses(behind, 1, from('192.0.2.2'))).toEqual([200]);
    expect(await statuses(behind, 1, from('192.0.2.1'))).toEqual([429]);
    await behind.close();
    const direct = await run({ rateLimit: 1 });
    expect(await statuses(direct, 1, from('192.0.2.1'))).toEqual([200]);
    expect(await statuses(direct, 1, from('192.0.2.2'))).toEqual([429]);
    await direct.close();
  });
});
