import { beforeEach, expect, test } from '@jest/globals';
import { createTokenVerifier, type TokenVerifier } from '../../../src/auth/access-token.ts';
import { createMetrics } from '../../../src/observability/metrics/metrics.ts';
import { type Issuer, startIssuer } from '../../support/issuer.ts';
import '../../support/one-realm.ts';
import { silentLogger } from '../../support/silence.ts';

let issuer: Issuer;
let verifier: TokenVerifier;
let later = 0;
beforeEach(async () => {
  const began = Date.now();
  later = 0;
  issuer = await startIssuer();
  verifier = createTokenVerifier(issuer.options, silentLogger, () => began + later);
});

/** The samples about the keys. */
async function scrape() {
  const limiters = () => [];
  const text = await createMetrics({ version: '1.2.3', limiters, tokenKeys: verifier.keys }).print();
  const value = (name: string) => new RegExp(`^stagegraph_${name} (\\S+)$`, 'm').exec(text)?.[1];
  return { age: value('token_keys_age_seconds'), failures: value('token_key_fetch_failures_total') };
}

test('the age of the keys counts from the last fetch, and is absent before it', async () => {
  expect(await scrape()).toEqual({ age: undefined, failures: '0' });
  await verifier.verify(await issuer.token('stages:read'));
  expect(await scrape()).toEqual({ age: '0', failures: '0' });
  later = 90_000;
  expect(await scrape()).toEqual({ age: '90', failures: '0' });
});

test.each([
  ['an error', { status: 500, body: '{"keys":[]}' }],
  ['no JSON', { status: 200, body: '<html>' }],
  ['no key set', { status: 200, body: '{"keys":1}' }],
  ['keys that are not objects', { status: 200, body: '{"keys":[1]}' }],
])('a fetch that returns %s counts as failed once, for all tokens that waited for it', async (_, answer) => {
  issuer.answerKeysWith(answer);
  const tokens = await Promise.all(['a', 'b', 'c'].map((sub) => issuer.token('stages:read', { sub })));
  await Promise.allSettled(tokens.map((token) => verifier.verify(token)));
  expect(issuer.fetches()).toBe(1);
  expect(await scrape()).toEqual({ age: undefined, failures: '1' });
});

test('a fetch from an unreachable address has failed', async () => {
  const token = await issuer.token('stages:read');
  await issuer.close();
  await expect(verifier.verify(token)).rejects.toThrow();
  expect(await scrape()).toEqual({ age: undefined, failures: '1' });
  issuer = await startIssuer();
});
