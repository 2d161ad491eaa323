import { beforeAll, expect } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { readBuiltInDocuments } from '../../src/config/trusted-documents.ts';
import { createTrustedDocuments } from '../../src/graphql/persisted-documents/trusted-documents.ts';
import { openPage, startChromium } from './chromium.ts';
import { run, type Gateway, type GatewayOptions, type Running } from './run.ts';
import { type Build, buildWithVite } from './vite.ts';

/** The console in a browser, in front of a gateway with the sample data. */
export interface OpenConsole<Of extends Gateway = Running> {
  readonly gateway: Of;
  readonly page: Page;
  /** What the browser complained about. */
  readonly complaints: readonly string[];
  /** How often the mouse was clicked on the page; what the keyboard does is no click. */
  clicks(): Promise<number>;
}

export interface PageOptions {
  /** What the address has after the path. */
  readonly at?: string | undefined;
  readonly colorScheme?: 'light' | 'dark' | undefined;
  readonly viewport?: { readonly width: number; readonly height: number } | undefined;
}

export interface ConsoleOptions extends GatewayOptions, PageOptions {
  /** Changes that are made before the page is opened. */
  readonly before?: (gateway: Running) => Promise<unknown>;
}

export const PROD = '#/stage?restApi=petstore01&stage=prod';

const COUNT_CLICKS = `
  window.clicks = 0;
  addEventListener('click', ({ isTrusted, detail }) => { if (isTrusted && detail > 0) window.clicks += 1; }, true);
`;

/** Waits until the gateway has gone through all APIs, and has looked at their deployments. */
async function awaitInventory(gateway: Gateway): Promise<void> {
  const query = `{ stageInventory(where: { findings: [NO_AUTHORIZATION] }) { totalCount targets { complete } } }`;
  for (;;) {
    const { data } = await gateway.graphql<{
      stageInventory: { totalCount: number; targets: { complete: boolean }[] } | null;
    }>(query);
    const { totalCount = 0, targets = [] } = data.stageInventory ?? {};
    if (totalCount > 0 && targets.every(({ complete }) => complete)) return;
  }
}

/** A gateway that remembers, and serves the console; `start` says in front of what. */
export async function startConsole<Started extends Gateway = Running>(
  built: Build,
  options: GatewayOptions,
  start: (options: GatewayOptions) => Promise<Started>,
): Promise<Started> {
  const historyKeys = [Buffer.alloc(32, 1)];
  const manifest = readBuiltInDocuments(new URL('persisted-documents.json', built.folder));
  const gateway = await start({
    memory: { historyKeys, inventoryRate: 1000 },
    documents: createTrustedDocuments([], manifest),
    ...options,
    console: true,
    consolePages: built.folder,
  });
  const isOpen = options.auth === undefined && options.trustedDocumentsOnly !== true;
  if (options.memory !== false && isOpen) await awaitInventory(gateway);
  return gateway;
}

/** The page that a gateway serves. */
export async function viewConsole<Of extends Gateway = Running>(
  browser: Browser,
  gateway: Of,
  { at = '', colorScheme = 'light', viewport = { width: 1400, height: 900 } }: PageOptions = {},
): Promise<OpenConsole<Of>> {
  const page = await openPage(browser);
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(viewport);
  await page.addInitScript(COUNT_CLICKS);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  await page.goto(new URL(`/${at}`, gateway.url).href);
  return { gateway, page, complaints, clicks: () => page.evaluate<number>('window.clicks') };
}

/** Waits until it is there to be seen. */
export async function expectShown(what: Locator): Promise<void> {
  await what.waitFor();
  expect(await what.isVisible()).toBe(true);
}

/** What a list says, an entry each, as a person reads it. */
export const linesOf = async (page: Page, selector: string): Promise<string[]> => {
  const texts = await page.locator(selector).allInnerTexts();
  return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
};

/** The console for the tests of a file, each of which opens it; `defaults` are what they open if they say nothing else. */
export function useConsole(defaults: ConsoleOptions = {}) {
  let browser: Browser;
  let built: Build;
  let opened: OpenConsole;
  beforeAll(async () => {
    [browser, built] = await Promise.all([startChromium(), buildWithVite('console')]);
  });
  const page = (): Page => opened.page;
  const plan = () => page().getByRole('form', { name: 'Plan' });
  return {
    open: async (options: ConsoleOptions = {}): Promise<void> => {
      const { at, colorScheme, viewport, before, ...others } = { ...defaults, ...options };
      const gateway = await startConsole(built, others, run);
      await before?.(gateway);
      opened = await viewConsole(browser, gateway, { at, colorScheme, viewport });
    },
    opened: () => opened,
    page,
    section: (name: string) => page().getByRole('region', { name }),
    press: (name: string) => page().getByRole('button', { name, exact: true }).click(),
    plan,
    /** What would change, a line each. */
    planLines: async (): Promise<string[]> => {
      await plan().waitFor();
      return linesOf(page(), 'dialog .plan li');
    },
    /** Waits until the page says that it was done. */
    done: (text: string) => page().getByRole('status').getByText(text).waitFor(),
  };
}
