import { beforeAll, describe, expect, test } from '@jest/globals';
import { noGatewayObserver } from '../../../src/observability/observer.ts';
import { bearer, type Issuer, startIssuer } from '../../support/issuer.ts';
import { until } from '../../support/polling.ts';
import { type Gateway, type GatewayOptions, type Running, run } from '../../support/run.ts';

type Headers = Record<string, string>;

const stagesOf = (gateway: Gateway, restApiId: string, headers: Headers) =>
  gateway.graphql('query ($id: ID!) { stages(restApiId: $id) { stageName } }', { id: restApiId }, headers);

/** How many calls were made before the one that is about this API. */
const callsBefore = ({ stageApi }: Running, restApiId: string): number =>
  stageApi.requests().findIndex(({ params }) => params.restApiId === restApiId);

/** A caller asks for many things by a request each; then another one for one: so many calls go before that. */
async function placeOfModest(options: GatewayOptions, restApiId: string, greedy: Headers, modest: Headers) {
  let reads = 0;
  const observer = {
    ...noGatewayObserver,
    read: () => {
      reads += 1;
    },
  };
  const gateway = await run({ rate: 40, burst: 1, deadlineMs: 20_000, observer, ...options });
  const all = Array.from({ length: 30 }, (_, index) => stagesOf(gateway, `greedy${index}`, greedy));
  await until(() => reads >= 30);
  await stagesOf(gateway, restApiId, modest);
  await Promise.all(all);
  await gateway.close();
  return callsBefore(gateway, restApiId);
}

describe('callers take turns at AWS, however many requests they send', () => {
  const named = (name: string) => ({ 'apollographql-client-name': name, 'router-authorization': 'secret' });
  const from = (address: string) => ({ 'x-forwarded-for': address });
  let issuer: Issuer;
  beforeAll(async () => {
    issuer = await startIssuer();
  });
  const tokenOf = async (sub: string) => bearer(await issuer.token('stages:read', { sub }));

  test.each<[string, () => GatewayOptions, (name: string) => Headers | Promise<Headers>]>([
    ['by the subject of their token', () => ({ auth: issuer.options }), tokenOf],
    ['by the client that a router with a secret names', () => ({ routerSecrets: ['secret'] }), named],
    [
      'by address',
      () => ({ trustProxy: 'loopback' }),
      (name) => from(name === 'a' ? '192.0.2.1' : '192.0.2.2'),
    ],
  ])('%s', async (_, options, headersOf) => {
    const place = await placeOfModest(options(), 'petstore01', await headersOf('a'), await headersOf('b'));
    expect(place).toBeGreaterThan(0);
    expect(place).toBeLessThan(25);
  });

  test('also for what another one has asked for before', async () => {
    const options = { auth: issuer.options, ttlMs: 60_000 };
    const place = await placeOfModest(options, 'greedy29', await tokenOf('a'), await tokenOf('b'));
    expect(place).toBeLessThan(25);
  });

  test('and what is refused says when to come again', async () => {
    const gateway = await run({ rate: 5, burst: 1, deadlineMs: 2500, auth: issuer.options });
    const token = await tokenOf('a');
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => stagesOf(gateway, `greedy${index}`, token)),
    );
    const refusals = answers
      .flatMap(({ errors = [] }) => errors)
      .filter(({ extensions }) => extensions.code === 'THROTTLED');
    expect(refusals.length).toBeGreaterThan(10);
    for (const { message, extensions } of refusals) {
      expect(message).toMatch(/Try again later/);
      expect(extensions.retryAfterSeconds).toBeGreaterThan(0);
    }
    await gateway.close();
  });
});
