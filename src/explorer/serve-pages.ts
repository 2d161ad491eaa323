import type { FastifyInstance, FastifyRequest } from 'fastify';
import { pathOf } from '../http/messages/request-path.ts';
import { sendPage, serveAssets } from '../http/pages/built-pages.ts';
import { pageHeaders } from '../http/pages/page-headers.ts';
import { directives } from './policy.ts';

export type ExplorerPage = 'sandbox' | 'graphiql';

/** Built by `npm run pages` and kept in git. The path holds from both src/ and dist/. */
const builtPages = new URL('../../explorer/built/', import.meta.url);

const isPageView = ({ method, url, headers: { accept = '' } }: FastifyRequest): boolean =>
  method === 'GET' && pathOf(url) === '/graphql' && accept.includes('text/html');

/** Serves the page and its assets, without authentication: the page holds no data, and the user enters the token there. */
export function registerExplorer(app: FastifyInstance, page: ExplorerPage, pages = builtPages): void {
  const headers = pageHeaders(directives[page]);
  app.addHook('onRequest', async (request, reply) => {
    if (isPageView(request)) await sendPage(reply, new URL(`${page}.html`, pages), headers, 'explorer/');
  });
  serveAssets(app, '/explorer/assets/', pages);
}
