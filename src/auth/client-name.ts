import type { IncomingHttpHeaders } from 'node:http';
import { printable } from '../untrusted/printable.ts';

const MAX_NAME = 100;

/** The name and version that Apollo's clients and routers send, made safe for a log. */
export const clientOf = (
  headers: IncomingHttpHeaders,
): { readonly name: string | undefined; readonly version: string | undefined } => ({
  name: printable(headers['apollographql-client-name'], MAX_NAME),
  version: printable(headers['apollographql-client-version'], MAX_NAME),
});
