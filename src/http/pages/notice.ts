import type { FastifyReply, FastifyRequest } from 'fastify';
import { ownBuildOnly, pageHeaders } from './page-headers.ts';

/** A page of this gateway. */
export interface PageLink {
  readonly path: string;
  readonly title: string;
}

/** Whether a person opens an address in a browser. */
export const isPageView = ({ method, headers: { accept = '' } }: FastifyRequest): boolean =>
  method === 'GET' && accept.includes('text/html');

/** Tells a person why there is no page at an address, and which pages there are. */
export const sendNotice = (
  reply: FastifyReply,
  status: number,
  sentence: string,
  pages: readonly PageLink[],
): FastifyReply =>
  reply
    .status(status)
    .headers(pageHeaders(ownBuildOnly))
    .type('text/html; charset=utf-8')
    .send(
      '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>stagegraph</title>' +
        `<h1>stagegraph</h1><p>${sentence}</p>` +
        pages.map(({ path, title }) => `<p><a href="${path}">${title}</a></p>`).join(''),
    );
