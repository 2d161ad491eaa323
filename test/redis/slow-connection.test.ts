import dns from 'node:dns';
import { afterEach, expect, test } from '@jest/globals';
import { startStageApi } from '../support/stage-api.ts';
import { startTogether, write } from '../support/together.ts';

/** How long every new connection takes; longer than the rest of the way to a request may take. */
const CONNECTING_MS = 300;
const redisTimes = { pauseMs: 100, leaseMarginMs: 50 };

const HOST = 'localhost';
const { lookup } = dns;
/** Node looks a host up as a part of connecting. */
function lookUpSlowly(host: string, ...others: unknown[]): void {
  if (host === HOST) setTimeout(() => lookUpSlowly('127.0.0.1', ...others), CONNECTING_MS);
  else Reflect.apply(lookup, dns, [host, ...others]);
}
afterEach(() => {
  Reflect.set(dns, 'lookup', lookup);
});

test('a write is sent although its connection takes longer than the longest pause of a permit', async () => {
  const stageApi = await startStageApi();
  Reflect.set(dns, 'lookup', lookUpSlowly);
  const endpoint = stageApi.url.replace('127.0.0.1', HOST);
  const together = await startTogether({ count: 1, endpoint, redisTimes });
  expect(await write(together.gateway(0), 'over a slow connection')).toEqual([]);
  expect(stageApi.calls()).toEqual({ UpdateStage: 1 });
});
