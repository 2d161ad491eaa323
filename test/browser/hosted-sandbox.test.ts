import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openPage, startChromium } from '../support/chromium.ts';
import { run, type Running } from '../support/run.ts';

const HOSTED_SANDBOX = 'https://studio.apollographql.com';

let browser: Browser;
let gateway: Running;
beforeAll(async () => {
  browser = await startChromium();
  gateway = await run({ corsOrigins: [HOSTED_SANDBOX] });
});

/**
 * An empty page of that origin. Only the page's own address is answered for: Playwright's routes would answer the
 * browser's preflights as well, and those are what is tested.
 */
async function pageOf(origin: string): Promise<Page> {
  const page = await openPage(browser);
  // Chromium asks the person whether a page from the internet may reach this machine: yes.
  await page.context().grantPermissions(['local-network-access'], { origin });
  const browserSide = await page.context().newCDPSession(page);
  browserSide.on('Fetch.requestPaused', ({ requestId }) => {
    void browserSide.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: 200,
      responseHeaders: [{ name: 'content-type', value: 'text/html' }],
      body: Buffer.from('<!doctype html>').toString('base64'),
    });
  });
  await browserSide.send('Fetch.enable', { patterns: [{ urlPattern: `${origin}/*` }] });
  await page.goto(`${origin}/sandbox/explorer`);
  return page;
}

interface Init {
  readonly method?: string;
  readonly mode?: 'no-cors';
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** What the page's own script gets of the gateway; `blocked` where the browser keeps the answer from it. */
const ask = (page: Page, init: Init, query = ''): Promise<unknown> =>
  page.evaluate(
    async ([url, options]) => {
      try {
        const response = await fetch(url, options);
        return await response.json();
      } catch {
        return 'blocked';
      }
    },
    [gateway.url + query, init] as const,
  );

const post = (query: string, headers: Record<string, string> = {}): Init & { body: string } => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ query }),
});

const INTROSPECTION = post('{ __schema { queryType { name } } }');
const STAGE = post('{ stage(restApiId: "petstore01", stageName: "prod") { description } }', {
  authorization: 'Bearer 4711',
});
const BY_GET = { headers: { 'apollo-require-preflight': 'true' } };

describe('a page of the hosted Sandbox', () => {
  test('may introspect and query, by POST and by GET', async () => {
    const page = await pageOf(HOSTED_SANDBOX);
    expect(await ask(page, INTROSPECTION)).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
    expect(await ask(page, STAGE)).toEqual({ data: { stage: { description: 'Live traffic' } } });
    expect(await ask(page, BY_GET, '?query={__typename}')).toEqual({ data: { __typename: 'Query' } });
    await page.context().close();
  });
});

describe('a page of another origin', () => {
  test('may not', async () => {
    const page = await pageOf('https://evil.example');
    expect(await ask(page, INTROSPECTION)).toBe('blocked');
    expect(await ask(page, STAGE)).toBe('blocked');
    expect(await ask(page, BY_GET, '?query={__typename}')).toBe('blocked');
    await page.context().close();
  });

  test('cannot even send a change blindly, as a form would', async () => {
    const page = await pageOf('https://evil.example');
    gateway.stageApi.resetCalls();
    const change =
      'mutation { removeCanary(input: { restApiId: "petstore01", stageName: "prod" }) { userErrors { code } } }';
    const arrived = page.waitForResponse(gateway.url);
    const blindly = { mode: 'no-cors', headers: { 'content-type': 'text/plain' } } as const;
    expect(await ask(page, { ...post(change), ...blindly })).toBe('blocked');
    expect((await arrived).status()).toBe(415);
    expect(gateway.stageApi.requests()).toEqual([]);
    await page.context().close();
  });
});
