import { beforeAll, describe, expect, test } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../support/chromium.ts';
import {
  linesOf,
  type OpenConsole,
  type PageOptions,
  PROD,
  startConsole,
  viewConsole,
} from '../support/console.ts';
import { run, type Running } from '../support/run.ts';
import { buildWithVite } from '../support/vite.ts';

let browser: Browser;
let gateway: Running;
beforeAll(async () => {
  const [started, built] = await Promise.all([startChromium(), buildWithVite('console')]);
  browser = started;
  gateway = await startConsole(built, {}, run);
});

let opened: OpenConsole;
let page: Page;
async function open(options: PageOptions = {}): Promise<void> {
  opened = await viewConsole(browser, gateway, options);
  ({ page } = opened);
}

const COMPARISON = '#/compare?restApi=petstore01&stage=prod&withRestApi=petstore01&withStage=staging';
const DEV = '#/stage?restApi=petstore01&stage=dev';
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const plan = () => page.getByRole('form', { name: 'Plan' }).waitFor();
const isLoaded = () => page.getByRole('row').nth(1).waitFor();

interface View {
  readonly name: string;
  readonly at: string;
  /** How a person gets there. */
  readonly act?: () => Promise<unknown>;
}

const views: readonly View[] = [
  { name: 'the list', at: '#/', act: () => page.getByText('More filters').click() },
  { name: 'the list of a question', at: '#/?canary=yes' },
  { name: 'a choice of stages', at: '#/', act: () => page.getByLabel('Compare prod of petstore01').check() },
  { name: 'all APIs', at: '#/apis?account=000000000000&region=us-east-1' },
  { name: 'a stage', at: PROD },
  { name: 'a comparison', at: COMPARISON },
  { name: 'the form of a canary', at: DEV, act: () => press('Start a canary …') },
  { name: 'the form of a throttle', at: PROD, act: () => press('Throttle … GET /pets') },
  { name: 'the form of variables', at: PROD, act: () => press('Change variables …') },
  {
    name: 'a plan',
    at: PROD,
    async act() {
      await press('Promote …');
      await plan();
      await page.getByText('Patch operations that AWS gets').click();
    },
  },
];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds on the page as it is. */
async function violations(): Promise<unknown[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<Violation[]>(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => violations)`,
  );
  return found.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map(({ html, failureSummary }) => [html, failureSummary]),
  }));
}

describe.each(['light', 'dark'] as const)('in the %s, axe finds nothing on', (colorScheme) => {
  test.each(views)('$name', async ({ at, act }) => {
    await open({ at, colorScheme });
    await isLoaded();
    await act?.();
    expect(await violations()).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  test('the page of another address', async () => {
    await open({ at: '#/nothing', colorScheme });
    await page.getByRole('heading', { name: 'This address shows nothing' }).waitFor();
    expect(await violations()).toEqual([]);
  });
});

describe('on a phone', () => {
  test.each(views)('$name is as wide as the screen', async ({ at, act }) => {
    await open({ at, viewport: { width: 360, height: 740 } });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('tbody td').first().waitFor();
    await act?.();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await violations()).toEqual([]);
  });
});

test('on a phone the names of compared stages are not broken, however long the values are', async () => {
  await open({ at: COMPARISON, viewport: { width: 360, height: 740 } });
  await page.getByRole('row', { name: 'Access log goes to' }).waitFor();
  const widths = await page.evaluate<number[]>(
    `[...document.querySelectorAll('td[data-label=prod]')]
      .map((cell) => parseFloat(getComputedStyle(cell, '::before').width))`,
  );
  expect(new Set(widths).size).toBe(1);
  expect(widths[0]).toBeGreaterThan(24);
});

describe('the address', () => {
  test('says what is shown: it can be sent, and the way back works', async () => {
    await open();
    await page.getByLabel('API', { exact: true }).fill('pet');
    await page.keyboard.press('Enter');
    await page.getByText('3 stages ·').waitFor();
    expect(new URL(page.url()).hash).toBe('#/?restApis=pet');
    expect(await page.title()).toBe('Stages · stagegraph');
    await page.getByRole('link', { name: 'prod', exact: true }).click();
    await page.getByRole('heading', { name: 'Petstore · prod' }).waitFor();
    const shared = new URL(page.url()).hash;
    expect(shared).toBe('#/stage?account=000000000000&region=us-east-1&restApi=petstore01&stage=prod');
    await page.goBack();
    await page.getByText('3 stages ·').waitFor();
    expect(await page.getByLabel('API', { exact: true }).inputValue()).toBe('pet');
    await page.goto(new URL(`/${shared}`, gateway.url).href);
    await page.getByRole('heading', { name: 'Petstore · prod' }).waitFor();
  });
});

describe('the page', () => {
  test('is all from the gateway, and runs under its policy', async () => {
    await open({ at: PROD });
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(gateway.url).origin) elsewhere.push(request.url());
    });
    await page.reload();
    await isLoaded();
    expect(elsewhere).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  test('loads again by itself while it is looked at, half a minute later at the earliest', async () => {
    const asked: string[] = [];
    await open();
    await page.clock.install();
    page.on('request', (request) => {
      const { operationName } = JSON.parse(request.postData() ?? '{}') as { operationName?: string };
      if (operationName === 'Stage') asked.push(operationName);
    });
    await page.goto(new URL(`/${PROD}`, gateway.url).href);
    await page.reload();
    await isLoaded();
    asked.length = 0;
    await page.clock.fastForward(20_000);
    expect(asked).toEqual([]);
    const again = page.waitForRequest(
      (request) => request.postData()?.includes('"operationName":"Stage"') ?? false,
    );
    await page.clock.fastForward(13_000);
    await again;
    expect(asked).toEqual(['Stage']);
  });

  test('shows when AWS was asked', async () => {
    await open({ at: PROD });
    await isLoaded();
    expect(await linesOf(page, '.observed')).toEqual(['Seen at AWS just now Load again']);
    expect(await page.locator('.observed time').getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT/);
  });
});
