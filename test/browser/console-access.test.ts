import { beforeAll, describe, expect, test } from '@jest/globals';
import { createTrustedDocuments } from '../../src/graphql/persisted-documents/trusted-documents.ts';
import { type ConsoleOptions, expectShown, linesOf, PROD, useConsole } from '../support/console.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';

const { open, opened, page } = useConsole({ at: PROD });
let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});

const tokenField = () => page().getByLabel('Bearer token');
async function signIn(token: string): Promise<void> {
  await tokenField().fill(token);
  await page().keyboard.press('Enter');
}
/** Opens a stage as a caller with these scopes and claims. */
async function openAs(scope: string, claims = {}, options: ConsoleOptions = {}): Promise<string> {
  await open({ auth: issuer.options, ...options });
  const token = await issuer.token(scope, claims);
  await signIn(token);
  return token;
}
const title = () => page().getByRole('heading', { name: 'Petstore · prod' });
const ready = () => title().waitFor();
const changes = async () => {
  const names = await page().getByRole('button', { name: '…' }).allInnerTexts();
  return names.map((name) => name.split('…')[0]?.trim());
};
const may = () => page().getByRole('region', { name: 'What you may do' });

describe('who asks', () => {
  test('gives a token where the gateway wants one, and it is kept in memory only', async () => {
    const token = await openAs('stages:write stages:variables');
    await ready();
    expect(await page().context().cookies()).toEqual([]);
    expect(await page().context().storageState({ indexedDB: true })).toEqual({ cookies: [], origins: [] });
    expect(await page().content()).not.toContain(token);
    expect(page().url()).not.toContain(token);
    await page().reload();
    await tokenField().waitFor();
  });

  test('is told why a token is refused', async () => {
    await open({ auth: issuer.options });
    await tokenField().waitFor();
    expect(await page().getByRole('alert').innerText()).not.toBe('');
    await signIn('no-token');
    await page().getByRole('alert').getByText('not a valid JWT').waitFor();
    await signIn(await issuer.token('stages:read'));
    await ready();
  });

  test('can have the token forgotten', async () => {
    await openAs('stages:read');
    await ready();
    await page().getByRole('button', { name: 'Forget the token' }).click();
    await expectShown(tokenField());
  });

  test('needs no token where a proxy adds the header', async () => {
    const token = await issuer.token('stages:read');
    await open({ auth: issuer.options, at: '#/' });
    await tokenField().waitFor();
    await page().route('**/graphql', (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${token}` } }),
    );
    await page().goto(new URL(`/${PROD}`, opened().gateway.url).href);
    await page().reload();
    await expectShown(title());
  });
});

describe('what the caller may do', () => {
  test('is everything without authentication', async () => {
    await open();
    await expectShown(may().getByText('You may make each change that this page offers.'));
  });

  test('is nothing with the scope to read: no change is offered', async () => {
    await openAs('stages:read');
    await may().getByText('You may look at this stage, and change nothing.').waitFor();
    expect(await changes()).toEqual([]);
    expect(await page().locator('dl').first().innerText()).toContain('hidden from you');
  });

  test('is no fix with the scope to write, for that needs another one', async () => {
    await openAs('stages:write stages:variables');
    await may().getByText('You may make some changes.').waitFor();
    expect(await changes()).toContain('Promote');
    expect(await changes()).not.toContain('Fix it');
    expect(await linesOf(page(), '.permissions li')).toContain('no Fix a finding, or send patch operations');
  });

  test('is what the policies permit, each change by itself, and no dry run asks for it', async () => {
    const audited: string[] = [];
    await openAs(
      'stages:write stages:variables',
      {},
      {
        audit: (line) => audited.push(line),
        policies: `
        permit(principal, action, resource);
        forbid(principal, action == Action::"promoteCanary", resource);`,
      },
    );
    await may().getByText('You may make some changes.').waitFor();
    expect(await linesOf(page(), '.permissions li')).toContain('no Promote the canary');
    expect(await changes()).not.toContain('Promote');
    expect(await changes()).toContain('Abandon');
    expect(audited).toEqual([]);
  });

  test('is a sentence, where it is not even to read', async () => {
    await openAs('other');
    await expectShown(page().getByRole('alert').getByText('You may not see this.'));
  });
});

describe('a gateway that', () => {
  test('remembers nothing: the list is read from AWS, and says so', async () => {
    await open({ memory: false, at: '#/' });
    await page().getByRole('alert').getByText('read from AWS page by page').waitFor();
    await page().getByRole('region', { name: 'Petstore' }).getByRole('link', { name: 'prod' }).waitFor();
    await expectShown(page().getByRole('region', { name: 'Search' }).getByText('This API has no stage.'));
  });

  test('remembers nothing: APIs are found by a part of their name, or by their id', async () => {
    await open({ memory: false, at: '#/' });
    const apis = () => page().getByRole('heading', { level: 2 }).allInnerTexts();
    await page().getByRole('searchbox', { name: 'API' }).fill('STORE');
    await page().keyboard.press('Enter');
    await page().getByRole('region', { name: 'Orders' }).waitFor({ state: 'detached' });
    await page().getByRole('region', { name: 'Petstore' }).waitFor();
    expect(await apis()).toEqual(['Petstore']);
    await page().getByRole('searchbox', { name: 'API' }).fill('orders0002');
    await page().keyboard.press('Enter');
    await page().getByRole('region', { name: 'Orders' }).waitFor();
    expect(await apis()).toEqual(['Orders']);
    await page().getByRole('searchbox', { name: 'API' }).fill('nothing');
    await page().keyboard.press('Enter');
    await expectShown(page().getByText('No API is like that.'));
  });

  test('remembers nothing: a stage is shown without its history', async () => {
    await open({ memory: false });
    await ready();
    await page().getByRole('alert').getByText('The history cannot be shown').waitFor();
    expect(await linesOf(page(), 'dl dt code')).toEqual(['backend', 'featureFlags', 'table']);
  });

  test('fails: the page says so, without names of hosts', async () => {
    await open();
    await ready();
    await opened().gateway.stageApi.close();
    await page().getByRole('button', { name: 'Load again' }).click();
    await page().getByRole('alert').filter({ hasText: 'The stage could not be read' }).waitFor();
    expect(await page().locator('main').innerText()).not.toMatch(/127\.0\.0\.1|ECONN/);
  });

  test('executes trusted documents only: those of the page are', async () => {
    await open({ trustedDocumentsOnly: true });
    await may().getByText('You may make each change that this page offers.').waitFor();
    await page().getByRole('button', { name: 'Abandon …' }).click();
    await page().getByRole('button', { name: 'Do it' }).click();
    await page().getByText('All traffic goes to v1.0').waitFor();
    await page().getByRole('link', { name: 'Stages' }).first().click();
    await expectShown(page().getByRole('region', { name: 'Petstore' }));
    expect((await opened().gateway.graphql('{ __typename }')).status).toBe(403);
  });

  test('does not know the documents of the page(), as one of another version: it gets their texts', async () => {
    await open({ documents: createTrustedDocuments() });
    await expectShown(title());
  });

  test('has no such stage: the page says so', async () => {
    await open({ at: '#/stage?restApi=petstore01&stage=nowhere' });
    await expectShown(page().getByRole('alert').getByText('There is no stage nowhere of petstore01'));
  });
});
