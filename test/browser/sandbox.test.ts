import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openPage, startChromium } from '../support/chromium.ts';
import { run, type Running } from '../support/run.ts';
import { type Build, buildWithVite } from '../support/vite.ts';

let browser: Browser;
let pages: Build;
let gateway: Running;
beforeAll(async () => {
  [browser, pages] = await Promise.all([startChromium(), buildWithVite('explorer')]);
  gateway = await run({ explorer: 'sandbox', explorerPages: pages.folder, memory: {} });
});

let page: Page;
let violations: string[];
beforeEach(async () => {
  page = await openPage(browser);
  violations = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
});

const failure = () => page.getByRole('alert');

/**
 * Stands for Apollo's page, which no test can reach: it says that it is there, sends the operation that it was started
 * with through the page around it, as Sandbox does, and shows the answer.
 */
const frame = `<!doctype html><pre></pre><script>
  const given = new URLSearchParams(location.search);
  addEventListener('message', ({ data }) => {
    if (data.name === 'ExplorerResponse') document.querySelector('pre').textContent = JSON.stringify(data.response.data);
  });
  parent.postMessage({ name: 'ExplorerListeningForHandshake' }, '*');
  parent.postMessage({
    name: 'ExplorerRequest',
    operationId: '1',
    operation: decodeURIComponent(given.get('defaultDocument')),
    variables: JSON.parse(decodeURIComponent(given.get('defaultVariables'))),
    headers: {},
    endpointUrl: given.get('endpoint'),
  }, '*');
</script>`;

const standInForApollo = () =>
  page.route('https://sandbox.embed.apollographql.com/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: frame }),
  );

describe('the page with Apollo Sandbox', () => {
  test('runs its script, loads the frame, and hands the frame’s operations to the gateway', async () => {
    await standInForApollo();
    await page.goto(gateway.url);
    await page.frameLocator('iframe').getByText('"totalCount"').waitFor();
    expect(await page.locator('iframe').isVisible()).toBe(true);
    expect(await failure().isVisible()).toBe(false);
    expect(violations).toEqual([]);
  });

  test('opens another ready operation, with its variables', async () => {
    await standInForApollo();
    await page.goto(gateway.url);
    await page.getByLabel('Ready operations').selectOption('Compare it with another stage');
    await page.frameLocator('iframe').getByText('"differencesFrom"').waitFor();
    expect(await page.locator('iframe').count()).toBe(1);
    await page.getByText('What differs, by part.').waitFor();
  });

  test('loads nothing else from elsewhere', async () => {
    await standInForApollo();
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(new URL('/', gateway.url).href)) elsewhere.push(request.url());
    });
    await page.goto(gateway.url);
    await page.frameLocator('iframe').getByText('"totalCount"').waitFor();
    expect(elsewhere.sort()).toEqual([
      // Whether Apollo can be reached.
      'https://sandbox.embed.apollographql.com/',
      expect.stringMatching(/^https:\/\/sandbox\.embed\.apollographql\.com\/sandbox\/explorer\?/),
    ]);
  });

  test('refuses a frame and a script from elsewhere, so that its policy is one', async () => {
    await standInForApollo();
    await page.goto(gateway.url);
    await page.frameLocator('iframe').getByText('"totalCount"').waitFor();
    await page.evaluate(`
      document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://evil.example/' }));
      document.body.append(Object.assign(document.createElement('script'), { src: 'https://evil.example/x.js' }));
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }));
    `);
    while (violations.length < 3) await page.waitForEvent('console');
    expect(violations.sort()).toEqual([
      expect.stringContaining('Executing inline script'),
      expect.stringContaining("Framing 'https://evil.example/'"),
      expect.stringContaining("Loading the script 'https://evil.example/x.js'"),
    ]);
    expect(await page.evaluate(`'ran' in window`)).toBe(false);
  });

  test('says at once that Apollo cannot be reached, and leads to GraphiQL', async () => {
    // Time stands still: nothing here waits for the end of the page's patience.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 1000);
    await page.goto(gateway.url);
    await page.getByRole('heading', { name: 'Apollo Sandbox cannot be reached' }).waitFor();
    expect(await page.getByText('Loading Apollo Sandbox').isVisible()).toBe(false);
    await page.getByRole('link', { name: 'Open GraphiQL' }).click();
    await page.waitForURL('**/explorer/graphiql');
  });

  test('says so after some seconds where a proxy drops the requests, and shows the frame if it comes late', async () => {
    await page.clock.install();
    const held: (() => void)[] = [];
    await page.route('https://sandbox.embed.apollographql.com/**', async (route) => {
      await new Promise<void>((resolve) => held.push(resolve));
      await route.fulfill({ contentType: 'text/html', body: frame });
    });
    await page.goto(gateway.url, { waitUntil: 'commit' });
    await page.getByText('Loading Apollo Sandbox').waitFor();
    expect(await failure().isVisible()).toBe(false);
    await page.clock.fastForward('00:05');
    await page.getByRole('heading', { name: 'Apollo Sandbox cannot be reached' }).waitFor();
    for (const release of held) release();
    await page.frameLocator('iframe').getByText('"totalCount"').waitFor();
    expect(await failure().isVisible()).toBe(false);
  });

  test('says what to do without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const bare = await context.newPage();
    await bare.goto(gateway.url);
    expect(await bare.locator('body').innerText()).toContain('Apollo Sandbox needs JavaScript');
    await context.close();
  });
});
