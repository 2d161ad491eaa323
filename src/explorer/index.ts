import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuse } from '../http/messages/refusals.ts';
import { pathOf } from '../http/messages/request-path.ts';
import { pageHeaders } from './policy.ts';

export type ExplorerPage = 'sandbox' | 'graphiql';

/** Where `npm run pages` puts them, seen from src/ and from dist/ alike. They are in git, so that a start builds none. */
const builtPages = new URL('../../explorer/built/', import.meta.url);

const NOT_BUILT =
  '<!doctype html><title>stagegraph</title><h1>This page is not built yet</h1>' +
  '<p>Run <code>npm run packages:install</code> once and <code>npm run pages</code> after every change in <code>explorer/</code>.';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

/** A file name without folders, hidden files and ways upwards. */
const PLAIN_NAME = /^[\w-][\w.-]*$/;

const isPageView = ({ method, url, headers: { accept = '' } }: FastifyRequest): boolean =>
  method === 'GET' && pathOf(url) === '/graphql' && accept.includes('text/html');

/** There is no such file: nothing of the name, a folder, or a name that is too long for one. */
const NOT_A_FILE: ReadonlySet<unknown> = new Set(['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG']);

/** Undefined when there is no such file: the pages may be built anew, under new names, while they are served. */
const readIfThere = (file: URL): Promise<Buffer | undefined> =>
  readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && NOT_A_FILE.has(error.code)) return undefined;
    throw error;
  });

/**
 * Serves the page at /graphql to browsers, and what it loads. Before anything that asks who is there: a page holds no
 * data, and it is where a person gives the token.
 */
export function registerExplorer(app: FastifyInstance, page: ExplorerPage, pages = builtPages): void {
  const headers = pageHeaders(page);

  app.addHook('onRequest', async (request, reply) => {
    if (!isPageView(request)) return;
    const html = await readIfThere(new URL(`${page}.html`, pages));
    reply.headers(headers).type('text/html; charset=utf-8');
    await reply.status(html === undefined ? 503 : 200).send(html ?? NOT_BUILT);
  });

  // Not `:name`: Fastify would refuse a long one by itself, in another way.
  app.get<{ Params: { '*': string } }>('/explorer/assets/*', async ({ params: { '*': name } }, reply) => {
    const file = PLAIN_NAME.test(name) ? await readIfThere(new URL(`assets/${name}`, pages)) : undefined;
    if (file === undefined) return refuse(reply, 404, 'The page has no such file.');
    // The build puts a hash of the content into every name.
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    reply.header('x-content-type-options', 'nosniff');
    return reply.type(contentTypes[extname(name)] ?? 'application/octet-stream').send(file);
  });
}
