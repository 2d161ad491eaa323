import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';

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
  /** What the page shows or hides by the gateway's settings: data attributes of its `html`, and whether they are there. */
  readonly marks: Readonly<Record<string, boolean>>;
}

const mark = (html: string, marks: PageOptions['marks']): string => {
  const present = Object.keys(marks).filter((name) => marks[name]);
  return html.replace('<html', ['<html', ...present.map((name) => `data-${name}`)].join(' '));
};

/** Sends a page that was built. */
export async function sendPage(
  reply: FastifyReply,
  file: URL,
  headers: Record<string, string>,
  { sources, marks }: PageOptions,
): Promise<FastifyReply> {
  const built = await readIfExists(file);
  const html = built && mark(built.toString(), marks);
  reply.headers(headers).type('text/html; charset=utf-8');
  return reply.status(html === undefined ? 503 : 200).send(html ?? notBuilt(sources));
}

/** Serves the assets of pages below a path, without authentication: they hold no data. */
export function serveAssets(app: FastifyInstance, path: string, pages: URL): void {
  // A wildcard, because Fastify refuses a long `:name` with another error.
  app.get<{ Params: { '*': string } }>(`${path}*`, async ({ params: { '*': name } }, reply) => {
    const file = PLAIN_NAME.test(name) ? await readIfExists(new URL(`assets/${name}`, pages)) : undefined;
    if (file === undefined) {
      reply.callNotFound();
      return reply;
    }
    // Every file name contains a hash of the content.
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    reply.header('x-content-type-options', 'nosniff');
    return reply.type(contentTypes[extname(name)] ?? 'application/octet-stream').send(file);
  });
}
