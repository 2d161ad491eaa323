import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The header in which a router shows that it is one; the name is Apollo's. */
export const ROUTER_SECRET_HEADER = 'router-authorization';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Whether a request comes from a router that knows one of the secrets. How long the comparison takes says nothing of the
 * secrets, nor which of them it was.
 */
export function createRouterCheck(secrets: readonly string[]): (headers: IncomingHttpHeaders) => boolean {
  const digests = secrets.map(digest);
  return (headers) => {
    const sent = headers[ROUTER_SECRET_HEADER];
    const candidate = digest(typeof sent === 'string' ? sent : '');
    return digests.map((known) => timingSafeEqual(known, candidate)).includes(true);
  };
}
