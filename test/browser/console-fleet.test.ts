import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../support/chromium.ts';
import { expectShown, linesOf, startConsole, viewConsole } from '../support/console.ts';
import { DEV, PROD, type RunningFleet, startFleet, target } from '../support/fleet.ts';
import type { GatewayOptions } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';
import { type Build, buildWithVite } from '../support/vite.ts';

let browser: Browser;
let built: Build;
beforeAll(async () => {
  [browser, built] = await Promise.all([startChromium(), buildWithVite('console')]);
});

let gateway: RunningFleet;
let page: Page;
/** Two accounts with the same APIs, each with a Stage API of its own. */
async function open(options: GatewayOptions = {}): Promise<void> {
  const [prod, dev] = await Promise.all([startStageApi(), startStageApi()]);
  const targets = [
    target({ account: PROD, region: 'us-east-1', alias: 'shop-prod', home: true, endpoint: prod.url }),
    target({ account: DEV, region: 'eu-west-1', alias: 'shop-dev', endpoint: dev.url }),
  ];
  gateway = await startConsole(built, options, (given) => startFleet({ quota: 'account', targets }, given));
  await gateway.graphql(`mutation {
    setStageVariables(input: {
      account: "${DEV}", restApiId: "petstore01", stageName: "prod", set: [{ name: "table", value: "pets-dev" }]
    }) { userErrors { code } }
  }`);
  ({ page } = await viewConsole(browser, gateway));
}
const devTable = async () => {
  const { data } = await gateway.graphql<{ stage: { variables: { name: string; value: string }[] } }>(
    `{ stage(account: "${DEV}", restApiId: "petstore01", stageName: "prod") { variables { name value } } }`,
  );
  return data.stage.variables.find(({ name }) => name === 'table')?.value;
};
const petstore = () => page.getByRole('region', { name: 'Petstore' });
const inDev = 'Compare prod of petstore01 shop-dev eu-west-1';
const inProd = 'Compare prod of petstore01 shop-prod us-east-1';

describe('the console of several accounts', () => {
  beforeEach(() => open());

  test('says where each stage is, and shows the stages of one of them', async () => {
    await petstore().getByLabel(inDev).waitFor();
    await petstore().getByLabel(inProd).waitFor();
    await page.getByLabel('Account').selectOption('shop-dev');
    await petstore().getByLabel(inProd).waitFor({ state: 'detached' });
    await expectShown(petstore().getByLabel(inDev));
    expect(page.url()).toContain(`account=${DEV}`);
  });

  test('shows and changes the stage of the account that was chosen', async () => {
    await petstore()
      .getByRole('row')
      .filter({ hasText: 'shop-dev' })
      .getByRole('link', { name: 'prod' })
      .click();
    await page.getByText('Stages / shop-dev eu-west-1 / Petstore').waitFor();
    expect(await linesOf(page, 'dl dd')).toContain('pets-dev');
    await page.getByRole('button', { name: 'Change variables …' }).click();
    await page.getByLabel('Value of table').fill('cats');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.getByRole('status').getByText('The variables are changed.').waitFor();
    expect(await devTable()).toBe('cats');
    await page.getByRole('link', { name: 'Petstore' }).click();
    await petstore().getByLabel(inDev).waitFor();
    expect(await petstore().getByLabel(inProd).count()).toBe(0);
  });

  test('compares stages of two accounts, which it names, and takes over from one to the other', async () => {
    await petstore().getByLabel(inDev).check();
    await petstore().getByLabel(inProd).check();
    await page.getByRole('link', { name: 'Compare prod with prod' }).click();
    const heading = 'prod in shop-dev eu-west-1 and prod in shop-prod us-east-1 compared';
    await page.getByRole('heading', { name: heading }).waitFor();
    await page.getByRole('row', { name: 'Variable table' }).waitFor();
    expect(await linesOf(page, 'tbody tr')).toEqual(['Variable table pets-dev pets']);
    await page.getByRole('button', { name: 'Variables …' }).click();
    await page.getByRole('heading', { name: 'Make it the same as prod in shop-prod us-east-1' }).waitFor();
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.getByText('They do not differ.').waitFor();
    expect(await devTable()).toBe('pets');
  });

  test('names the home account where an address names none', async () => {
    const other = `withAccount=${DEV}&withRegion=eu-west-1&withRestApi=petstore01&withStage=prod`;
    await page.goto(new URL(`/#/compare?restApi=petstore01&stage=prod&${other}`, gateway.url).href);
    const heading = 'prod in shop-prod us-east-1 and prod in shop-dev eu-west-1 compared';
    await expectShown(page.getByRole('heading', { name: heading }));
  });

  test('compares with a stage of another account by its names', async () => {
    await petstore()
      .getByRole('row')
      .filter({ hasText: 'shop-dev' })
      .getByRole('link', { name: 'prod' })
      .click();
    const compare = page.getByRole('region', { name: 'Compare' });
    await compare.getByLabel('Account and Region').selectOption('shop-prod us-east-1');
    await compare.getByLabel('Stage').fill('prod');
    await compare.getByRole('button', { name: 'Compare' }).click();
    await expectShown(page.getByRole('row', { name: 'Variable table' }));
  });
});

describe('the console of several accounts without an inventory', () => {
  beforeEach(() => open({ memory: false }));

  test('lists the APIs of each, and of the one that is chosen', async () => {
    await page.getByLabel(inDev).waitFor();
    await page.getByLabel(inProd).waitFor();
    await page.getByRole('searchbox', { name: 'API' }).fill('pet');
    await page.getByLabel('Account').selectOption('shop-prod');
    await page.getByLabel(inDev).waitFor({ state: 'detached' });
    await page.getByLabel(inProd).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(['Petstore']);
  });
});
