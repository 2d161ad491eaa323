import type { IncomingHttpHeaders } from 'node:http';
import { printable } from '../untrusted/printable.ts';

const MAX_NAME = 100;

/** What Apollo's clients and routers call themselves, fit for a log; undefined where they do not say. */
export const clientOf = (
  headers: IncomingHttpHeaders,
): { readonly name: string | undefined; readonly version: string | undefined } => ({
  name: printable(headers['apollographql-client-name'], MAX_NAME),
  version: printable(headers['apollographql-client-version'], MAX_NAME),
});
