import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { carriesOperation } from '../http/access/admission.ts';
import { sendPage, serveAssets } from '../http/pages/built-pages.ts';
import { isPageView, type PageLink, sendNotice } from '../http/pages/notice.ts';
import { pageHeaders } from '../http/pages/page-headers.ts';
import { pathOf } from '../untrusted/request-path.ts';
import { directives } from './policy.ts';

export type ExplorerPage = 'sandbox' | 'graphiql';

/** Built by `npm run pages` and kept in git. The path is the same from src/ and from dist/. */
const builtPages = new URL('../../explorer/built/', import.meta.url);

/** What a person reads at /graphql where there is no page. */
const NO_PAGE =
  'This is a GraphQL endpoint: programs send operations here by POST, as JSON. It has no page for browsers (EXPLORER=off).';

const isEndpointView = (request: FastifyRequest): boolean =>
  isPageView(request) && pathOf(request.url) === '/graphql';

export interface ExplorerOptions {
  /** The page at /graphql. Each has a URL of its own, too. */
  readonly page: ExplorerPage;
  /** Whether the gateway executes trusted documents only: the pages say so. */
  readonly trustedOnly: boolean;
  /** Whether the console is at `/`: the pages link to it. */
  readonly console: boolean;
  /** Where the pages are. */
  readonly pages?: URL | undefined;
}

/** Serves the pages and their assets, without authentication: they hold no data, and the user enters the token there. */
export function registerExplorer(
  app: FastifyInstance,
  { page: atGraphql, trustedOnly, console, pages = builtPages }: ExplorerOptions,
): void {
  const send = (reply: FastifyReply, page: ExplorerPage): Promise<FastifyReply> =>
    sendPage(reply, new URL(`${page}.html`, pages), pageHeaders(directives[page]), {
      sources: 'explorer/',
      marks: { 'trusted-only': trustedOnly, console },
    });
  app.addHook('onRequest', async (request, reply) => {
    if (isEndpointView(request)) await send(reply, atGraphql);
  });
  for (const page of ['sandbox', 'graphiql'] as const) {
    app.get(`/explorer/${page}`, (_, reply) => send(reply, page));
  }
  serveAssets(app, '/explorer/assets/', pages);
}

/** Explains the endpoint to a person who opens it in a browser, instead of refusing a request that is no operation. */
export function explainEndpoint(app: FastifyInstance, pages: readonly PageLink[]): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!isEndpointView(request) || carriesOperation(request)) done();
    else sendNotice(reply, 406, NO_PAGE, pages);
  });
}
