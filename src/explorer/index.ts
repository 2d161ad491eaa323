import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuse } from '../http/messages/refusals.ts';
import { pathOf } from '../http/messages/request-path.ts';
import { pageHeaders } from './policy.ts';

export type ExplorerPage = 'sandbox' | 'graphiql';

/** Built by `npm run pages` and kept in git. The path holds from both src/ and dist/. */
const builtPages = new URL('../../explorer/built/', import.meta.url);

const NOT_BUILT =
  '<!doctype html><title>stagegraph</title><h1>This page has not been built</h1>' +
  '<p>Run <code>npm run packages:install</code> once, and <code>npm run pages</code> after every change in <code>explorer/</code>.';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

/** A file name without slashes that does not begin with a dot. */
const PLAIN_NAME = /^[\w-][\w.-]*$/;

const isPageView = ({ method, url, headers: { accept = '' } }: FastifyRequest): boolean =>
  method === 'GET' && pathOf(url) === '/graphql' && accept.includes('text/html');

/** Error codes for a missing file: no such name, a folder, or a name that is too long. */
const NOT_A_FILE: ReadonlySet<unknown> = new Set(['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG']);

/** Undefined if the file does not exist. Read for each request: a new build changes the file names. */
const readIfExists = (file: URL): Promise<Buffer | undefined> =>
  readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && NOT_A_FILE.has(error.code)) return undefined;
    throw error;
  });

/** Serves the page and its assets, without authentication: the page holds no data, and the user enters the token there. */
export function registerExplorer(app: FastifyInstance, page: ExplorerPage, pages = builtPages): void {
  const headers = pageHeaders(page);

  app.addHook('onRequest', async (request, reply) => {
    if (!isPageView(request)) return;
    const html = await readIfExists(new URL(`${page}.html`, pages));
    reply.headers(headers).type('text/html; charset=utf-8');
    await reply.status(html === undefined ? 503 : 200).send(html ?? NOT_BUILT);
  });

  // A wildcard, because Fastify refuses a long `:name` with another error.
  app.get<{ Params: { '*': string } }>('/explorer/assets/*', async ({ params: { '*': name } }, reply) => {
    const file = PLAIN_NAME.test(name) ? await readIfExists(new URL(`assets/${name}`, pages)) : undefined;
    if (file === undefined) return refuse(reply, 404, 'File not found.');
    // Every file name contains a hash of the content.
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    reply.header('x-content-type-options', 'nosniff');
    return reply.type(contentTypes[extname(name)] ?? 'application/octet-stream').send(file);
  });
}
