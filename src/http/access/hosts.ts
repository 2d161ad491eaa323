import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { printable } from '../../untrusted/printable.ts';

/** Which names a server answers to, and which web pages may send requests to it. */
export interface HostRules {
  /** Values of `Host` beside loopback names and IP addresses; `*.suffix` stands for every name below the suffix. */
  readonly allowedHosts: readonly string[];
  /** Values of `Origin` beside those of the host that is asked. */
  readonly allowedOrigins: readonly string[];
}

/** Why a request is not answered. */
export interface HostRefusal {
  readonly status: 400 | 421;
  readonly message: string;
}

/** A name or an address, an IPv6 address in brackets; then perhaps a port. */
const HOST = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d*)?$/i;

/** The host in a `Host` header or a setting: in lower case, without port, brackets and final dot. Undefined: malformed. */
export function hostNameOf(text: string): string | undefined {
  const [, ipv6, name = ''] = HOST.exec(text) ?? [];
  if (ipv6 !== undefined) return isIP(ipv6) === 6 ? ipv6.toLowerCase() : undefined;
  const found = name.replace(/\.$/, '').toLowerCase();
  return found === '' ? undefined : found;
}

/** Whether a host is this machine itself, as far as its name says. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  host === '::1' ||
  (isIP(host) === 4 && host.startsWith('127.'));

const allows = (rule: string, host: string): boolean =>
  rule.startsWith('*.') ? host.endsWith(rule.slice(1)) : host === rule;

/** Two `Host` headers count as malformed: Node keeps the first, a proxy may have read the second. */
function hostOf({ headers, rawHeaders }: IncomingMessage): string | undefined {
  const sent = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  return sent === 1 ? hostNameOf(headers.host ?? '') : undefined;
}

const quoted = (text: string): string => JSON.stringify(printable(text, 100));

/** Whether the page that sends a request comes from the host that it asks: another port of it may be a proxy. */
function isOwnOrigin(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const from = hostNameOf(new URL(origin).host);
  return from !== undefined && (from === host || (isLoopback(from) && isLoopback(host)));
}

/**
 * Refuses requests with a missing or malformed `Host`. With rules it also refuses those that a web page could send through
 * a name of its own that resolves to this machine (DNS rebinding), or from another site.
 */
export function createHostCheck(
  rules: HostRules | undefined,
): (request: IncomingMessage) => HostRefusal | undefined {
  return (request) => {
    const host = hostOf(request);
    if (host === undefined) {
      return {
        status: 400,
        message: 'The request needs one Host header, with a host name or an IP address.',
      };
    }
    if (rules === undefined) return undefined;
    const { allowedHosts, allowedOrigins } = rules;
    // An IP address is safe: no name resolves to it, so no web page can have chosen it by DNS.
    if (!isLoopback(host) && isIP(host) === 0 && !allowedHosts.some((rule) => allows(rule, host))) {
      const message = `The Host header ${quoted(host)} is not allowed. To allow it, add it to ALLOWED_HOSTS.`;
      return { status: 421, message };
    }
    const { origin } = request.headers;
    if (origin !== undefined && !allowedOrigins.includes(origin) && !isOwnOrigin(origin, host)) {
      const message = `The Origin header ${quoted(origin)} is not allowed. To allow it, add it to CORS_ORIGINS.`;
      return { status: 421, message };
    }
    return undefined;
  };
}
