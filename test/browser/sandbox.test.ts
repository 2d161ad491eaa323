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
  gateway = await run({ explorer: 'sandbox', explorerPages: pages.folder });
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
    await page.frameLocator('iframe').getByText('"Live traffic"').waitFor();
    expect(await page.locator('iframe').isVisible()).toBe(true);
    expect(await failure().isVisible()).toBe(false);
    expect(violations).toEqual([]);
  });

  test('opens another ready operation, with its variables', async () => {
    await standInForApollo();
    await page.goto(gateway.url);
    await page.getByLabel('Ready operations').selectOption('Compare two stages');
    await page.frameLocator('iframe').getByText('"stageName":"staging"').waitFor();
    expect(await page.locator('iframe').count()).toBe(1);
    await page.getByText('Both come out of one listing').waitFor();
  });

  test('loads nothing else from elsewhere', async () => {
    await standInForApollo();
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(new URL('/', gateway.url).href)) elsewhere.push(request.url());
    });
    await page.goto(gateway.url);
    await page.frameLocator('iframe').getByText('"Live traffic"').waitFor();
    expect(elsewhere).toEqual([
      expect.stringMatching(/^https:\/\/sandbox\.embed\.apollographql\.com\/sandbox\/explorer\?/),
    ]);
  });

  test('refuses a frame and a script from elsewhere, so that its policy is one', async () => {
    await standInForApollo();
    await page.goto(gateway.url);
    await page.frameLocator('iframe').getByText('"Live traffic"').waitFor();
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

  test('says what to do where Apollo cannot be reached', async () => {
    await page.clock.install();
    await page.goto(gateway.url);
    await page.getByText('Loading Apollo Sandbox').waitFor();
    expect(await failure().isVisible()).toBe(false);
    await page.clock.fastForward('00:10');
    await page.getByRole('heading', { name: 'Sandbox did not load: set EXPLORER=graphiql' }).waitFor();
    await page.getByText('EXPLORER=graphiql npm start').waitFor();
  });

  test('says what to do without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const bare = await context.newPage();
    await bare.goto(gateway.url);
    expect(await bare.locator('body').innerText()).toContain('Apollo Sandbox needs JavaScript');
    await context.close();
  });
});
