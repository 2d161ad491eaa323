import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { oncePer } from '../memoize/once-per.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Whether a request has one of the secrets in a header. Compared in constant time, and with all of them. They may be
 * replaced while the process runs.
 */
export function createSecretCheck(
  header: string,
  secrets: () => readonly string[],
): (headers: IncomingHttpHeaders) => boolean {
  const digestsOf = oncePer((all: readonly string[]) => all.map(digest));
  return (headers) => {
    const sent = headers[header];
    const candidate = digest(typeof sent === 'string' ? sent : '');
    return digestsOf(secrets())
      .map((each) => timingSafeEqual(each, candidate))
      .includes(true);
  };
}
