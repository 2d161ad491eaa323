import { type IncomingMessage, type Server } from 'node:http';
import { isIP } from 'node:net';
import { AwsException } from '../errors/aws-exception.ts';

const isLoopback = (address: string) => address === '::1' || address.startsWith('127.');

/** Whether only this machine reaches the server. */
function listensOnLoopback(server: Server): boolean {
  const address = server.address();
  return address !== null && typeof address !== 'string' && isLoopback(address.address);
}

/** A host without its port and brackets, in lower case; undefined: malformed. */
function withoutPort(text: string): string | undefined {
  const { name, ipv6 } = /^(?:\[(?<ipv6>[^\]]+)\]|(?<name>[\w.-]*\w)\.?)(?::\d*)?$/.exec(text)?.groups ?? {};
  if (ipv6 !== undefined) return isIP(ipv6) === 6 ? ipv6 : undefined;
  return name?.toLowerCase();
}

/** Names that mean this machine everywhere, addresses, and what was allowed. */
const isAllowed = (host: string, allowed: readonly string[]) =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  isIP(host) !== 0 ||
  allowed.some((rule) => (rule.startsWith('*.') ? host.endsWith(rule.slice(1)) : host === rule));

const misdirected = (message: string) => new AwsException(421, 'MisdirectedRequestException', message);

/** Whether a rule names hosts that can be compared: a name or an address, or `*.` and a name. */
export const isHostRule = (rule: string) => withoutPort(rule.replace(/^\*\./, '')) !== undefined;

const toRule = (rule: string) => {
  const suffix = rule.startsWith('*.');
  return `${suffix ? '*.' : ''}${withoutPort(suffix ? rule.slice(2) : rule) ?? ''}`;
};

/**
 * Refuses requests of web pages, which could otherwise change the state: no key protects the API. A page can send simple
 * requests to other sites (`Origin` shows them), or use a name of its own that resolves to this machine (DNS rebinding:
 * `Host` shows it, as long as only this machine is served).
 */
export function createHostCheck(server: Server, allowedHosts: readonly string[]) {
  const allowed = allowedHosts.map(toRule);
  return ({ url = '', headers: { host = '', origin } }: IncomingMessage): AwsException | undefined => {
    if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host.toLowerCase()) {
      return misdirected('Web pages of other sites may not use the embedded Stage API (header Origin)');
    }
    // A whole URL is for a proxy: no browser sends one to a server.
    if (!url.startsWith('/') || !listensOnLoopback(server)) return undefined;
    const name = withoutPort(host);
    if (name === undefined)
      return new AwsException(400, 'BadRequestException', 'The header Host must hold one host');
    if (isAllowed(name, allowed)) return undefined;
    return misdirected(`The embedded Stage API does not answer as ${name}: see ALLOWED_HOSTS (header Host)`);
  };
}
