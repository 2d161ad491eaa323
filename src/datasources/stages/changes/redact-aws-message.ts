import { isIP } from 'node:net';

const MAX_REASON = 400;

/** What AWS's sentences are made of: each piece is looked at by itself, once. */
const PIECES = /[^\s'"`,;()<>[\]]+/g;

/** Paths of UpdateStage begin so; all others may be files. */
const PATCH_ROOTS: ReadonlySet<string> = new Set([
  'deploymentId',
  'description',
  'cacheClusterEnabled',
  'cacheClusterSize',
  'clientCertificateId',
  'accessLogSettings',
  'documentationVersion',
  'canarySettings',
  'tracingEnabled',
  'variables',
  'tags',
]);
/** Paths of method settings end so, whatever the method's path is. */
const SETTING = /\/(?:metrics|logging|throttling|caching)\/\w+$/;

const isPatchPath = (path: string, segments: readonly string[]): boolean => {
  const [, root = ''] = segments;
  return PATCH_ROOTS.has(root) || /^(?:\*|\{|~1)/.test(root) || SETTING.test(path);
};

/** Where in a piece a path begins: at its beginning, or after a sign such as the = of an assignment; -1: nowhere. */
function startOfPath(piece: string): number {
  if (/^(?:~|\.{1,2})?\//.test(piece)) return 0;
  const slash = piece.indexOf('/');
  return slash > 0 && '=:@|&?%$'.includes(piece.charAt(slash - 1)) ? slash : -1;
}

function withoutPaths(piece: string): string {
  // Of Windows: a drive, a server, or folders within each other.
  if (/^[a-z]:\\|^\\\\\w|\w\\\w/i.test(piece)) return '[path]';
  const start = startOfPath(piece);
  if (start === -1) {
    const name = piece.slice(piece.lastIndexOf('/') + 1);
    return name !== piece && isHostName(name) && !isHostName(piece.slice(0, piece.indexOf('/')))
      ? '[path]'
      : piece;
  }
  const path = piece.slice(start);
  const segments = path.split('/');
  // A single name says nothing of where it is.
  if (segments.length < 3 || isPatchPath(path, segments)) return piece;
  return `${piece.slice(0, start)}[path]`;
}

/** Zones in which names are hosts however they are written; AWS writes others, such as `specified.Non`, in capitals too. */
const ZONES: ReadonlySet<string> = new Set(
  'com net org io cn eu de uk fr dev app cloud aws info example local localhost internal intranet private corp lan home'.split(
    ' ',
  ),
);

function isHostName(text: string): boolean {
  const labels = text.split('.');
  const zone = labels.at(-1) ?? '';
  if (labels.length === 1) return /^(?:localhost|ip(?:-\d{1,3}){4})$/i.test(text);
  if (!/^[a-z][a-z\d-]+$/i.test(zone) || !labels.every((label) => /^[\w-]+$/.test(label))) return false;
  return ZONES.has(zone.toLowerCase()) || text === text.toLowerCase() || text === text.toUpperCase();
}

/** A text without the signs at its end: an expression would look at each of them again and again. */
function trimmed(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function nameOrAddress(part: string): string {
  const name = trimmed(part, '.-');
  const rest = part.slice(name.length);
  if (isIP(name) === 4) return `[address]${rest}`;
  return isHostName(name) ? `[host]${rest}` : part;
}

function withoutHosts(piece: string): string {
  // A name that a format refers to, such as $context.path; and a host without a domain shows by its port.
  if (piece.startsWith('$')) return piece;
  if (/^[a-z][\w-]*:\d{2,5}$/i.test(trimmed(piece, '.:'))) return '[host]';
  return piece.replaceAll(/[\w.-]+/g, nameOrAddress);
}

const isWordAt = (text: string, index: number): boolean => /\w/.test(text.charAt(index));

/** Groups of hexadecimal digits and colons; what stands beside them decides that it is no part of a word. */
const withoutIpv6 = (piece: string): string =>
  piece.replaceAll(/[\da-f:.]+(?:%\w+)?/gi, (found, at: number) => {
    if (isWordAt(piece, at - 1) || isWordAt(piece, at + found.length)) return found;
    const candidates = [found, trimmed(found, ':.'), found.replace(/^:(?!:)/, '')];
    return candidates.some((address) => isIP(address) === 6) ? '[address]' : found;
  });

function redacted(piece: string): string {
  if (/(?:^|\W)arn:/i.test(piece)) return '[ARN]';
  if (piece.includes('://') || piece.startsWith('//')) return '[URL]';
  const end = trimmed(piece, '.!?');
  const withoutAccounts = end.replaceAll(/(?<!\d)\d{12}(?!\d)/g, '[account]');
  return withoutHosts(withoutIpv6(withoutPaths(withoutAccounts))) + piece.slice(end.length);
}

/**
 * AWS's sentence without what a client must not learn: ARNs, account ids, hosts, addresses and paths of files. Takes time
 * in proportion to its length. Hides rather too much: paths of UpdateStage are kept, for they say what to correct.
 */
export const redactAwsMessage = (awsMessage: string): string =>
  awsMessage.replaceAll(PIECES, redacted).trim().slice(0, MAX_REASON);
