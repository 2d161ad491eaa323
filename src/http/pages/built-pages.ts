import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { refuse } from '../messages/refusals.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

/** A file name without slashes that does not begin with a dot. */
const PLAIN_NAME = /^[\w-][\w.-]*$/;

/** Error codes for a missing file: no such name, a folder, or a name that is too long. */
const NOT_A_FILE: ReadonlySet<unknown> = new Set(['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG']);

/** Undefined if the file does not exist. Read for each request: a new build changes the file names. */
const readIfExists = (file: URL): Promise<Buffer | undefined> =>
  readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && NOT_A_FILE.has(error.code)) return undefined;
    throw error;
  });

const notBuilt = (sources: string): string =>
  '<!doctype html><title>stagegraph</title><h1>This page has not been built</h1>' +
  `<p>Run <code>npm run packages:install</code> once, and <code>npm run pages</code> after every change in <code>${sources}</code>.`;

export interface PageOptions {
  /** The folder of the page's sources. */
  readonly sources: string;
  /** Changes the page before it is sent. */
  readonly edit?: ((html: string) => string) | undefined;
}

/** Sends a page that was built. */
export async function sendPage(
  reply: FastifyReply,
  file: URL,
  headers: Record<string, string>,
  { sources, edit = (html) => html }: PageOptions,
): Promise<FastifyReply> {
  const built = await readIfExists(file);
  const html = built && edit(built.toString());
  reply.headers(headers).type('text/html; charset=utf-8');
  return reply.status(html === undefined ? 503 : 200).send(html ?? notBuilt(sources));
}

/** Serves the assets of pages below a path, without authentication: they hold no data. */
export function serveAssets(app: FastifyInstance, path: string, pages: URL): void {
  // A wildcard, because Fastify refuses a long `:name` with another error.
  app.get<{ Params: { '*': string } }>(`${path}*`, async ({ params: { '*': name } }, reply) => {
    const file = PLAIN_NAME.test(name) ? await readIfExists(new URL(`assets/${name}`, pages)) : undefined;
    if (file === undefined) return refuse(reply, 404, 'File not found.');
    // Every file name contains a hash of the content.
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    reply.header('x-content-type-options', 'nosniff');
    return reply.type(contentTypes[extname(name)] ?? 'application/octet-stream').send(file);
  });
}
