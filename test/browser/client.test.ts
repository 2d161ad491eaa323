import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openPage, startChromium } from '../support/chromium.ts';
import { type GatewayOptions, run, type Running, sentPatches } from '../support/run.ts';
import { type Build, buildWithVite, type Preview, previewWithVite } from '../support/vite.ts';

const CLIENT = 'examples/client';

let browser: Browser;
let built: Build;
beforeAll(async () => {
  [browser, built] = await Promise.all([startChromium(), buildWithVite(CLIENT)]);
});

let gateway: Running;
let server: Preview;
let page: Page;
/** The client in a browser, in front of a gateway with nothing but the sample data. */
async function open(options: GatewayOptions = {}, search = ''): Promise<void> {
  gateway = await run(options);
  server = await previewWithVite(CLIENT, built, { GATEWAY: new URL(gateway.url).origin });
  page = await openPage(browser);
  await page.goto(server.url + search);
}

const row = (name: string) => page.getByRole('row', { name });
const share = () => page.getByLabel('Share of the traffic');
const press = (name: string) => page.getByRole('button', { name }).click();
const dryRun = () => page.getByRole('form', { name: 'Dry run' });
/** What is said of a field, as a screen reader says it. */
const descriptionOf = async (label: string): Promise<string> => {
  const id = await page.getByLabel(label).getAttribute('aria-describedby');
  return page.locator(`#${String(id)}`).innerText();
};

describe('the example client', () => {
  test('shows stage and canary side by side: traffic, deployment, variables', async () => {
    await open();
    await page.getByRole('heading', { name: 'Petstore · prod' }).waitFor();
    const table = await page.getByRole('row').allInnerTexts();
    expect(table.map((line) => line.split(/\s*\t\s*/))).toEqual([
      ['', 'Stage', 'Canary'],
      ['Traffic', '90 %', '10 %'],
      ['Deployment', 'v1.0 dep001', 'v1.1 dep002'],
      ['backend', 'petstore.example.com', 'petstore.example.com'],
      ['featureFlags differs', 'search:off', 'search:on'],
      ['table', 'pets', 'pets'],
    ]);
  });

  test('moves the share: first a dry run, which sends nothing, then in earnest', async () => {
    await open();
    await share().fill('25');
    await press('Look first');
    await dryRun().getByText('replace /canarySettings/percentTraffic "25.0"').waitFor();
    expect(sentPatches(gateway)).toEqual([]);
    expect(await row('Traffic').innerText()).toContain('10 %');

    await press('Do it');
    await page.getByText('The canary gets 25 % of the traffic.').waitFor();
    expect(sentPatches(gateway)).toEqual([
      [{ op: 'replace', path: '/canarySettings/percentTraffic', value: '25.0' }],
    ]);
    expect(await row('Traffic').innerText()).toMatch(/75 %\s+25 %/);
  });

  test('says at the field what is wrong with it, in the words of the gateway', async () => {
    await open();
    await share().fill('120');
    await press('Look first');
    await page.getByText('percentTraffic must be 0 to 100').waitFor();
    expect(await share().getAttribute('aria-invalid')).toBe('true');
    expect(await descriptionOf('Share of the traffic')).toContain('must be 0 to 100');
    expect(await dryRun().count()).toBe(0);

    await share().fill('12');
    await press('Look first');
    await dryRun().waitFor();
    expect(await share().getAttribute('aria-invalid')).toBe('false');
  });

  test('promotes the canary, and shows what is live then', async () => {
    await open();
    await press('Promote');
    await dryRun().getByText('copy /deploymentId from /canarySettings/deploymentId').waitFor();
    expect(sentPatches(gateway)).toEqual([]);
    await press('Do it');
    await page.getByText('all traffic goes to v1.1 dep002').waitFor();
    await page.getByText('the canary has ended').waitFor();
  });

  test('abandons the canary, or lets it be', async () => {
    await open();
    await press('Abandon');
    await dryRun().getByText('remove /canarySettings').waitFor();
    await press('Cancel');
    await dryRun().waitFor({ state: 'detached' });
    expect(sentPatches(gateway)).toEqual([]);
    await press('Abandon');
    await press('Do it');
    await page.getByText('all traffic goes to v1.0 dep001').waitFor();
  });

  test('asks for the name of a protected stage, at a field for it', async () => {
    await open({ isProtected: (name) => name === 'prod' });
    await press('Abandon');
    await press('Do it');
    const confirm = page.getByLabel('This stage is protected');
    await confirm.waitFor();
    expect(await descriptionOf('This stage is protected')).toContain('confirm');
    expect(sentPatches(gateway)).toEqual([]);
    await confirm.fill('prod');
    await press('Do it');
    await page.getByText('The canary has ended.').waitFor();
  });

  test('changes what was on the screen, or nothing', async () => {
    await open();
    await share().fill('50');
    await press('Look first');
    await dryRun().waitFor();
    await gateway.graphql(`mutation { setCanarySettings(
      input: { restApiId: "petstore01", stageName: "prod", percentTraffic: 1 }
    ) { userErrors { code } } }`);
    await press('Do it');
    await page.getByRole('alert').getByText('it was changed meanwhile').waitFor();
    await row('Traffic').getByText('1 %', { exact: true }).waitFor();
    // The dry run was of a state that has changed: it must be looked at again.
    expect(await dryRun().count()).toBe(0);
    expect(sentPatches(gateway)).toHaveLength(1);
  });

  test('says when there is no canary, and when there is no stage', async () => {
    await open({}, '?api=petstore01&stage=dev');
    await page.getByText('This stage has no canary').waitFor();
    await page.getByLabel('Stage', { exact: true }).fill('nowhere');
    await press('Show');
    await page.getByRole('alert').getByText('There is no stage nowhere of petstore01').waitFor();
    expect(new URL(page.url()).search).toBe('?api=petstore01&stage=nowhere');
  });

  test('says when the gateway fails', async () => {
    await open();
    await row('Traffic').waitFor();
    await gateway.stageApi.close();
    await press('Load again');
    await page.getByRole('alert').getByText('The stage could not be read').waitFor();
    expect(await page.getByRole('alert').innerText()).not.toMatch(/127\.0\.0\.1|ECONN/);
  });
});
