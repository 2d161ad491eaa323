import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The header with a router's secret; the name is Apollo's. */
export const ROUTER_SECRET_HEADER = 'router-authorization';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a request has one of the secrets. Compared in constant time, and with all of them. */
export function createRouterCheck(secrets: readonly string[]): (headers: IncomingHttpHeaders) => boolean {
  const digests = secrets.map(digest);
  return (headers) => {
    const sent = headers[ROUTER_SECRET_HEADER];
    const candidate = digest(typeof sent === 'string' ? sent : '');
    return digests.map((known) => timingSafeEqual(known, candidate)).includes(true);
  };
}
