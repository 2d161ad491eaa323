import { describe, expect, test } from '@jest/globals';
import { type GatewayOptions, run } from '../support/run.ts';

const asBrowser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };
const get = async (options: GatewayOptions, path: string, init: RequestInit = asBrowser) => {
  const { url } = await run(options);
  return fetch(new URL(path, url), init);
};
const linksOf = (page: string): string[] => [...page.matchAll(/href="(.*?)"/g)].map(([, href = '']) => href);

describe('an address where there is nothing', () => {
  test.each([
    { console: true, explorer: 'sandbox', links: ['/', '/graphql'] },
    { console: true, explorer: 'off', links: ['/'] },
    { console: false, explorer: 'graphiql', links: ['/graphql'] },
    { console: false, explorer: 'off', links: [] },
  ] as const)(
    'tells a person so, and which pages there are: $links',
    async ({ links, console, explorer }) => {
      const gateway = await run({ console, explorer });
      for (const path of [
        '/foo',
        '/explorer/nothing',
        '/explorer/assets/nothing.js',
        '/console/assets/nothing.js',
        ...(explorer === 'off' ? ['/explorer/sandbox'] : []),
      ]) {
        const response = await fetch(new URL(path, gateway.url), asBrowser);
        expect(response.status).toBe(404);
        expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
        const page = await response.text();
        expect(page).toContain('There is nothing at this address.');
        expect(linksOf(page)).toEqual(links);
      }
    },
  );

  test('links to the console also at /graphql where that has no page', async () => {
    const response = await get({ console: true, explorer: 'off' }, '/graphql');
    expect(response.status).toBe(406);
    expect(linksOf(await response.text())).toEqual(['/']);
  });

  test('repeats nothing of the request, and loads nothing', async () => {
    const response = await get({ console: true, explorer: 'off' }, '/<script>alert(1)</script>?q=<b>');
    expect(await response.text()).not.toMatch(/script|<b>/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('is an error for programs, and for what a browser posts', async () => {
    for (const init of [{}, { headers: { accept: '*/*' } }, { ...asBrowser, method: 'POST' }]) {
      const response = await get({ console: true, explorer: 'off' }, '/explorer/sandbox', init);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        errors: [{ message: 'Not found. GraphQL is at /graphql.', extensions: { code: 'BAD_REQUEST' } }],
      });
    }
  });

  test('is in the log like any refusal', async () => {
    const log: string[] = [];
    const gateway = await run({ explorer: 'off', log: (line) => log.push(line) });
    const id = String((await fetch(new URL('/foo', gateway.url), asBrowser)).headers.get('x-request-id'));
    await gateway.close();
    expect(log.find((line) => line.includes(id))).toContain('"errorCodes":["BAD_REQUEST"]');
  });
});
