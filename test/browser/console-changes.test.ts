import { describe, expect, test } from '@jest/globals';
import { expectShown, linesOf, PROD, useConsole } from '../support/console.ts';
import { sentPatches } from '../support/run.ts';

const { open, opened, page, press, plan, planLines, done } = useConsole({ at: PROD });

const dialog = () => page().getByRole('dialog');
const share = () => page().getByLabel('Share of the traffic');
const isGone = () => dialog().waitFor({ state: 'detached' });
const focused = () => page().evaluate<string>('document.activeElement.textContent.trim()');
/** What is said of a field, as a screen reader says it. */
const descriptionOf = async (label: string): Promise<string> => {
  const id = await page().getByLabel(label).getAttribute('aria-describedby');
  return page()
    .locator(`[id="${String(id)}"]`)
    .innerText();
};

describe('a change in the console', () => {
  test('is a plan first, which sends nothing, and shows its operations at a click', async () => {
    await open();
    await press('Change traffic …');
    await share().fill('25');
    await press('Show the plan');
    expect(await planLines()).toEqual(['Traffic of the canary 10 % → 25 %']);
    const operation = page().getByText('replace /canarySettings/percentTraffic "25.0"');
    expect(await operation.isVisible()).toBe(false);
    await page().getByText('Patch operations that AWS gets').click();
    await operation.waitFor();
    expect(sentPatches(opened().gateway)).toEqual([]);

    await press('Do it');
    await done('The canary gets 25 % of the traffic.');
    expect(sentPatches(opened().gateway)).toEqual([
      [{ op: 'replace', path: '/canarySettings/percentTraffic', value: '25.0' }],
    ]);
    await page().getByRole('region', { name: 'What is live' }).getByText('25 %').waitFor();
  });

  test('warns of what AWS accepts silently', async () => {
    await open();
    await press('Change traffic …');
    await share().fill('60');
    await press('Show the plan');
    await expectShown(plan().getByText('CANARY_STEP_LARGE'));
  });

  test('can be left: nothing is sent', async () => {
    await open();
    await press('Abandon …');
    expect(await planLines()).toEqual(['Canary 10 % of the traffic to v1.1 → none']);
    await press('Cancel');
    await isGone();
    expect(sentPatches(opened().gateway)).toEqual([]);
  });

  test('promotes the canary: what it had is live', async () => {
    await open();
    await press('Promote …');
    await plan().waitFor();
    await press('Do it');
    await done('The canary is promoted');
    await page().getByText('All traffic goes to v1.1').waitFor();
    await expectShown(page().getByRole('button', { name: 'Start a canary …' }));
  });

  test('starts no canary where there is no other deployment', async () => {
    await open({
      at: '#/stage?restApi=billing003&stage=prod',
      before: (gateway) =>
        gateway.graphql(`mutation { removeCanary(
          input: { restApiId: "billing003", stageName: "prod" }
        ) { userErrors { code } } }`),
    });
    await press('Start a canary …');
    await dialog().getByText('The API has no other deployment.').waitFor();
    await press('Close');
    await isGone();
    expect(await focused()).toBe('Start a canary …');
  });

  test('abandons the canary', async () => {
    await open();
    await press('Abandon …');
    await plan().waitFor();
    await press('Do it');
    await done('The canary has ended.');
    await expectShown(page().getByText('All traffic goes to v1.0'));
  });

  test('sets, adds and removes variables in one plan', async () => {
    await open();
    await press('Change variables …');
    await page().getByLabel('Value of table').fill('cats');
    await press('Remove backend');
    await page().getByLabel('Name of a new variable').fill('color');
    await page().getByLabel('Value of the new variable').fill('blue');
    await press('Show the plan');
    expect(await planLines()).toEqual([
      'Variable color none → blue',
      'Variable table pets → cats',
      'Variable backend petstore.example.com → none',
    ]);
    await press('Do it');
    await done('The variables are changed.');
    expect(await linesOf(page(), 'dl dt code')).toEqual(['color', 'featureFlags', 'table']);
  });

  test('throttles all methods without settings of their own', async () => {
    await open();
    await press('Throttle by default …');
    await page().getByLabel('Requests per second').fill('50');
    await press('Show the plan');
    expect(await planLines()).toEqual(['Default of all methods: requests per second 1000 → 50']);
    await press('Do it');
    await page().getByRole('row', { name: 'POST /pets AWS_IAM 50' }).waitFor();
  });

  test('fixes a finding', async () => {
    await open();
    const fixes = page().getByRole('button', { name: 'Fix it … Cached responses of GET /pets are not' });
    await fixes.click();
    expect(await planLines()).toEqual(['GET /pets: encrypted cache off → on']);
    await press('Do it');
    await done('The finding is fixed.');
    await fixes.waitFor({ state: 'detached' });
  });

  test('records a baseline', async () => {
    await open();
    await press('Record a baseline …');
    await plan().getByText('The stage itself does not change.').waitFor();
    await press('Do it');
    await expectShown(page().getByText('The stage is as its baseline'));
  });

  test('takes over a part of another stage', async () => {
    await open({ at: '#/compare?restApi=petstore01&stage=staging&withRestApi=petstore01&withStage=prod' });
    await press('Tracing …');
    expect(await planLines()).toEqual(['Tracing (X-Ray) off → on']);
    await press('Do it');
    await done('These settings are the same as those of prod now.');
    await page().getByRole('row', { name: 'Tracing' }).waitFor({ state: 'detached' });
  });

  test('says at its field what is wrong with it, in the words of the gateway, and keeps what was typed', async () => {
    await open();
    await press('Change traffic …');
    await share().fill('120');
    await press('Show the plan');
    await page().getByText('“Share of the traffic, in percent” must be 0 to 100').waitFor();
    expect(await share().getAttribute('aria-invalid')).toBe('true');
    expect(await descriptionOf('Share of the traffic')).toContain('must be 0 to 100');
    expect(await share().inputValue()).toBe('120');
    await share().fill('12');
    await press('Show the plan');
    expect(await planLines()).toEqual(['Traffic of the canary 10 % → 12 %']);
  });

  test('takes no empty field for 0, and drops no value that lacks a name', async () => {
    await open();
    await press('Change traffic …');
    await share().fill('');
    await press('Show the plan');
    await page().getByText('Type a share from 0 to 100.').waitFor();
    expect(await descriptionOf('Share of the traffic')).toBe('Type a share from 0 to 100.');
    await press('Cancel');
    await press('Change variables …');
    await page().getByLabel('Value of the new variable').fill('blue');
    await press('Show the plan');
    await page().getByText('Type a name for this value.').waitFor();
    expect(await descriptionOf('Name of a new variable')).toBe('Type a name for this value.');
  });

  test('says below its form what is wrong with no field of it, and that nothing would change', async () => {
    await open();
    await press('Throttle … GET /pets');
    await press('Show the plan');
    await dialog().getByRole('alert').getByText('Nothing would change').waitFor();
    await press('Cancel');
    await press('Change variables …');
    await press('Show the plan');
    await dialog().getByRole('alert').getByText('Nothing would change').waitFor();
    await press('Cancel');
    await page().route('**/graphql', async (route) => {
      const userErrors = [
        { __typename: 'StageUserError', code: 'CONFLICT', message: 'A reason.', field: ['input', 'any'] },
      ];
      const change = {
        __typename: 'SetCanarySettingsPayload',
        stage: null,
        patchOperations: null,
        warnings: [],
        userErrors,
      };
      await route.fulfill({ json: { data: { change } } });
    });
    await press('Change traffic …');
    await share().fill('20');
    await press('Show the plan');
    await expectShown(dialog().getByRole('alert').getByText('A reason.'));
  });

  test('needs a second word to refuse all traffic', async () => {
    await open();
    await press('Throttle … GET /pets');
    await page().getByLabel('Requests per second').fill('0');
    await press('Show the plan');
    await page().getByText('“Requests per second” 0 refuses every request').waitFor();
    await page().getByLabel('Refuse every request').check();
    await press('Show the plan');
    expect(await planLines()).toEqual(['GET /pets: requests per second 100 → 0']);
  });

  test('of a protected stage asks for its name', async () => {
    await open({ isProtected: (name) => name === 'prod' });
    await press('Abandon …');
    await plan().waitFor();
    await press('Do it');
    const confirm = page().getByLabel('This stage is protected');
    await confirm.waitFor();
    expect(await descriptionOf('This stage is protected')).toContain('confirm');
    expect(sentPatches(opened().gateway)).toEqual([]);
    await confirm.fill('prod');
    await press('Do it');
    await done('The canary has ended.');
  });

  test('is made to what was on the screen, or not at all; the plan can be made again', async () => {
    await open();
    await press('Change traffic …');
    await share().fill('50');
    await press('Show the plan');
    await plan().waitFor();
    await opened().gateway.graphql(`mutation { setCanarySettings(
      input: { restApiId: "petstore01", stageName: "prod", percentTraffic: 1 }
    ) { userErrors { code } } }`);
    await press('Do it');
    await page()
      .getByRole('alert')
      .getByText('This stage has changed since you opened it. Nothing was done.')
      .waitFor();
    expect(sentPatches(opened().gateway)).toHaveLength(1);
    expect(await dialog().getByRole('button').allInnerTexts()).toEqual([
      'Plan again, from the stage as it is now',
      'Close',
    ]);
    expect(await focused()).toBe('Plan again, from the stage as it is now');
    await press('Plan again, from the stage as it is now');
    expect(await planLines()).toEqual(['Traffic of the canary 1 % → 50 %']);
    await press('Do it');
    await done('The canary gets 50 % of the traffic.');
  });

  test('can be made with the keyboard alone', async () => {
    await open();
    await page().getByRole('button', { name: 'Change traffic …' }).waitFor();
    const tabTo = async (text: string) => {
      do await page().keyboard.press('Tab');
      while ((await focused()) !== text);
    };
    await tabTo('Change traffic …');
    await page().keyboard.press('Enter');
    await share().waitFor();
    await page().keyboard.press('Control+A');
    await page().keyboard.type('20');
    await page().keyboard.press('Enter');
    expect(await planLines()).toEqual(['Traffic of the canary 10 % → 20 %']);
    expect(await focused()).toBe('Do it');
    await page().keyboard.press('Enter');
    await done('The canary gets 20 % of the traffic.');
    await isGone();
    expect(await focused()).toBe('Change traffic …');
    expect(await opened().clicks()).toBe(0);
  });

  test('ends with Escape', async () => {
    await open();
    await press('Promote …');
    await plan().waitFor();
    await page().keyboard.press('Escape');
    await isGone();
    expect(sentPatches(opened().gateway)).toEqual([]);
  });
});
