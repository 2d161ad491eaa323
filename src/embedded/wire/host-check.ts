import type { IncomingMessage, Server } from 'node:http';
import { isIP } from 'node:net';
import { AwsException } from '../errors/aws-exception.ts';

const isLoopback = (address: string) => address === '::1' || address.startsWith('127.');

function listensOnLoopback(server: Server): boolean {
  const address = server.address();
  return address !== null && typeof address !== 'string' && isLoopback(address.address);
}

/** The host name without port and brackets, in lower case; undefined if malformed. */
function hostnameOf(text: string): string | undefined {
  const { name, ipv6 } = /^(?:\[(?<ipv6>[^\]]+)\]|(?<name>[\w.-]*\w)\.?)(?::\d*)?$/.exec(text)?.groups ?? {};
  if (ipv6 !== undefined) return isIP(ipv6) === 6 ? ipv6 : undefined;
  return name?.toLowerCase();
}

/** DNS rebinding needs a name of the attacker's, so addresses and the reserved names of this machine are safe. */
const isAllowed = (host: string, allowed: readonly string[]) =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  isIP(host) !== 0 ||
  allowed.some((rule) => (rule.startsWith('*.') ? host.endsWith(rule.slice(1)) : host === rule));

const misdirected = (message: string) => new AwsException(421, 'MisdirectedRequestException', message);

/** Whether a rule is a host name, an address, or `*.` and a host name. */
export const isHostRule = (rule: string) => hostnameOf(rule.replace(/^\*\./, '')) !== undefined;

const toRule = (rule: string) => {
  const suffix = rule.startsWith('*.');
  return `${suffix ? '*.' : ''}${hostnameOf(suffix ? rule.slice(2) : rule) ?? ''}`;
};

/**
 * Rejects requests of web pages, because the API has no authentication. A page can send simple cross-origin requests
 * (detected by `Origin`) or use DNS rebinding, a host name of its own that resolves to this machine (detected by
 * `Host`, which is checked only while the server listens on loopback).
 */
export function createHostCheck(server: Server, allowedHosts: readonly string[]) {
  const allowed = allowedHosts.map(toRule);
  return ({ url = '', headers: { host = '', origin } }: IncomingMessage): AwsException | undefined => {
    if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host.toLowerCase()) {
      return misdirected('Cross-origin requests are not allowed (header Origin)');
    }
    // Only clients that use this server as a proxy send an absolute URL; browsers do not.
    if (!url.startsWith('/') || !listensOnLoopback(server)) return undefined;
    const name = hostnameOf(host);
    if (name === undefined) return new AwsException(400, 'BadRequestException', 'Invalid Host header');
    if (isAllowed(name, allowed)) return undefined;
    return misdirected(`Host ${name} is not allowed. Add it to ALLOWED_HOSTS.`);
  };
}
