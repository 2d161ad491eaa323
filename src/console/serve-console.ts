import type { FastifyInstance } from 'fastify';
import { sendPage, serveAssets } from '../http/pages/built-pages.ts';
import { ownBuildOnly, pageHeaders } from '../http/pages/page-headers.ts';

/** Built by `npm run pages` and kept in git. The path is the same from src/ and from dist/. */
const builtPages = new URL('../../console/built/', import.meta.url);

export interface ConsoleOptions {
  /** Whether /graphql has a page, too: the console links to it. */
  readonly explorer: boolean;
  /** Where the page is. */
  readonly pages?: URL | undefined;
}

/** Serves the console at `/`, without authentication: the page holds no data, and the user enters the token there. */
export function registerConsole(
  app: FastifyInstance,
  { explorer, pages = builtPages }: ConsoleOptions,
): void {
  const headers = pageHeaders(ownBuildOnly);
  app.get('/', (_, reply) =>
    sendPage(reply, new URL('index.html', pages), headers, { sources: 'console/', marks: { explorer } }),
  );
  serveAssets(app, '/console/assets/', pages);
}
