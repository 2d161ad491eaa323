import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a request has one of the secrets in a header. Compared in constant time, and with all of them. */
export function createSecretCheck(
  header: string,
  secrets: readonly string[],
): (headers: IncomingHttpHeaders) => boolean {
  const digests = secrets.map(digest);
  return (headers) => {
    const sent = headers[header];
    const candidate = digest(typeof sent === 'string' ? sent : '');
    return digests.map((known) => timingSafeEqual(known, candidate)).includes(true);
  };
}
