import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openPage, startChromium } from '../support/chromium.ts';
import { run, type Running, sentPatches } from '../support/run.ts';
import { type Build, buildWithVite } from '../support/vite.ts';

let browser: Browser;
let pages: Build;
beforeAll(async () => {
  [browser, pages] = await Promise.all([startChromium(), buildWithVite('explorer')]);
});

let gateway: Running;
let page: Page;
/** What the page has asked for, and what the browser complained about. */
let requested: string[];
let complaints: string[];
beforeEach(async () => {
  gateway = await run({ explorer: 'graphiql', explorerPages: pages.folder, memory: {} });
  // What the crawl does in a gateway that runs for some seconds.
  await gateway.graphql('{ restApis { nodes { stages { stageName } } } }');
  page = await openPage(browser);
  const context = page.context();
  requested = [];
  complaints = [];
  context.on('request', (request) => requested.push(request.url()));
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  context.on('weberror', (problem) => complaints.push(problem.error().message));
  const introspected = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.goto(gateway.url);
  await introspected;
  await page.locator('.graphiql-query-editor').getByText('AllStages').waitFor();
  await page.locator('.graphiql-response .monaco-editor').waitFor();
});

const readyOperation = (title: string) => page.getByRole('button', { name: title });
const execute = () => page.getByRole('button', { name: /^Execute/ }).click();
const answer = () => page.locator('.graphiql-response .view-lines');

describe('GraphiQL', () => {
  test('is all from this machine, and runs under its policy', async () => {
    await execute();
    await answer().getByText('totalCount').first().waitFor();
    const origins = requested.filter((url) => !url.startsWith('data:')).map((url) => new URL(url).origin);
    expect(new Set(origins)).toEqual(new Set([new URL(gateway.url).origin]));
    expect(requested.some((url) => url.includes('worker'))).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('has the first ready operation open, and shows what it answers', async () => {
    await execute();
    await answer().getByText('"Billing"').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('opens a ready operation in a tab, with its variables, and runs it', async () => {
    await readyOperation('Throttle a method: do it').click();
    await page.getByRole('tab', { name: 'Throttle' }).waitFor();
    await page.locator('.graphiql-editor-tool').getByText('"throttlingRateLimit"').waitFor();
    await execute();
    await answer().getByText('"25.0"').waitFor();
    expect(sentPatches(gateway)).toEqual([
      [
        { op: 'replace', path: '/~1pets/GET/throttling/burstLimit', value: '10' },
        { op: 'replace', path: '/~1pets/GET/throttling/rateLimit', value: '25.0' },
      ],
    ]);
  });

  const folder = new URL('../../examples/operations/', import.meta.url);
  const operationNames = readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map(
      (file) => /^(?:query|mutation) (\w+)/m.exec(readFileSync(new URL(file, folder), 'utf8'))?.[1] ?? file,
    );

  /** The places that the editors underline. */
  const underlined = () => page.locator('.squiggly-error, .squiggly-warning, .squiggly-info').first();

  test('runs the ready operations one after the other, and underlines none of them', async () => {
    const operations = page.locator('.ready-operations button');
    expect(await operations.count()).toBe(operationNames.length);
    for (const [index, name] of operationNames.entries()) {
      await operations.nth(index).click();
      // Its tab, its text and the name that is sent come one after the other: a person runs what is there to see.
      await page.locator('.graphiql-query-editor').getByText(name).first().waitFor();
      await page.getByRole('tab', { name, selected: true }).waitFor();
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await execute();
      const { data, errors } = (await (await answered).json()) as {
        data: Record<string, { userErrors?: unknown[] }>;
        errors?: unknown;
      };
      expect(errors).toBeUndefined();
      for (const { userErrors = [] } of Object.values(data)) expect(userErrors).toEqual([]);
      await underlined().waitFor({ state: 'detached' });
    }
    // The editors do underline what is wrong.
    await page.locator('.graphiql-editor-tool .monaco-editor').filter({ visible: true }).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('{}');
    await underlined().waitFor();
  });

  test('shows variables line by line', async () => {
    await readyOperation('What is live on a stage').click();
    const lines = page.locator('.graphiql-editor-tool .view-line').filter({ visible: true });
    await lines.getByText('"stageName"').waitFor();
    expect(await lines.count()).toBe(4);
  });

  test('is one click away from the Sandbox, which is as far from it', async () => {
    await page.getByRole('link', { name: 'Apollo Sandbox' }).click();
    await page.waitForURL('**/explorer/sandbox');
    await page.getByRole('link', { name: 'GraphiQL', exact: true }).click();
    await page.waitForURL('**/explorer/graphiql');
    await page.locator('.graphiql-query-editor').getByText('AllStages').waitFor();
    expect(new URL(page.url()).origin).toBe(new URL(gateway.url).origin);
  });

  test('says so where only trusted documents are executed', async () => {
    expect(await page.locator('.restricted').isVisible()).toBe(false);
    const only = await run({
      explorer: 'graphiql',
      explorerPages: pages.folder,
      trustedDocumentsOnly: true,
    });
    await page.goto(only.url);
    await page.getByText('executes trusted documents only (TRUSTED_DOCUMENTS_ONLY)').waitFor();
    await answer().getByText('executes trusted documents only').first().waitFor();
  });

  test('has room for the editor on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const pane of ['.graphiql-query-editor', '.graphiql-response']) {
      const { x = 0, width = 0, height = 0 } = (await page.locator(pane).boundingBox()) ?? {};
      expect([width > 250, height > 120, x + width <= 390]).toEqual([true, true, true]);
    }
  });

  test('completes a field out of the schema', async () => {
    await page.getByRole('button', { name: 'New tab' }).click();
    await page.locator('.graphiql-query-editor .monaco-editor').first().click();
    await page.keyboard.type('{ stage(restApiId: "petstore01", stageName: "prod") { webA');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget').getByRole('option', { name: 'webAclArn' }).click();
    await page.locator('.graphiql-query-editor .view-lines').getByText('webAclArn').waitFor();
    expect(complaints).toEqual([]);
  });

  test('sends the headers that a person gives, a token for instance', async () => {
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .monaco-editor').filter({ visible: true }).click();
    await page.keyboard.insertText('{ "authorization": "Bearer 4711" }');
    const sent = page.waitForRequest((request) => request.postData()?.includes('AllStages') ?? false);
    await execute();
    expect((await sent).headers().authorization).toBe('Bearer 4711');
  });

  test('says who it is, unless its reader does', async () => {
    const nameSent = async () => {
      const sent = page.waitForRequest((request) => request.postData()?.includes('AllStages') ?? false);
      await execute();
      return (await sent).headers()['apollographql-client-name'];
    };
    expect(await nameSent()).toBe('graphiql');
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .monaco-editor').filter({ visible: true }).click();
    await page.keyboard.insertText('{ "Apollographql-Client-Name": "nightly-report" }');
    expect(await nameSent()).toBe('nightly-report');
  });

  test('links to the console where it is on, and the console back', async () => {
    const toConsole = page.getByRole('link', { name: 'Console', includeHidden: true });
    expect(await toConsole.isVisible()).toBe(false);
    const { folder } = await buildWithVite('console');
    const both = await run({
      explorer: 'graphiql',
      explorerPages: pages.folder,
      console: true,
      consolePages: folder,
    });
    await page.goto(both.url);
    await toConsole.click();
    await page.getByRole('link', { name: 'GraphQL' }).click();
    await page.waitForURL(both.url);
    await toConsole.waitFor();
  });

  /**
   * Tabs are stored half a second after a change, and what is in the editors at other moments: until they agree, a page
   * that is loaded again opens one more tab.
   */
  async function isStored(): Promise<boolean> {
    const { origins } = await page.context().storageState();
    const stored = new Map(origins[0]?.localStorage.map(({ name, value }) => [name, value]));
    const [query, variables] = [stored.get('graphiql:query'), stored.get('graphiql:variables')];
    const { tabs } = JSON.parse(stored.get('graphiql:tabState') ?? '{ "tabs": [] }') as {
      tabs: { query: string; variables: string }[];
    };
    const last = tabs.at(-1);
    return tabs.length === 2 && last?.query === query && last?.variables === variables;
  }

  test('keeps what its reader has written', async () => {
    await readyOperation('Compare it with another stage').click();
    await page.getByRole('tab', { name: 'Compare' }).waitFor();
    while (!(await isStored()));
    await page.reload();
    await page.getByRole('tab', { name: 'Compare' }).waitFor();
    expect(await page.getByRole('tab').count()).toBe(2);
  });
});
