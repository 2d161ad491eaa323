import { describe, expect, test } from '@jest/globals';
import { expectShown, linesOf, PROD, useConsole } from '../support/console.ts';
import { type Running, sentPatches } from '../support/run.ts';

const { open, opened, page, section, press, plan, planLines, done } = useConsole();

const api = (name: string) => page().getByRole('region', { name });
const openStage = (apiName: string, stageName: string) =>
  api(apiName).getByRole('link', { name: stageName, exact: true }).click();

const changeVariable = (gateway: Running, value: string) =>
  gateway.graphql(
    `
      mutation ($value: String!) {
        setStageVariables(
          input: { restApiId: "petstore01", stageName: "prod", set: [{ name: "table", value: $value }] }
        ) {
          userErrors {
            code
          }
        }
      }
    `,
    { value },
    { 'apollographql-client-name': 'a script' },
  );

const recordBaseline = (gateway: Running) =>
  gateway.graphql(`mutation { recordStageBaseline(
    input: { restApiId: "petstore01", stageName: "prod" }
  ) { userErrors { code } } }`);

/** A person who writes no GraphQL finds each of these out within three clicks. */
describe('the console answers', () => {
  test('which APIs are there?', async () => {
    await open();
    await api('Petstore').waitFor();
    expect(await page().getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      'Billing',
      'Orders',
      'Petstore',
    ]);
    // Those without a stage are a click away.
    await page().getByRole('link', { name: '4 APIs' }).click();
    await api('Search').getByText('This API has no stage.').waitFor();
    expect(await opened().clicks()).toBe(1);
  });

  test('what is live on prod?', async () => {
    await open();
    await openStage('Petstore', 'prod');
    await page().getByRole('heading', { name: 'Petstore · prod' }).waitFor();
    const live = await section('What is live').innerText();
    expect(live).toMatch(/90 %\s+v1\.0/);
    expect(live).toMatch(/10 %\s+v1\.1\s+canary/);
    const methods = await linesOf(page(), 'tbody tr');
    expect(methods).toContain('GET /pets open 100 50 error 60 s own Throttle … GET /pets');
    expect(await page().title()).toBe('Petstore · prod · stagegraph');
    expect(await opened().clicks()).toBe(1);
  });

  test('who changed it?', async () => {
    await open({ before: (gateway) => changeVariable(gateway, 'cats') });
    await openStage('Petstore', 'prod');
    const history = section('History');
    await history.getByText('Change variables').first().waitFor();
    expect(await history.innerText()).toContain('Someone not signed in, with a script, just now');
    expect(await linesOf(page(), '.history .plan li')).toEqual(['Variable table pets → cats']);
    expect(await opened().clicks()).toBe(1);
  });

  test('what would promoting change?', async () => {
    await open();
    await openStage('Petstore', 'prod');
    await section('What is live').getByText('New: DELETE /pets/{petId}').waitFor();
    await press('Promote …');
    expect(await planLines()).toEqual([
      'Deployment v1.0 → v1.1',
      'Variable featureFlags search:off → search:on',
      'Canary 10 % of the traffic to v1.1 → none',
    ]);
    await expectShown(plan().getByText('New for all: DELETE /pets/{petId}'));
    expect(await opened().clicks()).toBe(2);
    expect(sentPatches(opened().gateway)).toEqual([]);
  });

  test('throttle this', async () => {
    await open();
    await openStage('Petstore', 'prod');
    await press('Throttle … GET /pets');
    await page().getByLabel('Requests per second').fill('25');
    await page().keyboard.press('Enter');
    expect(await planLines()).toEqual(['GET /pets: requests per second 100 → 25']);
    await press('Do it');
    await done('The throttle of GET /pets is changed.');
    expect(await opened().clicks()).toBe(3);
    expect(sentPatches(opened().gateway)).toEqual([
      [{ op: 'replace', path: '/~1pets/GET/throttling/rateLimit', value: '25.0' }],
    ]);
  });

  test('throttle a method that has the default of the stage', async () => {
    await open({ at: PROD });
    await press('Throttle … POST /pets');
    await page().getByLabel('Requests per second').fill('33');
    await page().keyboard.press('Enter');
    const line = 'POST /pets: requests per second inherits 1000 → 33';
    expect(await planLines()).toEqual([line]);
    await press('Do it');
    await section('History').getByText('Throttle a method, or change its settings').first().waitFor();
    expect(await linesOf(page(), '.history .plan li')).toEqual([line]);
  });

  test('undo that', async () => {
    await open({ before: (gateway) => changeVariable(gateway, 'cats') });
    await openStage('Petstore', 'prod');
    await press('Undo … Change variables');
    expect(await planLines()).toEqual(['Variable table cats → pets']);
    expect(await plan().getByText('later changes').count()).toBe(0);
    await press('Do it');
    await done('The change is undone.');
    await section('Variables').getByText('pets', { exact: true }).waitFor();
    expect(await opened().clicks()).toBe(3);
  });

  test('what else would undoing an older change undo?', async () => {
    await open({
      at: PROD,
      async before(gateway) {
        await changeVariable(gateway, 'cats');
        await changeVariable(gateway, 'dogs');
      },
    });
    const undo = page().getByRole('button', { name: 'Undo … Change variables' });
    await undo.nth(1).click();
    expect(await planLines()).toEqual(['Variable table dogs → pets']);
    await expectShown(plan().getByText('This also undoes later changes of: variables.'));
  });

  test('how do two stages differ?', async () => {
    await open();
    await page().getByLabel('Compare prod of petstore01').check();
    await page().getByLabel('Compare staging of petstore01').check();
    await page().getByRole('link', { name: 'Compare prod with staging' }).click();
    await page().getByRole('row', { name: 'Tracing' }).waitFor();
    const rows = await linesOf(page(), 'tbody tr');
    expect(rows).toContain('Deployment v1.0 v1.1');
    expect(rows).toContain('Variable table pets pets-staging');
    expect(rows).toContain('Tracing (X-Ray) on off');
    expect(await opened().clicks()).toBe(3);
  });

  test('which other stages has the API, while they are loaded and when they cannot be?', async () => {
    let answered = 0;
    let fail: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (fail = resolve));
    await open();
    await page().route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('"Siblings"') !== true || ++answered > 1)
        return route.continue();
      await held;
      const extensions = { code: 'THROTTLED' };
      return route.fulfill({
        json: { data: { stages: null }, errors: [{ message: 'AWS throttled it.', extensions }] },
      });
    });
    await openStage('Petstore', 'prod');
    await expectShown(section('Compare').getByRole('status').getByText('Loading …'));
    fail();
    const alert = section('Compare').getByRole('alert');
    await alert.getByText('The other stages cannot be listed:').waitFor();
    expect(await alert.innerText()).toContain('AWS throttled it.');
    await alert.getByRole('button', { name: 'Load again' }).click();
    await expectShown(section('Compare').getByRole('link', { name: 'with staging' }));
    expect(await alert.count()).toBe(0);
  });

  test('how does a stage differ from one that does not exist?', async () => {
    await open({ at: '#/compare?restApi=petstore01&stage=prod&withRestApi=petstore01&withStage=nowhere' });
    await expectShown(page().getByRole('alert').getByText('There is no stage nowhere of petstore01.'));
    expect(await linesOf(page(), 'main p.hint')).toContain('petstore01 prod: seen at AWS just now');
  });

  test('what drifts?', async () => {
    await open({
      before: async (gateway) => {
        await recordBaseline(gateway);
        await changeVariable(gateway, 'cats');
      },
    });
    await page().getByRole('link', { name: 'Drifted' }).click();
    await page().getByText('1 stage ·').waitFor();
    await openStage('Petstore', 'prod');
    await section('Drift').getByText('differs from its baseline').waitFor();
    expect(await section('Drift').getByRole('listitem').innerText()).toMatch(/table\s+pets\s+→\s+cats/);
    expect(await opened().clicks()).toBe(2);
  });

  test('is that still so? "Load again" reads all of the page', async () => {
    await open({ at: PROD });
    await section('Drift').getByText('The stage has no baseline').waitFor();
    // A baseline is no part of the stage: its revision stays the same.
    await recordBaseline(opened().gateway);
    await press('Load again');
    await section('Drift').getByText('The stage is as its baseline').waitFor();
    await changeVariable(opened().gateway, 'cats');
    await press('Load again');
    await section('Drift').getByText('differs from its baseline').waitFor();
    expect(await linesOf(page(), '.history .plan li')).toEqual(['Variable table pets → cats']);
  });

  test('which have no logs?', async () => {
    await open();
    await page().getByRole('link', { name: 'Without access log' }).click();
    await page().getByText('5 stages ·').waitFor();
    expect(await linesOf(page(), 'tbody th a')).toEqual(['prod', 'beta', 'live', 'dev', 'staging']);
    expect(await opened().clicks()).toBe(1);
  });

  test('which of these have a canary? A question keeps the search, which finds an id, too', async () => {
    await open();
    await page().getByLabel('API', { exact: true }).fill('petstore01');
    await page().keyboard.press('Enter');
    await page().getByText('3 stages ·').waitFor();
    await page().getByRole('link', { name: 'With a canary' }).click();
    await page().getByText('1 stage ·').waitFor();
    expect(new URL(page().url()).hash).toBe('#/?restApis=petstore01&canary=yes');
    await page().getByRole('link', { name: 'With a canary' }).click();
    await page().getByText('3 stages ·').waitFor();
    expect(new URL(page().url()).hash).toBe('#/?restApis=petstore01');
  });

  test('start a canary', async () => {
    await open();
    await openStage('Petstore', 'staging');
    await press('Start a canary …');
    await page().getByLabel('Share of the traffic').fill('5');
    await page().keyboard.press('Enter');
    expect(await planLines()).toEqual([
      'Deployment of the canary none → v1.2',
      'Traffic of the canary none → 5 %',
    ]);
    await press('Do it');
    await done('The canary of v1.2 gets 5 % of the traffic.');
    expect(await opened().clicks()).toBe(3);
    await section('What is live').getByText('New: POST /orders').waitFor();
  });
});
