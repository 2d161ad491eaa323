import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { printable } from '../../untrusted/printable.ts';
import { isProbe } from '../messages/probe.ts';
import { refuse } from '../messages/refusals.ts';
import { allowsOrigin, type OriginRule } from './origins.ts';

/** Which host names a server accepts, and which web pages may send requests to it. */
export interface HostRules {
  /** Accepted values of `Host` besides loopback names and IP addresses; `*.suffix` matches every subdomain. */
  readonly allowedHosts: readonly string[];
  /** Accepted values of `Origin` besides the request's own host. */
  readonly allowedOrigins: readonly OriginRule[];
  /** Is called for each request of a page of another origin. */
  readonly onRefusedOrigin?: (origin: string) => void;
}

export interface HostRefusal {
  readonly status: 400 | 421;
  readonly message: string;
}

/** A name or an address (IPv6 in brackets), and an optional port. */
const HOST = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d*)?$/i;

/** The host of a `Host` header or a setting: in lower case, without port, brackets and final dot; undefined if malformed. */
export function hostNameOf(text: string): string | undefined {
  const [, ipv6, name = ''] = HOST.exec(text) ?? [];
  if (ipv6 !== undefined) return isIP(ipv6) === 6 ? ipv6.toLowerCase() : undefined;
  const found = name.replace(/\.$/, '').toLowerCase();
  return found === '' ? undefined : found;
}

/** Whether a host name or address is a loopback one. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  host === '::1' ||
  (isIP(host) === 4 && host.startsWith('127.'));

const allows = (rule: string, host: string): boolean =>
  rule.startsWith('*.') ? host.endsWith(rule.slice(1)) : host === rule;

/** Two `Host` headers are malformed: Node keeps the first, a proxy may have used the second. */
function hostOf({ headers, rawHeaders }: IncomingMessage): string | undefined {
  const sent = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  return sent === 1 ? hostNameOf(headers.host ?? '') : undefined;
}

const quoted = (text: string): string => JSON.stringify(printable(text, 100));

/** Whether a page comes from the host that it sends the request to. The port may differ: a proxy may be in between. */
function isOwnOrigin(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const from = hostNameOf(new URL(origin).host);
  return from !== undefined && (from === host || (isLoopback(from) && isLoopback(host)));
}

/**
 * Refuses requests with a missing or malformed `Host`. With rules it also refuses requests that a web page could send
 * through DNS rebinding (a name of its own that resolves to this machine), or from another site.
 */
export function createHostCheck(
  rules: HostRules | undefined,
): (request: IncomingMessage) => HostRefusal | undefined {
  return (request) => {
    const host = hostOf(request);
    if (host === undefined) {
      return {
        status: 400,
        message: 'Invalid Host header. Send one Host header with a host name or an IP address.',
      };
    }
    if (rules === undefined) return undefined;
    const { allowedHosts, allowedOrigins, onRefusedOrigin } = rules;
    // DNS rebinding needs a name: a request to an IP address is safe.
    if (!isLoopback(host) && isIP(host) === 0 && !allowedHosts.some((rule) => allows(rule, host))) {
      const message = `The Host header ${quoted(host)} is not allowed. To allow it, add it to ALLOWED_HOSTS.`;
      return { status: 421, message };
    }
    const { origin } = request.headers;
    if (origin !== undefined && !allowsOrigin(allowedOrigins, origin) && !isOwnOrigin(origin, host)) {
      onRefusedOrigin?.(origin);
      const message = `The Origin header ${quoted(origin)} is not allowed. To allow it, add it to CORS_ORIGINS.`;
      return { status: 421, message };
    }
    return undefined;
  };
}

/** Refuses requests whose host or origin the rules do not allow. */
export function checkHost(app: FastifyInstance, rules: HostRules | undefined): void {
  const refusalOf = createHostCheck(rules);
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = refusalOf(request.raw);
    // Load balancers that speak HTTP/1.0 send no Host, and a probe reveals nothing to a web page.
    if (refusal === undefined || (refusal.status === 400 && isProbe(request))) done();
    else refuse(reply, refusal.status, refusal.message);
  });
}
