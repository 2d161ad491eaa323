import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startIssuer } from '../support/issuer.ts';
import { type GatewayOptions, run, type Running } from '../support/run.ts';

/** Instead of Vite's build; test/browser has the real page. */
const folder = mkdtempSync(join(tmpdir(), 'stagegraph-'));
const consolePages = pathToFileURL(`${folder}/`);

beforeAll(() => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><html lang="en">The console');
  writeFileSync(join(folder, 'persisted-documents.json'), '{}');
  writeFileSync(join(folder, 'assets/index-4711.js'), 'run()');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const start = (options: GatewayOptions = {}) => run({ console: true, consolePages, ...options });
const get = (gateway: Running, path: string) => fetch(new URL(path, gateway.url), { redirect: 'manual' });

describe('the console', () => {
  test('is the page at the root, which no cache stores', async () => {
    const response = await get(await start(), '/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('The console');
  });

  test('may only run our scripts and connect to us, and sets no cookie', async () => {
    const { headers } = await get(await start(), '/');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
    expect(headers.get('set-cookie')).toBeNull();
  });

  test('has assets that browsers may keep', async () => {
    const response = await get(await start(), '/console/assets/index-4711.js');
    expect(await response.text()).toBe('run()');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  test.each([
    '/console/assets/other.js',
    '/console/assets/..%2Findex.html',
    '/console/assets/',
    '/console/index.html',
    '/console/persisted-documents.json',
    '/console',
  ])('%s is not a file', async (path) => {
    expect((await get(await start(), path)).status).toBe(404);
  });

  test('is marked where /graphql has a page, to which it links then', async () => {
    for (const explorer of ['graphiql', 'off'] as const) {
      const page = await (await get(await start({ explorer }), '/')).text();
      expect(page.includes('<html data-explorer lang="en">')).toBe(explorer !== 'off');
    }
  });

  test('needs no token, but what it asks does', async () => {
    const issuer = await startIssuer();
    const gateway = await start({ auth: issuer.options });
    try {
      expect((await get(gateway, '/')).status).toBe(200);
      expect((await get(gateway, '/console/assets/index-4711.js')).status).toBe(200);
      expect((await gateway.graphql('{ __typename }')).status).toBe(401);
    } finally {
      await issuer.close();
    }
  });

  test('is not there where it is off: the root leads to GraphQL', async () => {
    const gateway = await start({ console: false });
    const response = await get(gateway, '/');
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql']);
    expect((await get(gateway, '/console/assets/index-4711.js')).status).toBe(404);
  });

  test('that has not been built says how to build it', async () => {
    const response = await get(await start({ consolePages: pathToFileURL(`${folder}/none/`) }), '/');
    expect(response.status).toBe(503);
    expect(await response.text()).toMatch(/npm run pages.*console\//s);
  });
});
