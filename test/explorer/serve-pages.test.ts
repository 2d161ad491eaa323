import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exchange, expectClean, request } from '../support/hostile.ts';
import { startIssuer } from '../support/issuer.ts';
import { type GatewayOptions, run, type Running } from '../support/run.ts';

/** Instead of Vite's build; test/browser has the real pages. */
const folder = mkdtempSync(join(tmpdir(), 'stagegraph-'));
const explorerPages = pathToFileURL(`${folder}/pages/`);
const opened: Running[] = [];

const start = async (options: GatewayOptions): Promise<Running> => {
  const gateway = await run({ explorerPages, ...options });
  opened.push(gateway);
  return gateway;
};
const view = (gateway: Running) =>
  fetch(gateway.url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });

beforeAll(() => {
  mkdirSync(join(folder, 'pages/assets'), { recursive: true });
  mkdirSync(join(folder, 'pages/assets/folder'));
  writeFileSync(join(folder, 'secret.js'), 'not for everybody');
  writeFileSync(join(folder, 'pages/sandbox.html'), '<!doctype html><html lang="en">The Sandbox');
  writeFileSync(join(folder, 'pages/graphiql.html'), '<!doctype html><html lang="en">The GraphiQL');
  writeFileSync(join(folder, 'pages/assets/page-4711.js'), 'run()');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Sends the path as it is: fetch would resolve `..`. */
const get = (gateway: Running, path: string) =>
  exchange(gateway.url, request([`GET ${path} HTTP/1.1`, 'host: localhost']));

describe('the explorer', () => {
  test.each([
    ['sandbox', 'The Sandbox'],
    ['graphiql', 'The GraphiQL'],
  ] as const)('%s is the page for browsers at /graphql and at the root', async (explorer, text) => {
    const gateway = await start({ explorer });
    const response = await fetch(new URL('/', gateway.url), { headers: { accept: 'text/html' } });
    expect(response.url).toBe(gateway.url);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain(text);
  });

  test('programs use GraphQL at the same URL', async () => {
    const gateway = await start({ explorer: 'graphiql' });
    expect(await gateway.graphql('{ __typename }')).toMatchObject({ data: { __typename: 'Query' } });
    const byGet = await fetch(`${gateway.url}?query={__typename}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect(await byGet.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test('the page and its files need no token, but operations do', async () => {
    const issuer = await startIssuer();
    const gateway = await start({ explorer: 'graphiql', auth: issuer.options });
    try {
      expect((await view(gateway)).status).toBe(200);
      expect((await fetch(new URL('/explorer/assets/page-4711.js', gateway.url))).status).toBe(200);
      expect((await gateway.graphql('{ __typename }')).status).toBe(401);
    } finally {
      await issuer.close();
    }
  });

  test.each(['sandbox', 'graphiql'] as const)(
    'both have URLs of their own where it is %s',
    async (explorer) => {
      const gateway = await start({ explorer });
      for (const [path, text] of [
        ['/explorer/sandbox', 'The Sandbox'],
        ['/explorer/graphiql', 'The GraphiQL'],
      ] as const) {
        const response = await fetch(new URL(path, gateway.url));
        expect(await response.text()).toContain(text);
        expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
        expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
        expect(response.headers.get('cache-control')).toBe('no-store');
      }
    },
  );

  test('the pages are marked where only trusted documents are executed', async () => {
    const only = await start({ explorer: 'sandbox', trustedDocumentsOnly: true });
    const open = await start({ explorer: 'sandbox' });
    for (const path of ['/graphql', '/explorer/sandbox', '/explorer/graphiql']) {
      const pageOf = async (gateway: Running) =>
        (await fetch(new URL(path, gateway.url), { headers: { accept: 'text/html' } })).text();
      expect(await pageOf(only)).toContain('<html data-trusted-only lang="en">');
      expect(await pageOf(open)).not.toContain('data-trusted-only');
    }
  });

  test('the pages are marked where the console is on, to which they link then', async () => {
    for (const console of [true, false]) {
      const gateway = await start({ explorer: 'sandbox', console });
      for (const path of ['/explorer/sandbox', '/explorer/graphiql']) {
        const page = await (await fetch(new URL(path, gateway.url))).text();
        expect(page.includes('<html data-console lang="en">')).toBe(console);
      }
    }
  });

  test('off serves no page, but a sentence for a person', async () => {
    const gateway = await start({ explorer: 'off' });
    const response = await view(gateway);
    expect(response.status).toBe(406);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await response.text()).toMatch(
      /<p>This is a GraphQL endpoint: programs .* by POST, as JSON\. It has no page for browsers \(EXPLORER=off\)\.<\/p>$/,
    );
    for (const path of ['/explorer/sandbox', '/explorer/graphiql']) {
      expect((await fetch(new URL(path, gateway.url))).status).toBe(404);
    }
    const operation = await fetch(`${gateway.url}?query={__typename}`, { headers: { accept: 'text/html' } });
    expect(await operation.text()).toContain('CSRF');
    expect((await fetch(new URL('/explorer/assets/page-4711.js', gateway.url))).status).toBe(404);
  });

  test('the Sandbox may only run our scripts and frame Apollo’s page', async () => {
    const { headers } = await view(await start({ explorer: 'sandbox' }));
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
        "connect-src 'self' https://sandbox.embed.apollographql.com; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        'frame-src https://sandbox.embed.apollographql.com',
    );
  });

  test('GraphiQL may only connect to us and run our scripts', async () => {
    const { headers } = await view(await start({ explorer: 'graphiql' }));
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        "font-src 'self' data:; worker-src 'self'",
    );
  });

  test('browsers may cache the assets, whose names have a hash of the content', async () => {
    const gateway = await start({ explorer: 'sandbox' });
    const response = await fetch(new URL('/explorer/assets/page-4711.js', gateway.url));
    expect(await response.text()).toBe('run()');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  test.each([
    '/explorer/assets/other.js',
    '/explorer/assets/../../secret.js',
    '/explorer/assets/..%2F..%2Fsecret.js',
    '/explorer/assets/%2e%2e',
    '/explorer/assets/',
    '/explorer/assets',
    '/explorer/assets/folder',
    '/explorer/assets/page-4711.js/x',
    `/explorer/assets/${'a'.repeat(200)}.js`,
    `/explorer/assets/${'a'.repeat(5000)}`,
  ])('%s is not a file, and gets the common error format', async (path) => {
    const answer = await get(await start({ explorer: 'sandbox' }), path);
    expect(answer).toMatchObject({
      status: 404,
      json: { errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST' } }] },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expectClean(answer);
  });

  test('a page that has not been built says how to build it', async () => {
    const gateway = await start({
      explorer: 'sandbox',
      explorerPages: pathToFileURL(`${folder}/none/`),
    });
    const response = await view(gateway);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run pages');
  });
});
