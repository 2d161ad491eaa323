import { isIPv6 } from 'node:net';

/** Where a server is, as it is written in a URL. */
export const originOf = (host: string, port: number): string =>
  `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
