import { isIPv6 } from 'node:net';

/** The origin of a server's URL; an IPv6 address needs brackets. */
export const originOf = (host: string, port: number): string =>
  `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
